// TOML (v1.0, and 1.1 where it allows more) as Codex's file has it. It is read for where things stand, so that all else can stay.
import JSON

/// The statements of a TOML text, by where they stand.
struct TOMLText {
    let bytes: [UInt8]
    var position = 0
    private var depth = 0
    private(set) var scopes: [Scope] = []
    /// Paths of arrays of tables: what is under them is not one table.
    private(set) var arraysOfTables: [[String]] = []

    /// A table with the statements written in it: the root, under a header, or inline.
    struct Scope {
        /// From the root.
        let path: [String]
        /// Where its header begins; an inline table's brace.
        let start: Int
        var statements: [Statement] = []
        /// The place after its last statement, or after its header when there is none; comments on the same line are before it.
        var end: Int
        /// For an inline table: its members.
        var list: ItemList?
    }

    struct Statement {
        /// From the root, with the path of the scope.
        let path: [String]
        let start: Int
        let value: Range<Int>
        /// Strings, truth values, and arrays and tables of them; null for what else TOML has.
        let content: JSON
    }

    private static let maximumDepth = 128

    /// Reads all of `bytes`. It refuses what has not the form of TOML; not numbers and dates out of range, and not what is defined twice.
    init(_ bytes: [UInt8]) throws(Flaw) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        scopes = [Scope(path: [], start: position, end: position)]
        var scope = 0
        while true {
            try skipLines()
            guard let byte = current else { return }
            if byte == UInt8(ascii: "[") {
                scopes.append(try header())
                scope = scopes.count - 1
            } else {
                let statement = try statement(under: scopes[scope].path)
                scopes[scope].statements.append(statement)
            }
            try endLine()
            scopes[scope].end = position
        }
    }

    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    func flaw(_ reason: String) -> Flaw { Flaw(reason: reason, offset: position) }

    private mutating func take(_ mark: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: mark) else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() { position = bytes.overBlanks(from: position) }

    private mutating func skipComment() {
        guard current == UInt8(ascii: "#") else { return }
        position = bytes[position...].firstIndex(of: 0x0A) ?? bytes.count
        if position < bytes.count, bytes[position - 1] == 0x0D { position -= 1 }
    }

    /// Steps over blanks, comments and line breaks.
    private mutating func skipLines() throws(Flaw) {
        while true {
            skipBlanks()
            skipComment()
            guard current == 0x0A || current == 0x0D else { return }
            guard bytes.endsLine(at: position) else { throw flaw("a carriage return alone") }
            position += current == 0x0D ? 2 : 1
        }
    }

    /// Steps to the end of the line, on which nothing but a comment may follow.
    private mutating func endLine() throws(Flaw) {
        let end = position
        skipBlanks()
        skipComment()
        guard current == nil || bytes.endsLine(at: position) else { throw flaw("a line break should follow") }
        if bytes[end..<position].allSatisfy(\.isBlank) { position = end }
    }

    private mutating func header() throws(Flaw) -> Scope {
        let start = position
        position += 1
        let isArray = take("[")
        let path = try key()
        guard take("]"), !isArray || take("]") else { throw flaw("a bracket should close the table's name") }
        if isArray { arraysOfTables.append(path) }
        return Scope(path: path, start: start, end: position)
    }

    /// `a."b".c`, with the blanks around it.
    private mutating func key() throws(Flaw) -> [String] {
        var path: [String] = []
        repeat {
            skipBlanks()
            switch current {
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                guard !bytes[position...].starts(with: [0x22, 0x22, 0x22]),
                    !bytes[position...].starts(with: [0x27, 0x27, 0x27])
                else { throw flaw("a name of more than one line") }
                path.append(try string())
            default:
                let name = bytes[position...].prefix { $0.isLetterOrDigit || $0 == 0x2D || $0 == 0x5F }
                guard !name.isEmpty else { throw flaw("a name should begin here") }
                path.append(String(decoding: name, as: UTF8.self))
                position = name.endIndex
            }
            skipBlanks()
        } while take(".")
        return path
    }

    /// The statement that begins here; `path` is nil in an array, where nothing has a path.
    private mutating func statement(under path: [String]?) throws(Flaw) -> Statement {
        let start = position
        let name = try key()
        guard take("=") else { throw flaw("an equals sign should follow the name") }
        skipBlanks()
        let valueStart = position
        let content = try value(path.map { $0 + name })
        return Statement(path: (path ?? []) + name, start: start, value: valueStart..<position, content: content)
    }

    /// The value that begins here; an inline table becomes a scope when its `path` is known, as in an array it is not.
    private mutating func value(_ path: [String]?) throws(Flaw) -> JSON {
        guard depth < Self.maximumDepth else { throw flaw("nested deeper than \(Self.maximumDepth)") }
        depth += 1
        defer { depth -= 1 }
        switch current {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try string())
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "{"): return try inlineTable(path)
        default: return try bareValue()
        }
    }

    private mutating func array() throws(Flaw) -> JSON {
        position += 1
        var elements: [JSON] = []
        try skipLines()
        while !take("]") {
            elements.append(try value(nil))
            try skipLines()
            guard take(",") || current == UInt8(ascii: "]") else {
                throw flaw("a comma or ] should follow the element")
            }
            try skipLines()
        }
        return .array(elements)
    }

    private mutating func inlineTable(_ path: [String]?) throws(Flaw) -> JSON {
        let start = position
        position += 1
        let open = position
        var statements: [Statement] = []
        var items: [ItemList.Item] = []
        var end = open
        try skipLines()
        while current != UInt8(ascii: "}") {
            let statement = try statement(under: path)
            statements.append(statement)
            end = position
            try skipLines()
            let comma = take(",") ? position - 1 : nil
            items.append(ItemList.Item(start: statement.start, end: statement.value.upperBound, comma: comma))
            if comma != nil { end = position }
            try skipLines()
            guard comma != nil || current == UInt8(ascii: "}") else {
                throw flaw("a comma or } should follow the member")
            }
        }
        let list = ItemList(open: open, items: items, end: end, close: position)
        position += 1
        let members = statements.map { ($0.path.dropFirst(path?.count ?? 0).joined(separator: "."), $0.content) }
        if let path { scopes.append(Scope(path: path, start: start, statements: statements, end: end, list: list)) }
        return .object(JSONObject(members))
    }

    /// A number, a date or a truth value: read by the letters that it may have.
    private mutating func bareValue() throws(Flaw) -> JSON {
        let start = position
        stepOverBareValue()
        // A date and a time may have one space between them.
        if position - start == 10, bytes[start + 4] == 0x2D, current == 0x20, position + 1 < bytes.count,
            bytes[position + 1] &- 0x30 < 10
        {
            position += 1
            stepOverBareValue()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        switch text {
        case "true": return true
        case "false": return false
        case "inf", "+inf", "-inf", "nan", "+nan", "-nan": return .null
        default:
            let digits = bytes[start..<position].drop { $0 == 0x2B || $0 == 0x2D }
            guard let first = digits.first, first &- 0x30 < 10,
                digits.allSatisfy({ $0 &- 0x30 < 10 || numberMarks.contains($0) })
            else {
                position = start
                throw flaw("no value begins here")
            }
            return .null
        }
    }

    private mutating func stepOverBareValue() {
        while let byte = current, byte.isLetterOrDigit || [0x2B, 0x2D, 0x2E, 0x3A, 0x5F].contains(byte) {
            position += 1
        }
    }
}

private let numberMarks = Set("abcdefABCDEFxo+-.:_TZtz ".utf8)
