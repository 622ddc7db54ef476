// A YAML document as a tree in which every value knows where it stands.

/// Where something stands in a file: line and column, both from 1, the column in characters.
struct FilePlace: Hashable, Sendable, Comparable {
    let line: Int
    let column: Int

    static let start = FilePlace(line: 1, column: 1)

    static func < (left: FilePlace, right: FilePlace) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// One value, and where it begins.
struct ConfigNode: Hashable, Sendable {
    /// What it is.
    enum Value: Hashable, Sendable {
        /// A text; plain when it stands without quotes, so that `true` is one and `"true"` is none.
        case scalar(String, isPlain: Bool)
        case list([ConfigNode])
        case mapping([Member])
        /// Something that is not taken, and was said to be so.
        case refused
    }

    /// One key of a mapping, and its value.
    struct Member: Hashable, Sendable {
        let key: String
        let place: FilePlace
        let value: ConfigNode
    }

    let value: Value
    let place: FilePlace

    /// No value: nothing after the colon, `~` or `null`.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = value else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }
}
