// Replies of an engine that wants to steer a terminal, hide words from a reader, or forge lines.
import JSON

enum Hostile {
    /// Goes behind every text: a colour, a line of its own, a reversed direction, hidden characters, a bell, NUL.
    static let tail = "\u{1b}[2J\u{1b}]0;owned\u{7}\r\nFORGED line\u{202e}\u{200b}\u{e0041}\u{0}\u{9b}31m"

    /// Texts without which a reply makes no sense.
    private static let kept: Set<String> = [
        "Id", "Created", "StartedAt", "FinishedAt", "read", "preread", "Start", "End",
    ]
    /// Objects whose names are chosen by people.
    private static let chosenNames: Set<String> = [
        "Labels", "Networks", "Ports", "ExposedPorts", "Volumes", "networks",
    ]

    /// `json` with the tail behind every text in it, and behind names that people choose.
    static func poisoned(_ json: JSON, under key: String = "") -> JSON {
        switch json {
        case .string(let text): .string(kept.contains(key) ? text : text + tail)
        case .array(let elements): .array(elements.map { poisoned($0, under: key) })
        case .object(let members):
            .object(
                JSONObject(
                    members.lazy.map { name, member in
                        (chosenNames.contains(key) ? name + tail : name, poisoned(member, under: name))
                    }))
        default: json
        }
    }

    /// The same replies, poisoned.
    static func poisoned(_ replies: Replies) -> Replies {
        replies.mapValues { reply in
            guard case .body(let bytes) = reply, let json = try? JSON(parsing: bytes) else { return reply }
            return .json(poisoned(json))
        }
    }
}
