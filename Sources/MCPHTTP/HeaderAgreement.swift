// 2026-07-28 wants the routing headers to say the same as the body.
import JSON
import MCP

/// Compares a modern request's headers with its body.
struct HeaderAgreement {
    /// The method's parameter that `Mcp-Name` repeats.
    private static let namedParameters = ["tools/call": "name", "prompts/get": "name", "resources/read": "uri"]
    let head: RequestHead

    /// What doesn't agree, in words; nil when all does. What a body lacks is for others to refuse.
    func mismatch(with message: JSON) -> String? {
        guard let method = message["method"]?.string, let params = message["params"],
            let version = params["_meta"]?[Envelope.protocolVersionKey]?.string
        else { return nil }
        if let reason = mismatch("MCP-Protocol-Version", version, mayBeEncoded: false) { return reason }
        if let reason = mismatch("Mcp-Method", method) { return reason }
        guard let name = Self.namedParameters[method].flatMap({ params[$0]?.string }) else { return nil }
        return mismatch("Mcp-Name", name)
    }

    private func mismatch(_ name: String, _ wanted: String, mayBeEncoded: Bool = true) -> String? {
        let values = head.values(of: name)
        guard let value = values.first else { return "the header \(name) is missing" }
        guard values.count == 1 else { return "the header \(name) comes more than once" }
        let shown = value.trimmed
        guard let decoded = mayBeEncoded ? Self.decoded(shown) : shown else {
            return "the header \(name) holds no valid base64"
        }
        return decoded == wanted ? nil : "the header \(name) differs from the body"
    }

    /// `=?base64?...?=` holds UTF-8 that a header couldn't carry.
    private static func decoded(_ value: String) -> String? {
        guard value.hasPrefix("=?base64?"), value.hasSuffix("?="), value.utf8.count >= 11 else { return value }
        guard let bytes = Base64.decode(value.utf8.dropFirst(9).dropLast(2)) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// Base64 of RFC 4648, with its padding.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func decode(_ text: some BidirectionalCollection<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        let padding = text.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding <= 2 else { return nil }
        var bytes: [UInt8] = []
        var (bits, count) = (UInt32(0), 0)
        for digit in text.dropLast(padding) {
            guard let value = alphabet.firstIndex(of: digit) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            bits &= (1 << UInt32(count)) - 1
        }
        return bits == 0 ? bytes : nil
    }
}
