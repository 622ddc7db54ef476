// A quick look at a text that proves most of them to hold no secret: logs are read at the speed of this.

/// Looks for what every secret that `SecretScanner` finds begins with. Whatever that finds, this says may be there; most else passes.
///
/// A value with its tables in it, of which there is one: a static table is asked for at each use whether it was made.
struct SecretSigns {
    private static let all = SecretSigns()

    /// Whether one of the scanner's secrets may begin anywhere in `bytes`.
    static func mayBe(in bytes: UnsafeBufferPointer<UInt8>) -> Bool { all.mayBe(in: bytes) }

    private func mayBe(in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var followsWord = false
        for position in bytes.indices {
            let byte = bytes[position]
            let kind = kinds[Int(byte)]
            if kind == .other {
                followsWord = false
                continue
            }
            if kind == .word {
                if !followsWord, mayBeToken(bytes, position) { return true }
                followsWord = true
                continue
            }
            followsWord = false
            if mayBegin(with: byte, bytes, position) { return true }
        }
        return false
    }

    private enum Kind: UInt8 { case other, word, mark }

    private let kinds: [Kind] = (UInt8.min...UInt8.max).map { byte in
        SecretScanner.isWord(byte) ? .word : #":\="'-"#.utf8.contains(byte) ? .mark : .other
    }

    /// The marks behind or before which a secret stands.
    private func mayBegin(with mark: UInt8, _ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Bool {
        guard position + 1 < bytes.count else { return false }
        let next = bytes[position + 1]
        switch mark {
        case UInt8(ascii: ":"):
            if next == UInt8(ascii: "/") {
                // `://user:password@`: an address without @ passes.
                return bytes[min(position + 3, bytes.count)...].prefix { $0 > 0x20 && $0 != next }
                    .contains(UInt8(ascii: "@"))
            }
            // `NAME: value`, by the last letters of each name that counts.
            guard next == 0x20, position >= 3 else { return false }
            let three = bytes[(position - 3)..<position].reduce(0) { $0 << 8 | UInt32($1 & 0xDF) }
            return nameEnds.contains(three)
        case UInt8(ascii: "\\"): return next == UInt8(ascii: "\"")
        case UInt8(ascii: "="):
            var start = position
            while start > 0, isNameByte(bytes[start - 1]) { start -= 1 }
            return mayBeSecret(bytes, start..<position)
        case UInt8(ascii: "-"):
            guard next == mark else { return false }
            if position + 5 < bytes.count, bytes[position + 5] == UInt8(ascii: "B") { return true }
            guard position == 0 || bytes[position - 1] == 0x20 || bytes[position - 1] == 0x22 else { return false }
            return mayBeSecret(bytes, (position + 2)..<nameEnd(bytes, from: position + 2))
        default:
            let end = nameEnd(bytes, from: position + 1)
            guard end < bytes.count, bytes[end] == mark else { return false }
            return mayBeSecret(bytes, (position + 1)..<end)
        }
    }

    private func isNameByte(_ byte: UInt8) -> Bool {
        kinds[Int(byte)] == .word || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    private func nameEnd(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var end = start
        while end < bytes.count, isNameByte(bytes[end]) { end += 1 }
        return end
    }

    /// Whether a name holds the beginning of a word that `SecretName` knows.
    private func mayBeSecret(_ bytes: UnsafeBufferPointer<UInt8>, _ name: Range<Int>) -> Bool {
        name.contains { index in
            guard nameStarts[Int(bytes[index])], index + 1 < name.upperBound else { return false }
            let two = UInt32(bytes[index] & 0xDF) << 8 | UInt32(bytes[index + 1] & 0xDF)
            if two == passwordInTwo { return true }
            guard index + 2 < name.upperBound else { return false }
            return nameBeginnings.contains(two << 8 | UInt32(bytes[index + 2] & 0xDF))
        }
    }

    private let passwordInTwo = UInt32(UInt8(ascii: "P")) << 8 | UInt32(UInt8(ascii: "W"))
    private let nameBeginnings = packed(["PAS", "SEC", "TOK", "KEY", "CRE", "AUT", "DSN", "PRI", "COO", "SIG"])
    private let nameEnds = packed(["ORD", "SWD", "ASE", "RET", "KEN", "KEY"])
    private let nameStarts: [Bool] = (UInt8.min...UInt8.max).map { "PSTKCAD".utf8.contains($0 & 0xDF) }

    /// A token of a known shape, or a header: by their first three bytes.
    private func mayBeToken(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Bool {
        guard tokenStarts[Int(bytes[position])], position + 2 < bytes.count else { return false }
        let three =
            UInt32(bytes[position]) << 16 | UInt32(bytes[position + 1]) << 8 | UInt32(bytes[position + 2])
        return tokenBeginnings.contains(three) || headers.contains(three | 0x20_2020)
    }

    private let headers = packed(["bea", "bas"])
    private let tokenBeginnings = SecretScanner.tokenBeginnings
    private let tokenStarts: [Bool] = (UInt8.min...UInt8.max).map { byte in
        byte | 0x20 == UInt8(ascii: "b") || SecretScanner.tokenBeginnings.contains { $0 >> 16 == UInt32(byte) }
    }

    private static func packed(_ words: [String]) -> [UInt32] {
        words.map { $0.utf8.reduce(0) { $0 << 8 | UInt32($1) } }
    }
}
