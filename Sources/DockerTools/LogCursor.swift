// Where the answer after one goes on in each container's log, as a text that clients pass back.
import DockerEngine
import JSON

/// A container's log, as cursors name it.
struct LogKey: Hashable, Sendable {
    let source: String
    /// The first digits of the container's id.
    let id: String

    init(source: String, id: String) {
        self.source = source
        self.id = String(id.prefix(12))
    }
}

/// The places before which the next answer looks. All of it is in the text, so nothing has to be remembered.
struct LogCursor: Sendable {
    /// The beginning that the first answer had: an age counts from then, not from now.
    let since: Timestamp?
    let places: [LogKey: LogPlace]

    /// As long as a cursor may be: for more containers there is none.
    static let maximumCharacters = 4_096

    /// What a cursor begins with, so that a command does not take it for an option or a number.
    private static let mark: Character = "s"

    init(since: Timestamp?, places: [LogKey: LogPlace]) {
        self.since = since
        self.places = places
    }

    /// Throws `invalid_argument` for a text that no answer gave.
    init(_ text: String) throws(CallFailure) {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        var places: [LogKey: LogPlace] = [:]
        for part in parts.dropFirst() {
            let fields = part.split(separator: "/", omittingEmptySubsequences: false)
            guard fields.count == 5, let time = Int64(fields[2]), let following = Int(fields[3]),
                let depth = Int(fields[4]), (0...10_000_000).contains(following), (0...50_000_000).contains(depth),
                time > .min
            else { throw Self.unknown(text) }
            let key = LogKey(source: String(fields[0]), id: String(fields[1]))
            places[key] = LogPlace(nanoseconds: time, following: following, depth: depth)
        }
        let since = Int64(parts[0].dropFirst()).map(Timestamp.init(nanoseconds:))
        guard !places.isEmpty, parts[0].first == Self.mark, since != nil || parts[0].count == 1 else {
            throw Self.unknown(text)
        }
        self.init(since: since, places: places)
    }

    /// The text for clients; nil when there is nothing to go on with, or too much for one text.
    var text: String? {
        guard !places.isEmpty else { return nil }
        let parts = places.map { key, place in
            "\(key.source)/\(key.id)/\(place.nanoseconds)/\(place.following)/\(place.depth)"
        }
        let start = since.map { "\($0.nanoseconds)" } ?? ""
        let text = (["\(Self.mark)\(start)"] + parts.sorted()).joined(separator: ";")
        return text.utf8.count <= Self.maximumCharacters ? text : nil
    }

    static func unknown(_ text: String) -> CallFailure {
        .invalidArgument(
            "cursor is \(Arguments.shown(.string(text))), which no answer to these arguments gave.",
            hint: "Pass next_cursor of the answer before, with the same other arguments, or leave it out.")
    }
}
