// Secrets that go on over several lines of one stream: private keys.

/// Masks the lines of one stream, in their order.
public struct SecretLines: Sendable {
    private var keyLinesLeft = 0
    private var isWithinPublicPEM = false

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
        // Most lines have no five dashes, and the search for words takes its time.
        let hasDashes = Self.hasFiveDashes(line)
        if hasDashes, line.contains("-----END ") {
            isWithinPublicPEM = false
        } else if hasDashes, line.contains("-----BEGIN ") {
            isWithinPublicPEM = !line.contains("PRIVATE KEY-----")
            keyLinesLeft = isWithinPublicPEM ? 0 : Self.longestKey
        } else if !isWithinPublicPEM, Self.isKeyMaterial(line) {
            // What is read of a log may begin within a key.
            return Secrets.mask
        }
        return Secrets.masked(line)
    }

    /// Whether the line is a whole line of PEM (RFC 7468): 64 base64 characters, or the 70 and 76 of others, of every kind.
    private static func isKeyMaterial(_ line: String) -> Bool {
        let length = line.utf8.count
        guard length >= 60, length <= 76 else { return false }
        var kinds = 0
        for byte in line.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): kinds |= 1
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): kinds |= 2
            case UInt8(ascii: "0")...UInt8(ascii: "9"): kinds |= 4
            case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): continue
            default: return false
            }
        }
        return kinds == 7
    }

    /// One of five bytes in a row stands at every fifth place, so only those are looked at.
    private static func hasFiveDashes(_ line: String) -> Bool {
        line.withBytes { bytes in
            let dash = UInt8(ascii: "-")
            var place = 4
            while place < bytes.count {
                if bytes[place] == dash {
                    let before = bytes[..<place].suffix(4).reversed().prefix { $0 == dash }.count
                    let after = bytes[place...].prefix(5).prefix { $0 == dash }.count
                    if before + after >= 5 { return true }
                }
                place += 5
            }
            return false
        }
    }
}
