// Why a text is not JSON.

/// What was found wrong, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, in words that can follow "not JSON:".
    public let reason: String
    /// Bytes from the beginning of the text.
    public let offset: Int

    /// The reason and the place.
    public var description: String { "\(reason) at byte \(offset)" }
}
