// Rows of several sources as one list, and what a report says of each.
import DockerSources
import Testing

@Suite struct MergedTests {
    private let answers = [
        Answer(source: .stub("a"), latency: .milliseconds(3), result: .success(["x", "y"])),
        Answer<[String]>(
            source: .stub("b"), latency: .seconds(1), result: .failure(.stub(.connectionRefused))),
        Answer(source: .stub("c"), latency: .milliseconds(5), result: .success(["x"])),
    ]

    @Test("Rows keep their source, those of the first source first")
    func rows() {
        let merged = Merged(answers)
        #expect(merged.rows.map { "\($0.source.name)/\($0.row)" } == ["a/x", "a/y", "c/x"])
        #expect(!merged.isUnanswered)
    }

    @Test("Every source that was asked is reported, in order")
    func reports() {
        let reports = Merged(answers).sources
        #expect(reports.map(\.source.name) == ["a", "b", "c"])
        #expect(reports.map(\.state) == [.connected, .unreachable, .connected])
        #expect(reports.map(\.latency) == [.milliseconds(3), nil, .milliseconds(5)])
        #expect(reports.map(\.error) == [nil, .stub(.connectionRefused), nil])
    }

    @Test("It is unanswered only when no source answered")
    func unanswered() {
        #expect(Merged([answers[1]]).isUnanswered)
        #expect(!Merged([Answer(source: .stub("a"), latency: .zero, result: .success([String]()))]).isUnanswered)
    }

    @Test("A source that answered in part is degraded, with its latency and why")
    func degraded() {
        let report = SourceReport(.stub("a"), degradedBy: .stub(.deadlineExceeded), latency: .seconds(2))
        #expect(report.state == .degraded)
        #expect(report.latency == .seconds(2))
        #expect(report.error == .stub(.deadlineExceeded))
    }
}
