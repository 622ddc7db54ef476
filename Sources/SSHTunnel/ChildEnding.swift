// How a child ended, and what it said.

/// The end of a child that carried a connection.
public struct ChildEnding: Sendable {
    /// How it ended.
    public enum How: Hashable, Sendable {
        /// By itself, with this code.
        case exited(Int)
        /// By this signal.
        case signalled(Int)
        /// It never began; why.
        case notStarted(String)
    }

    /// How it ended.
    public let how: How
    /// The end of what it wrote to standard error: foreign text.
    public let words: String
    /// When.
    public let at: ContinuousClock.Instant

    /// An ending, now unless another time is given.
    public init(_ how: How, words: String, at: ContinuousClock.Instant = .now) {
        self.how = how
        self.words = words
        self.at = at
    }

    /// Whether it tells why a connection came to nothing.
    var isFailure: Bool { how != .exited(0) }
}
