// JSON as clients' files have it: with comments and trailing commas. It is read for where things stand, so that all else can stay.
import JSON

/// A value and its place.
struct LocatedJSON {
    let range: Range<Int>
    let content: Content

    enum Content {
        case object([Member], ItemList)
        case array([LocatedJSON])
        case scalar
    }

    struct Member {
        let key: String
        let value: LocatedJSON
    }
}

/// Reads a text, and knows the value of each place in it.
struct JSONText {
    let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    /// The place after the last thing read that is no white space.
    private var solid = 0

    private static let maximumDepth = 256

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The one value of the text; nil when there are but comments.
    mutating func document() throws(Flaw) -> LocatedJSON? {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        try skip()
        guard current != nil else { return nil }
        let value = try value()
        try skip()
        guard current == nil else { throw flaw("text after the value") }
        return value
    }

    /// What stands at `place`; nil when that is no JSON, which `document` has ruled out.
    func value(of place: LocatedJSON) -> JSON? {
        switch place.content {
        case .object(let members, _):
            var object = JSONObject()
            for member in members { object[member.key] = value(of: member.value) }
            return .object(object)
        case .array(let elements): return .array(elements.compactMap { value(of: $0) })
        case .scalar: return try? JSON(parsing: Array(bytes[place.range]))
        }
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func flaw(_ reason: String) -> Flaw { Flaw(reason: reason, offset: position) }

    private mutating func advance(to place: Int) {
        position = place
        solid = place
    }

    /// Steps over white space and comments.
    private mutating func skip() throws(Flaw) {
        while let byte = current {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            case UInt8(ascii: "/"):
                switch position + 1 < bytes.count ? bytes[position + 1] : 0 {
                case UInt8(ascii: "/"):
                    advance(to: bytes[position...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count)
                case UInt8(ascii: "*"):
                    var end = position + 3
                    while end < bytes.count, !(bytes[end] == UInt8(ascii: "/") && bytes[end - 1] == UInt8(ascii: "*")) {
                        end += 1
                    }
                    guard end < bytes.count else { throw flaw("a comment that does not end") }
                    advance(to: end + 1)
                default: throw flaw("a slash that begins no comment")
                }
            default: return
            }
        }
    }

    private mutating func value() throws(Flaw) -> LocatedJSON {
        let start = position
        guard depth < Self.maximumDepth else { throw flaw("nested deeper than \(Self.maximumDepth)") }
        depth += 1
        defer { depth -= 1 }
        let content: LocatedJSON.Content
        switch current {
        case UInt8(ascii: "{"): content = try object()
        case UInt8(ascii: "["): content = try array()
        case UInt8(ascii: "\""): content = try scalar(to: stringEnd())
        case nil: throw flaw("the text ends where a value should begin")
        default:
            let end = bytes[position...].firstIndex { !($0.isLetterOrDigit || [0x2B, 0x2D, 0x2E].contains($0)) }
            guard end != position else { throw flaw("no value begins here") }
            content = try scalar(to: end ?? bytes.count)
        }
        return LocatedJSON(range: start..<position, content: content)
    }

    private mutating func scalar(to end: Int) throws(Flaw) -> LocatedJSON.Content {
        do { _ = try JSON(parsing: Array(bytes[position..<end])) } catch {
            throw Flaw(reason: error.reason, offset: position + error.offset)
        }
        advance(to: end)
        return .scalar
    }

    private func stringEnd() throws(Flaw) -> Int {
        var end = position + 1
        while end < bytes.count, bytes[end] != UInt8(ascii: "\"") { end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1 }
        guard end < bytes.count else { throw flaw("a string that does not end") }
        return end + 1
    }

    private mutating func object() throws(Flaw) -> LocatedJSON.Content {
        advance(to: position + 1)
        let open = position
        var members: [LocatedJSON.Member] = []
        var items: [ItemList.Item] = []
        while true {
            try skip()
            if current == UInt8(ascii: "}") { break }
            guard items.last.map({ $0.comma != nil }) ?? true else {
                throw flaw("a comma or } should follow the member")
            }
            guard current == UInt8(ascii: "\"") else { throw flaw("a name in double quotes should begin here") }
            let start = position
            _ = try scalar(to: stringEnd())
            let key = (try? JSON(parsing: Array(bytes[start..<position])))?.string ?? ""
            try skip()
            guard current == UInt8(ascii: ":") else { throw flaw("a colon should follow the name") }
            advance(to: position + 1)
            try skip()
            let value = try value()
            members.append(LocatedJSON.Member(key: key, value: value))
            items.append(ItemList.Item(start: start, end: value.range.upperBound, comma: try comma()))
        }
        let list = ItemList(open: open, items: items, end: solid, close: position)
        advance(to: position + 1)
        return .object(members, list)
    }

    private mutating func array() throws(Flaw) -> LocatedJSON.Content {
        advance(to: position + 1)
        var elements: [LocatedJSON] = []
        var isOpen = true
        while true {
            try skip()
            if current == UInt8(ascii: "]") { break }
            guard isOpen else { throw flaw("a comma or ] should follow the element") }
            elements.append(try value())
            isOpen = try comma() != nil
        }
        advance(to: position + 1)
        return .array(elements)
    }

    /// The place of the comma that comes next, stepped over; nil when something else does, the comments before it not stepped over.
    private mutating func comma() throws(Flaw) -> Int? {
        let before = (position, solid)
        try skip()
        guard current == UInt8(ascii: ",") else {
            (position, solid) = before
            return nil
        }
        advance(to: position + 1)
        return position - 1
    }
}

extension UInt8 {
    var isLetterOrDigit: Bool { (self | 0x20) &- 0x61 < 26 || self &- 0x30 < 10 }
}
