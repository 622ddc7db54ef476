// Which version of the Engine API both sides speak.

/// A version of the Engine API, such as 1.41.
public struct APIVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Before the point.
    public let major: Int
    /// After the point.
    public let minor: Int

    /// The oldest that we ask with, and what an engine that names none is asked with.
    public static let oldest = APIVersion(major: 1, minor: 24)
    /// The newest that we know.
    public static let newest = APIVersion(major: 1, minor: 56)

    /// A version by its numbers.
    public init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// What `text` says, such as `1.41`; nil when it is no version.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let major = Int(parts[0]), let minor = Int(parts[1]),
            text.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }), (0...99).contains(major),
            (0...9_999).contains(minor)
        else { return nil }
        self.init(major: major, minor: minor)
    }

    /// What to speak with an engine whose newest version is `engine`: the lower of its and ours; nil when it is older than all that we speak.
    ///
    /// An engine too new for us says so itself, by a 400 that names its oldest version.
    public static func negotiated(with engine: APIVersion) -> APIVersion? {
        engine < oldest ? nil : min(engine, newest)
    }

    /// Older than.
    public static func < (left: APIVersion, right: APIVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    /// `1.41`.
    public var description: String { "\(major).\(minor)" }
}
