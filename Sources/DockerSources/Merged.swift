// The answers of several sources as one.

/// Rows of all sources, and how each source did. Rows stay with their source: with a thousand of them, to copy each row
/// beside its label costs more than to read it.
public struct Merged<Row: Sendable>: Sendable {
    /// Every source that was asked, in configured order.
    public let sources: [SourceReport]
    /// The rows of each of `sources`, in the same order; none of one that did not answer.
    public let rowsBySource: [[Row]]

    /// The rows that each source answered with.
    public init(_ answers: [Answer<[Row]>]) {
        sources = answers.map(SourceReport.init)
        rowsBySource = answers.map { (try? $0.result.get()) ?? [] }
    }

    private init(sources: [SourceReport], rowsBySource: [[Row]]) {
        self.sources = sources
        self.rowsBySource = rowsBySource
    }

    /// The same sources with those of their rows that `isWanted` is true of.
    public func filter(_ isWanted: (Row) -> Bool) -> Merged {
        Merged(sources: sources, rowsBySource: rowsBySource.map { $0.filter(isWanted) })
    }

    /// All rows, those of the first source first; each with its source.
    public var rows: [(source: SourceLabel, row: Row)] {
        zip(sources, rowsBySource).flatMap { report, rows in rows.map { (report.source, $0) } }
    }

    /// How many rows there are.
    public var count: Int { rowsBySource.reduce(0) { $0 + $1.count } }

    /// Whether no source answered.
    public var isUnanswered: Bool { sources.allSatisfy { $0.error != nil } }
}

/// How one source did with one question.
public struct SourceReport: Hashable, Sendable {
    /// Which source.
    public let source: SourceLabel
    /// How it is doing.
    public let state: SourceState
    /// How long it took; nil when it did not answer.
    public let latency: Duration?
    /// Why it did not answer.
    public let error: SourceError?

    /// What `answer` says of its source.
    public init<Value>(_ answer: Answer<Value>) {
        source = answer.source
        switch answer.result {
        case .success:
            state = .connected
            latency = answer.latency
            error = nil
        case .failure(let failure):
            state = failure.state
            latency = nil
            error = failure
        }
    }

    /// A source that answered, though not with everything.
    public init(_ source: SourceLabel, degradedBy error: SourceError, latency: Duration) {
        self.source = source
        self.error = error
        self.latency = latency
        state = .degraded
    }
}
