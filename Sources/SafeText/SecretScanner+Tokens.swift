// Tokens that are known by their own shape, whatever name they stand under.

extension SecretScanner {
    /// How a well-known token begins, and how long the rest must at least be for the shape to mean one.
    private struct Shape {
        let prefix: StaticString
        let minimumRest: Int
    }

    private static let shapes = [
        Shape(prefix: "ghp_", minimumRest: 20), Shape(prefix: "gho_", minimumRest: 20),
        Shape(prefix: "ghu_", minimumRest: 20),
        Shape(prefix: "ghs_", minimumRest: 20), Shape(prefix: "ghr_", minimumRest: 20),
        Shape(prefix: "github_pat_", minimumRest: 20), Shape(prefix: "glpat-", minimumRest: 16),
        Shape(prefix: "xoxb-", minimumRest: 10), Shape(prefix: "xoxp-", minimumRest: 10),
        Shape(prefix: "xoxa-", minimumRest: 10),
        Shape(prefix: "xoxs-", minimumRest: 10), Shape(prefix: "xapp-", minimumRest: 10),
        Shape(prefix: "sk-", minimumRest: 20), Shape(prefix: "sk_live_", minimumRest: 10),
        Shape(prefix: "rk_live_", minimumRest: 10),
        Shape(prefix: "AKIA", minimumRest: 16), Shape(prefix: "ASIA", minimumRest: 16),
        Shape(prefix: "AIza", minimumRest: 30),
        Shape(prefix: "ya29.", minimumRest: 20), Shape(prefix: "npm_", minimumRest: 30),
        Shape(prefix: "pypi-", minimumRest: 30),
        Shape(prefix: "dckr_pat_", minimumRest: 16), Shape(prefix: "hf_", minimumRest: 30),
        Shape(prefix: "SG.", minimumRest: 30),
        Shape(prefix: "sk_test_", minimumRest: 10), Shape(prefix: "rk_test_", minimumRest: 10),
        Shape(prefix: "whsec_", minimumRest: 20),
        Shape(prefix: "hvs.", minimumRest: 20), Shape(prefix: "dop_v1_", minimumRest: 30),
        Shape(prefix: "shpat_", minimumRest: 20),
        Shape(prefix: "xoxr-", minimumRest: 10), Shape(prefix: "glptt-", minimumRest: 16),
        Shape(prefix: "sntrys_", minimumRest: 30),
        Shape(prefix: "tskey-", minimumRest: 16), Shape(prefix: "AGE-SECRET-KEY-1", minimumRest: 30),
        Shape(prefix: "ATATT3", minimumRest: 30),
    ]

    /// The first three bytes of every token, each once: none is shorter.
    static let tokenBeginnings: [UInt32] = Set((shapes.map(\.prefix) + ["eyJ"]).map(beginning(of:))).sorted()

    private static func beginning(of prefix: StaticString) -> UInt32 {
        prefix.withUTF8Buffer { $0.prefix(3).reduce(0) { $0 << 8 | UInt32($1) } }
    }

    /// A token that begins at `position`.
    func token(at position: Int) -> Range<Int>? {
        for shape in Self.shapes
        where bytes[position] == shape.prefix.utf8Start.pointee && has(shape.prefix, at: position) {
            let rest = position + shape.prefix.utf8CodeUnitCount
            let end = end(from: rest, while: Self.isTokenByte)
            if end - rest >= shape.minimumRest { return position..<end }
        }
        return webToken(at: position)
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        isWord(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    /// A JSON Web Token (RFC 7519): three base64url parts, the first of them an object.
    private func webToken(at position: Int) -> Range<Int>? {
        // Only where a run of such bytes begins: looking to its end from each word in it would take quadratic time.
        guard has("eyJ", at: position), position == 0 || !Self.isTokenByte(bytes[position - 1]) else { return nil }
        let end = end(from: position, while: Self.isTokenByte)
        let dots = bytes[position..<end].count { $0 == UInt8(ascii: ".") }
        return dots >= 2 && end - position >= 30 ? position..<end : nil
    }

    /// What follows `Bearer` or `Basic` (RFC 6750, RFC 7617).
    func header(at position: Int) -> Range<Int>? {
        let word = bytes[position...].prefix(7).map { $0 | 0x20 }
        let length = word.starts(with: "bearer ".utf8) ? 7 : word.starts(with: "basic ".utf8) ? 6 : 0
        guard length > 0 else { return nil }
        let start = position + length
        let end = end(from: start) { Self.isTokenByte($0) || "+/=~".utf8.contains($0) }
        // "Bearer authentication failed" is no header.
        let isToken =
            end - start >= 24 || bytes[start..<end].contains { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "=") }
        return end - start >= 8 && isToken ? start..<end : nil
    }
}
