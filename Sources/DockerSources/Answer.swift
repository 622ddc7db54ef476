// What one source made of a question.

/// A value or a reason, always with its origin.
public struct Answer<Value: Sendable>: Sendable {
    /// Who answered.
    public let source: SourceLabel
    /// How long it took, by this machine's monotonic clock.
    public let latency: Duration
    /// What it answered.
    public let result: Result<Value, SourceError>

    /// An answer of these parts.
    public init(source: SourceLabel, latency: Duration, result: Result<Value, SourceError>) {
        self.source = source
        self.latency = latency
        self.result = result
    }
}
