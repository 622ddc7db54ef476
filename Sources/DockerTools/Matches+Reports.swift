// How sources did that were asked twice: for what a name means, and then about it.
import DockerSources

extension [SourceReport] {
    /// Notes that a source's second answer failed; one that came changes nothing.
    mutating func note<Value>(_ answer: Answer<Value>) {
        if case .failure(let error) = answer.result { fail(answer.source, with: error) }
    }

    /// Notes that a source's second answer failed.
    mutating func fail(_ source: SourceLabel, with error: SourceError) {
        for index in indices where self[index].source == source {
            self[index] = SourceReport(Answer<Void>(source: source, latency: .zero, result: .failure(error)))
        }
    }
}
