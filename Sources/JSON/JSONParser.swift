// Reads JSON (RFC 8259) strictly: hostile engines and clients write it.

extension JSON {
    /// The value that `bytes` (UTF-8) hold, and nothing beside it but white space.
    ///
    /// Strict: no comments, trailing commas, leading zeros, raw control characters, lone surrogates or invalid UTF-8. Of members
    /// with one name the last wins. `maximumDepth` bounds the nesting, and with it the stack. `maximumValues` bounds the
    /// values in all, and with them the memory: a value of two bytes, such as each in `[0,0]`, takes 24 bytes and more.
    public init(
        parsing bytes: [UInt8], maximumDepth: Int = 128, maximumValues: Int = defaultMaximumValues
    ) throws(JSONError) {
        var parser = JSONParser(bytes: bytes, maximumDepth: maximumDepth, maximumValues: maximumValues)
        self = try parser.document()
    }

    /// The value that `text` holds.
    public init(
        parsing text: String, maximumDepth: Int = 128, maximumValues: Int = defaultMaximumValues
    ) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), maximumDepth: maximumDepth, maximumValues: maximumValues)
    }

    /// Enough for every reply that an engine may give: of 16 MiB at most, in which a value takes 8 bytes and more.
    public static let defaultMaximumValues = 2_000_000
}

struct JSONParser {
    let bytes: [UInt8]
    let maximumDepth: Int
    let maximumValues: Int
    var position = 0
    var depth = 0
    var values = 0

    init(bytes: [UInt8], maximumDepth: Int, maximumValues: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
        self.maximumValues = maximumValues
    }

    mutating func document() throws(JSONError) -> JSON {
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw failure("text after the value") }
        return value
    }

    func failure(_ reason: String) -> JSONError { JSONError(reason: reason, offset: position) }

    private func excess(_ reason: String) -> JSONError {
        JSONError(reason: reason, offset: position, exceedsBound: true)
    }

    /// The byte at the position; nil at the end.
    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func value() throws(JSONError) -> JSON {
        skipSpace()
        guard let current else { throw failure("the text ends where a value should begin") }
        guard values < maximumValues else { throw excess("more than \(maximumValues) values") }
        values += 1
        switch current {
        case UInt8(ascii: "{"): return try nested { parser throws(JSONError) in try parser.object() }
        case UInt8(ascii: "["): return try nested { parser throws(JSONError) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw failure("no value begins here")
        }
    }

    private mutating func nested(_ body: (inout JSONParser) throws(JSONError) -> JSON) throws(JSONError) -> JSON {
        guard depth < maximumDepth else { throw excess("nested deeper than \(maximumDepth)") }
        depth += 1
        position += 1
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws(JSONError) -> JSON {
        var object = JSONObject()
        skipSpace()
        if try take("}") { return .object(object) }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw failure("a name in quotes should begin here") }
            let key = try string()
            skipSpace()
            guard try take(":") else { throw failure("a colon should follow the name") }
            object.append(key, try value())
            skipSpace()
            if try take(",") { continue }
            guard try take("}") else { throw failure("a comma or a brace should follow the member") }
            object.settleDuplicates()
            return .object(object)
        }
    }

    private mutating func array() throws(JSONError) -> JSON {
        var elements: [JSON] = []
        skipSpace()
        if try take("]") { return .array(elements) }
        while true {
            elements.append(try value())
            skipSpace()
            if try take(",") { continue }
            guard try take("]") else { throw failure("a comma or a bracket should follow the element") }
            return .array(elements)
        }
    }

    /// Steps over `mark` when it is next.
    private mutating func take(_ mark: Unicode.Scalar) throws(JSONError) -> Bool {
        guard let current else { throw failure("the text ends inside an object or array") }
        guard current == UInt8(ascii: mark) else { return false }
        position += 1
        return true
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        let length = word.utf8CodeUnitCount
        let matches = word.withUTF8Buffer { bytes.dropFirst(position).starts(with: $0) }
        guard matches else { throw failure("not one of true, false, null") }
        position += length
        return value
    }

    private mutating func number() throws(JSONError) -> JSON {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        let integerStart = position
        guard skipDigits() > 0 else { throw failure("a digit should follow the minus sign") }
        if bytes[integerStart] == UInt8(ascii: "0"), position - integerStart > 1 {
            throw failure("a number does not begin with zero")
        }
        var isInteger = true
        if current == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            guard skipDigits() > 0 else { throw failure("a digit should follow the point") }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isInteger = false
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            guard skipDigits() > 0 else { throw failure("a digit should follow the exponent") }
        }
        if isInteger, let value = integer(bytes[start..<position]) { return .integer(value) }
        guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)), value.isFinite else {
            throw failure("the number is too large")
        }
        return .number(value)
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while position < bytes.count, bytes[position] &- 0x30 < 10 { position += 1 }
        return position - start
    }

    /// The integer; nil when it does not fit. `-0` is left to `Double`, which keeps its sign.
    private func integer(_ digits: ArraySlice<UInt8>) -> Int64? {
        let negative = digits.first == UInt8(ascii: "-")
        var value: Int64 = 0
        for digit in digits.dropFirst(negative ? 1 : 0) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let step = Int64(digit - 0x30)
            let (sum, overflowToo) =
                negative ? product.subtractingReportingOverflow(step) : product.addingReportingOverflow(step)
            if overflow || overflowToo { return nil }
            value = sum
        }
        return negative && value == 0 ? nil : value
    }
}
