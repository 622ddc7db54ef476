// Secrets that are written behind a name: in JSON within JSON, and in the way of headers and of YAML.

extension SecretScanner {
    /// The value of a member in JSON that is itself written as a JSON string: `\"password\": \"…\"`.
    func escapedMember(at position: Int) -> Range<Int>? {
        guard has("\\\"", at: position) else { return nil }
        let nameEnd = end(from: position + 2, while: Self.isNameByte)
        guard nameEnd > position + 2, has("\\\"", at: nameEnd) else { return nil }
        let colon = end(from: nameEnd + 2) { $0 == 0x20 }
        guard colon < bytes.count, bytes[colon] == UInt8(ascii: ":") else { return nil }
        let quote = end(from: colon + 1) { $0 == 0x20 }
        guard has("\\\"", at: quote), SecretName.isOne(bytes[(position + 2)..<nameEnd]) else { return nil }
        let start = quote + 2
        let end = escapedEnd(from: start)
        return end > start ? start..<end : nil
    }

    /// Where a string within a string ends: at a quote behind one backslash, five, nine; three are an escaped quote in it.
    private func escapedEnd(from start: Int) -> Int {
        var backslashes = 0
        for index in start..<bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\\"): backslashes += 1
            case UInt8(ascii: "\"") where backslashes == 0 || backslashes % 4 == 1: return index - min(backslashes, 1)
            default: backslashes = 0
            }
        }
        return bytes.count
    }

    /// The word after `NAME: `, where the name is unmistakable and the word looks made: `Root password: x7Kq2!`.
    func labelled(at position: Int) -> Range<Int>? {
        let start = position + 2
        guard start < bytes.count, bytes[position + 1] == 0x20 else { return nil }
        let name = bytes[..<position].suffix(32).reversed().prefix { Self.isNameByte($0) }.map { $0 & 0xDF }
        guard Self.unmistakable.contains(where: { name.starts(with: $0) }) else { return nil }
        let end = end(from: start) { $0 > 0x20 && !",;\"'".utf8.contains($0) }
        guard end - start >= 6, bytes[start..<end].contains(where: { (0x30...0x39).contains($0) }) else { return nil }
        return start..<end
    }

    /// Ends of names, written backwards, `-` and `_` as `& 0xDF` leaves them.
    private static let unmistakable = [
        "PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "API-KEY", "API_KEY", "APIKEY",
    ]
    .map { $0.utf8.reversed().map { $0 & 0xDF } }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        isWord(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
}
