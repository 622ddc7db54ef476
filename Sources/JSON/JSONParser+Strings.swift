// Strings are most of a JSON text: plain runs are taken as they are, escapes are resolved one by one.

extension JSONParser {
    /// The string whose opening quote is at the position.
    mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        let isASCII = skipPlain()
        if current == UInt8(ascii: "\"") {
            position += 1
            if isASCII { return ascii(start..<(position - 1)) }
            return try text(bytes[start..<(position - 1)], at: start)
        }
        var decoded = Array(bytes[start..<position])
        while true {
            switch current {
            case UInt8(ascii: "\""):
                position += 1
                return try text(decoded[...], at: start)
            case UInt8(ascii: "\\"):
                position += 1
                decoded.append(contentsOf: String(try escape()).utf8)
            case nil: throw failure("the text ends inside a string")
            default: throw failure("a raw control character inside a string")
            }
            let run = position
            skipPlain()
            decoded.append(contentsOf: bytes[run..<position])
        }
    }

    /// Steps over bytes that stand for themselves; true when all of them are ASCII.
    @discardableResult
    private mutating func skipPlain() -> Bool {
        let (end, bits) = bytes.withUnsafeBufferPointer { bytes in
            var (place, bits) = (position, UInt8(0))
            while place < bytes.count {
                let byte = bytes[place]
                if byte < 0x20 || byte == 0x22 || byte == 0x5C { break }
                bits |= byte
                place += 1
            }
            return (place, bits)
        }
        position = end
        return bits < 0x80
    }

    /// `String(validating:)` costs many times as much, since the standard library has it only as generic code; in ASCII
    /// there is nothing to find, and most strings are that.
    private func ascii(_ range: Range<Int>) -> String {
        bytes.withUnsafeBufferPointer { String(decoding: UnsafeBufferPointer(rebasing: $0[range]), as: UTF8.self) }
    }

    private func text(_ content: ArraySlice<UInt8>, at start: Int) throws(JSONError) -> String {
        guard let text = String(validating: content, as: UTF8.self) else {
            throw JSONError(reason: "a string that is not UTF-8", offset: start)
        }
        return text
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        guard let mark = current else { throw failure("the text ends inside a string") }
        position += 1
        switch mark {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(mark)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw failure("an unknown escape")
        }
    }

    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, current == UInt8(ascii: "\\") else { throw failure("half of a surrogate pair") }
        position += 1
        guard current == UInt8(ascii: "u") else { throw failure("half of a surrogate pair") }
        position += 1
        let second = try fourHexDigits()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + ((first & 0x3FF) << 10 | (second & 0x3FF)))
        else { throw failure("half of a surrogate pair") }
        return scalar
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw failure("four hexadecimal digits should follow")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
