// Secrets in running text: credentials in URLs, well-known token shapes, bearer headers, assignments to secret names.

extension Secrets {
    /// `text` with everything in it masked that looks like a secret by its own shape or by the name it is assigned to.
    ///
    /// Shapes: `scheme://user:password@`, tokens of GitHub, GitLab, Slack, AWS, Google, npm, Docker, OpenAI and others, JSON Web Tokens,
    /// `Bearer …` and `Basic …`, private keys in PEM, `NAME=value`, `"name": "value"` and `--name value` with a secret-looking name.
    public static func masked(_ text: String) -> String {
        guard mayHoldSecret(text) else { return text }
        var scanner = SecretScanner(Array(text.utf8))
        let ranges = scanner.ranges()
        guard !ranges.isEmpty else { return text }
        var output: [UInt8] = []
        var position = 0
        for range in ranges where range.lowerBound >= position {
            output.append(contentsOf: scanner.bytes[position..<range.lowerBound])
            output.append(contentsOf: mask.utf8)
            position = range.upperBound
        }
        output.append(contentsOf: scanner.bytes[position...])
        return String(decoding: output, as: UTF8.self)
    }

    /// A cheap look that lets most log lines pass.
    private static func mayHoldSecret(_ text: String) -> Bool {
        text.withBytes { holdsMarkOrRun($0) && SecretSigns.mayBe(in: $0) }
    }

    /// Every shape holds one of these bytes, or is long and unbroken.
    private static func holdsMarkOrRun(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var run = 0
        var last: UInt8 = 0x20
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "="), UInt8(ascii: "@"), UInt8(ascii: "\""), UInt8(ascii: "'"): return true
            case UInt8(ascii: "-") where last == byte: return true
            case UInt8(ascii: " "): run = 0
            default:
                run += 1
                // The shortest known token has more characters.
                if run >= 8 { return true }
            }
            last = byte
        }
        return false
    }
}

/// Finds the byte ranges of secrets in one text.
struct SecretScanner {
    let bytes: [UInt8]
    private var found: [Range<Int>] = []

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// In order, without overlap.
    mutating func ranges() -> [Range<Int>] {
        var position = 0
        while position < bytes.count {
            if let range = secret(at: position) {
                found.append(range)
                position = max(range.upperBound, position + 1)
            } else {
                position += 1
            }
        }
        return found
    }

