// Secrets that go on over several lines of one stream: private keys.

/// Masks the lines of one stream, in their order.
public struct SecretLines: Sendable {
    private var keyLinesLeft = 0

    /// Lines of a private key at most: RSA of 16,384 bits has about 200. A key that never ends hides no more of a log.
    private static let longestKey = 256

    /// Nothing read yet.
    public init() {}

    /// `line`, cleaned before, with its secrets masked.
    public mutating func masked(_ line: String) -> String {
        if keyLinesLeft > 0 {
            keyLinesLeft -= 1
            if line.contains("-----END ") { keyLinesLeft = 0 }
            return Secrets.mask
        }
        if line.contains("PRIVATE KEY-----"), line.contains("-----BEGIN "), !line.contains("-----END ") {
            keyLinesLeft = Self.longestKey
        }
        return Secrets.masked(line)
    }
}
