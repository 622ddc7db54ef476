// What may name a container in a path: checked before it can reach an engine.

/// A container's id, the beginning of one, or its name.
///
/// Grammar: `[a-zA-Z0-9][a-zA-Z0-9_.-]*` (Engine API, `ContainerCreate`'s `name`), at most 255 characters.
public struct ContainerReference: Hashable, Sendable, CustomStringConvertible {
    /// The text, as given but for a leading slash.
    public let text: String

    /// Nil when `text` can't name a container.
    public init?(_ text: String) {
        let name =
            text.utf8.first == UInt8(ascii: "/") ? String(text[text.utf8.index(after: text.startIndex)...]) : text
        guard Self.isName(name) else { return nil }
        self.text = name
    }

    /// The text.
    public var description: String { text }

    /// Whether this can be the beginning of an id, and not only a name.
    public var mayBeIdentifier: Bool {
        text.utf8.count <= 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first.isASCIIAlphanumeric, text.utf8.count <= 255 else { return false }
        return text.utf8.allSatisfy { $0.isASCIIAlphanumeric || "_.-".utf8.contains($0) }
    }
}

extension UInt8 {
    var isASCIIAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