    private func secret(at position: Int) -> Range<Int>? {
        switch bytes[position] {
        case UInt8(ascii: ":"): credentials(at: position) ?? labelled(at: position)
        case UInt8(ascii: "\\"): escapedMember(at: position)
        case UInt8(ascii: "="): assigned(at: position)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): member(at: position)
        case UInt8(ascii: "-"): privateKey(at: position) ?? flag(at: position)
        case let byte where Self.isWord(byte) && startsWord(position): token(at: position) ?? header(at: position)
        default: nil
        }
    }

    static func isWord(_ byte: UInt8) -> Bool {
        switch byte | 0x20 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
        }
    }

    private func startsWord(_ position: Int) -> Bool {
        position == 0 || !Self.isWord(bytes[position - 1])
    }

    func has(_ text: StaticString, at position: Int) -> Bool {
        text.withUTF8Buffer { bytes.dropFirst(position).starts(with: $0) }
    }

    /// Where a run of bytes that `belongs` accepts ends.
    func end(from start: Int, while belongs: (UInt8) -> Bool) -> Int {
        bytes[start...].firstIndex { !belongs($0) } ?? bytes.count
    }

    /// `user:password` between `://` and `@` (RFC 3986, 3.2.1); for ssh only with a password: its users are no secrets, while a
    /// name alone in another address may be a token.
    private func credentials(at position: Int) -> Range<Int>? {
        guard has("://", at: position) else { return nil }
        let start = position + 3
        let end = end(from: start) { byte in
            byte > 0x20 && byte != 0x7F && !"/?#\"'<>\\`".utf8.contains(byte)
        }
        guard let at = bytes[start..<end].lastIndex(of: UInt8(ascii: "@")), at > start else { return nil }
        let isSSH = bytes[..<position].suffix(3).elementsEqual("ssh".utf8)
        if isSSH, !bytes[start..<at].contains(UInt8(ascii: ":")) { return nil }
        return start..<at
    }

    /// The value after `NAME=` or `--name=`.
    private func assigned(at position: Int) -> Range<Int>? {
        var start = position
        while start > 0,
            Self.isWord(bytes[start - 1]) || bytes[start - 1] == UInt8(ascii: "-")
                || bytes[start - 1] == UInt8(ascii: ".")
        {
            start -= 1
        }
        guard start < position, isSecretName(bytes[start..<position]) else { return nil }
        return value(from: position + 1)
    }

    /// The value of a JSON-like member with a secret name: `"password": "…"`.
    private func member(at position: Int) -> Range<Int>? {
        let quote = bytes[position]
        let nameEnd = end(from: position + 1) { Self.isWord($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
        guard nameEnd > position + 1, nameEnd < bytes.count, bytes[nameEnd] == quote else { return nil }
        var next = end(from: nameEnd + 1) { $0 == 0x20 }
        guard next < bytes.count, bytes[next] == UInt8(ascii: ":") else { return nil }
        guard isSecretName(bytes[(position + 1)..<nameEnd]) else { return nil }
        next = end(from: next + 1) { $0 == 0x20 }
        guard next < bytes.count, bytes[next] == UInt8(ascii: "\"") || bytes[next] == UInt8(ascii: "'") else {
            return nil
        }
        return value(from: next)
    }

    /// The word after `--name`.
    private func flag(at position: Int) -> Range<Int>? {
        guard has("--", at: position), position == 0 || bytes[position - 1] == 0x20 || bytes[position - 1] == 0x22
        else {
            return nil
        }
        let nameEnd = end(from: position + 2) { Self.isWord($0) || $0 == UInt8(ascii: "-") }
        guard nameEnd < bytes.count, bytes[nameEnd] == 0x20, isSecretName(bytes[(position + 2)..<nameEnd]) else {
            return nil
        }
        let start = nameEnd + 1
        let beginsFlag = start < bytes.count && bytes[start] == UInt8(ascii: "-") && !has("-----BEGIN ", at: start)
        return beginsFlag ? nil : value(from: start)
    }

    private func isSecretName(_ name: ArraySlice<UInt8>) -> Bool { SecretName.isOne(name) }

    /// A value as shells and JSON write it: up to its closing quote, or to white space and separators.
    private func value(from start: Int) -> Range<Int>? {
        guard start < bytes.count else { return nil }
        let first = bytes[start]
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
            var end = start + 1
            while end < bytes.count, bytes[end] != first { end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1 }
            end = min(end, bytes.count)
            return end > start + 1 ? (start + 1)..<end : nil
        }
        // Values with spaces in them: a private key without quotes, and a token behind the name of its scheme.
        if let key = privateKey(at: start) {
            let tail = end(from: min(key.upperBound + 9, bytes.count)) { $0 != UInt8(ascii: "-") && $0 != 0x0A }
            return start..<end(from: tail) { $0 == UInt8(ascii: "-") }
        }
        if let token = header(at: start) { return start..<token.upperBound }
        let end = end(from: start) { $0 > 0x20 && !",;&\"'".utf8.contains($0) }
        return end > start ? start..<end : nil
    }

    /// The whole of a private key in PEM, or all that is left when its end was cut off.
    private func privateKey(at position: Int) -> Range<Int>? {
        guard has("-----BEGIN ", at: position) else { return nil }
        let headEnd = end(from: position + 5) { $0 != UInt8(ascii: "-") && $0 != 0x0A }
        guard bytes[position..<headEnd].reversed().starts(with: "YEK ETAVIRP".utf8) else { return nil }
        var end = headEnd
        while end < bytes.count, !has("-----END ", at: end) { end += 1 }
        guard end < bytes.count else { return (headEnd..<bytes.count) }
        return headEnd..<end
    }
}
