// Why a text is not JSON.

/// What was found wrong, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, in words that can follow "not JSON:".
    public let reason: String
    /// Bytes from the beginning of the text.
    public let offset: Int
    /// Whether the text may well be JSON, but goes beyond a bound: of depth or of values.
    public let exceedsBound: Bool

    init(reason: String, offset: Int, exceedsBound: Bool = false) {
        self.reason = reason
        self.offset = offset
        self.exceedsBound = exceedsBound
    }

    /// The reason and the place.
    public var description: String { "\(reason) at byte \(offset)" }
}
