// The four kinds of strings that TOML has.

extension TOMLText {
    /// The string whose opening quote is at the position.
    mutating func string() throws(Flaw) -> String {
        let start = position
        let quote = bytes[position]
        let isLong = bytes[position...].starts(with: [quote, quote, quote])
        let hasEscapes = quote == UInt8(ascii: "\"")
        position += isLong ? 3 : 1
        if isLong, bytes.endsLine(at: position) { position += bytes[position] == 0x0D ? 2 : 1 }
        var content: [UInt8] = []
        while let byte = current {
            switch byte {
            case quote where !isLong:
                position += 1
                return try text(content, at: start)
            case quote:
                let run = bytes[position...].prefix(5).prefix { $0 == quote }.count
                position += run
                guard run < 3 else { return try text(content + Array(repeating: quote, count: run - 3), at: start) }
                content += Array(repeating: quote, count: run)
            case UInt8(ascii: "\\") where hasEscapes: content += try escape(isLong: isLong)
            case 0x0A where isLong, 0x0D where isLong && bytes.endsLine(at: position), 0x09:
                content.append(byte)
                position += 1
            case ..<0x20, 0x7F: throw flaw("a control character inside a string")
            default:
                content.append(byte)
                position += 1
            }
        }
        position = start
        throw flaw("a string that does not end")
    }

    private func text(_ content: [UInt8], at start: Int) throws(Flaw) -> String {
        guard let text = String(validating: content, as: UTF8.self) else {
            throw Flaw(reason: "a string that is not UTF-8", offset: start)
        }
        return text
    }

    private mutating func escape(isLong: Bool) throws(Flaw) -> [UInt8] {
        position += 1
        guard let mark = current else { throw flaw("the text ends inside a string") }
        let blanksEnd = bytes.overBlanks(from: position)
        if isLong, bytes.endsLine(at: blanksEnd) {
            position = bytes[blanksEnd...].firstIndex { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } ?? bytes.count
            return []
        }
        position += 1
        switch mark {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): return [mark]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "e"): return [0x1B]
        case UInt8(ascii: "x"): return try hexadecimal(digits: 2)
        case UInt8(ascii: "u"): return try hexadecimal(digits: 4)
        case UInt8(ascii: "U"): return try hexadecimal(digits: 8)
        default: throw flaw("an unknown escape")
        }
    }

    private mutating func hexadecimal(digits: Int) throws(Flaw) -> [UInt8] {
        let text = String(decoding: bytes[position...].prefix(digits), as: UTF8.self)
        guard text.utf8.count == digits, text.utf8.allSatisfy({ $0.isLetterOrDigit }),
            let value = UInt32(text, radix: 16),
            let scalar = Unicode.Scalar(value)
        else { throw flaw("\(digits) hexadecimal digits of a character should follow") }
        position += digits
        return Array(String(scalar).utf8)
    }
}
