// What may name an image in a path, by the grammar of image references.

/// An image's id, the beginning of one, or a reference: `[host[:port]/]path[:tag][@digest]`.
///
/// Grammar: distribution/reference; path parts are lower case letters and digits, joined by `.`, `_`, `__` or dashes; a tag has at most 128
/// characters, a name 255; a digest is one of sha256, sha384 or sha512, which engines accept. At most 512 characters in all.
public struct ImageReference: Hashable, Sendable, CustomStringConvertible {
    /// The text as given.
    public let text: String

    /// Nil when `text` can't name an image.
    public init?(_ text: String) {
        guard text.utf8.count <= 512, Self.isReference(text) else { return nil }
        self.text = text
    }

    /// An id, or the beginning of one, that can name nothing else: `sha256:` and digits, or 64 digits alone.
    public var isIdentifier: Bool {
        text.hasPrefix("sha256:") || (text.utf8.count == 64 && text.utf8.allSatisfy(\.isHex))
    }

    /// The text.
    public var description: String { text }

    private static func isReference(_ text: String) -> Bool {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, !isDigest(parts[1]) { return false }
        if parts.count == 1, isDigest(parts[0]) { return true }
        var name = parts[0]
        let lastSlash = name.lastIndex(of: "/") ?? name.startIndex
        if let colon = name[lastSlash...].lastIndex(of: ":") {
            guard isTag(name[name.index(after: colon)...]) else { return false }
            name = name[..<colon]
        }
        guard name.utf8.count <= 255 else { return false }
        var components = name.split(separator: "/", omittingEmptySubsequences: false)[...]
        if components.count > 1, let first = components.first, isHost(first) { components = components.dropFirst() }
        return !components.isEmpty && components.allSatisfy(isPathComponent)
    }

    /// Digits of a digest, by its hash's name (opencontainers/go-digest): engines refuse others with 400.
    private static let digestDigits: [Substring: Int] = ["sha256": 64, "sha384": 96, "sha512": 128]

    private static func isDigest(_ text: Substring) -> Bool {
        guard let colon = text.firstIndex(of: ":"), let count = digestDigits[text[..<colon]] else { return false }
        let digits = text[text.index(after: colon)...].utf8
        return digits.count == count && digits.allSatisfy(\.isHex)
    }

    private static func isTag(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, first.isASCIIAlphanumeric || first == UInt8(ascii: "_") else { return false }
        return text.utf8.count <= 128 && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || "_.-".utf8.contains($0) }
    }

    /// A registry's host has a dot, a port or brackets, or is `localhost`; else the first part belongs to the path.
    private static func isHost(_ text: Substring) -> Bool {
        var name = text
        var hasPort = false
        if let colon = text.lastIndex(of: ":"), text.last != "]" {
            let port = text[text.index(after: colon)...].utf8
            guard !port.isEmpty, port.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
            name = text[..<colon]
            hasPort = true
        }
        if name.hasPrefix("["), name.hasSuffix("]") {
            return name.contains(":") && name.dropFirst().dropLast().utf8.allSatisfy(\.isAddressByte)
        }
        guard hasPort || name == "localhost" || name.contains(".") else { return false }
        return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            guard let first = label.utf8.first, let last = label.utf8.last else { return false }
            return first.isASCIIAlphanumeric && last.isASCIIAlphanumeric
                && label.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") }
        }
    }

    /// Lower case letters and digits, joined by `.`, `_`, `__` or dashes; so it is never `.` or `..`.
    private static func isPathComponent(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last, first.isLowerAlphanumeric,
            last.isLowerAlphanumeric
        else {
            return false
        }
        let separators = text.utf8.split { $0.isLowerAlphanumeric }
        return separators.allSatisfy { separator in
            separator.elementsEqual(".".utf8) || separator.elementsEqual("_".utf8) || separator.elementsEqual("__".utf8)
                || separator.allSatisfy { $0 == UInt8(ascii: "-") }
        }
    }
}

extension UInt8 {
    /// Of an IPv6 address.
    fileprivate var isAddressByte: Bool {
        isASCIIAlphanumeric || self == UInt8(ascii: ":") || self == UInt8(ascii: ".")
    }
    fileprivate var isHex: Bool {
        (0x30...0x39).contains(self) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
    }
    fileprivate var isLowerAlphanumeric: Bool {
        isASCIIAlphanumeric && !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
    }
}
