// Puts checked text into paths and queries (RFC 3986, 2.1).

enum PercentEncoding {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// One part of a path or query: all but unreserved characters is encoded, so that a slash stays inside its part.
    static func part(_ text: String) -> String {
        var output: [UInt8] = []
        for byte in text.utf8 {
            if byte.isASCIIAlphanumeric || "-._~".utf8.contains(byte) {
                output.append(byte)
            } else {
                output.append(contentsOf: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// `?name=value&…`; empty when there is nothing to ask.
    static func query(_ items: [(String, String)]) -> String {
        items.isEmpty ? "" : "?" + items.map { "\(part($0))=\(part($1))" }.joined(separator: "&")
    }
}
