// Many sources at once: each answer is its own, in configured order, within its own limit.
import DockerSources
import NIOConcurrencyHelpers
import TestSupport
import Testing

@Suite struct AggregatorTests {
    private static let names = ["a", "b", "c", "d", "e", "f"]

    @Test("Answers come in configured order, whatever the order of arrival", arguments: 1...8)
    func order(seed: UInt64) async {
        var generator = SeededGenerator(seed: seed)
        let turns = Self.names.shuffled(using: &generator)
        let answered = NIOLockedValueBox<[String]>([])
        let answers = await Aggregator(sources: Self.names.map { StubSource($0) }).gather {
            source throws(SourceError) in
            // Each waits for its turn, so that they arrive in the order of `turns`.
            let name = source.label.name
            let isMyTurn = await eventually {
                answered.withLockedValue { $0 == Array(turns.prefix { $0 != name }) }
            }
            answered.withLockedValue { $0.append(name) }
            return isMyTurn
        }
        #expect(answered.withLockedValue { $0 } == turns)
        #expect(answers.map(\.source.name) == Self.names)
        #expect(answers.map(\.result) == Self.names.map { _ in .success(true) })
    }

    @Test(
        "A failing source costs its own answer only",
        arguments: [SourceError.Code.connectionRefused, .engineError, .cancelled, .notDocker], ["a", "c", "f"])
    func isolation(code: SourceError.Code, broken: String) async {
        let answers = await Aggregator(sources: Self.names.map { StubSource($0) }).gather {
            source throws(SourceError) in
            if source.label.name == broken { throw SourceError.stub(code) }
            return source.label.name
        }
        #expect(
            answers.map(\.result) == Self.names.map { $0 == broken ? .failure(.stub(code)) : .success($0) })
    }

    @Test("A source that hangs costs its own answer only, and is told of its limit")
    func hanging() async {
        let sources = [StubSource("hung", limit: .milliseconds(30)), StubSource("sound")]
        let answers = await Aggregator(sources: sources).gather { source throws(SourceError) in
            if source.label.name == "hung" {
                await untilCancelled()
                throw SourceError.stub(.cancelled)
            }
            return 1
        }
        #expect(answers.map(\.source.name) == ["hung", "sound"])
        #expect(answers[0].result == .failure(.deadlineExceeded(at: .stub("hung"), limit: .milliseconds(30))))
        #expect(answers[0].latency >= .milliseconds(30))
        #expect(answers[1].result == .success(1))
    }

    @Test("Each source has its own limit", arguments: [1, 2])
    func ownLimits(sourceCount: Int) async {
        let limits: [Duration] = [.milliseconds(20), .milliseconds(40)]
        let sources = (0..<sourceCount).map { StubSource("s\($0)", limit: limits[$0]) }
        let answers = await Aggregator(sources: sources).gather { source throws(SourceError) -> Int in
            await untilCancelled()
            throw SourceError.stub(.cancelled)
        }
        #expect(
            answers.map(\.result)
                == (0..<sourceCount).map { .failure(.deadlineExceeded(at: .stub("s\($0)"), limit: limits[$0])) })
    }

    @Test("A question that has a value when its time is over keeps it", arguments: [1, 2])
    func lateValue(sourceCount: Int) async {
        let sources = (0..<sourceCount).map { StubSource("s\($0)", limit: .milliseconds(20)) }
        let answers = await Aggregator(sources: sources).gather { source throws(SourceError) in
            await untilCancelled()
            return "the lines that came"
        }
        #expect(answers.map(\.result) == sources.map { _ in .success("the lines that came") })
    }

    @Test("A failure of its own, though late, is told as it is")
    func lateFailure() async {
        let answers = await Aggregator(sources: [StubSource("s", limit: .milliseconds(20))]).gather {
            source throws(SourceError) -> Int in
            await untilCancelled()
            throw SourceError.stub(.connectionRefused)
        }
        #expect(answers.map(\.result) == [.failure(.stub(.connectionRefused))])
    }

    @Test("Cancelling the call cancels every question", arguments: [1, 2, 6])
    func cancellation(sourceCount: Int) async {
        let sources = Self.names.prefix(sourceCount).map { StubSource($0) }
        let started = NIOLockedValueBox(0)
        let call = Task {
            await Aggregator(sources: sources).gather { source throws(SourceError) -> Int in
                started.withLockedValue { $0 += 1 }
                await untilCancelled()
                throw SourceError.stub(.cancelled)
            }
        }
        #expect(await eventually { started.withLockedValue { $0 } == sourceCount })
        call.cancel()
        #expect(await call.value.map(\.result) == sources.map { _ in .failure(.stub(.cancelled)) })
    }

    @Test("The chosen sources are asked, and no other")
    func chosen() async {
        let sources = Self.names.map { StubSource($0) }
        let asked = NIOLockedValueBox<Set<String>>([])
        let answers = await Aggregator(sources: sources).gather(from: [sources[4], sources[1]]) {
            source throws(SourceError) in
            asked.withLockedValue { _ = $0.insert(source.label.name) }
        }
        #expect(answers.map(\.source.name) == ["e", "b"])
        #expect(asked.withLockedValue { $0 } == ["b", "e"])
    }

    @Test("Each arrival is counted as it comes", arguments: [1, 2, 6])
    func progress(sourceCount: Int) async {
        let counts = NIOLockedValueBox<[Int]>([])
        let sources = Self.names.prefix(sourceCount).map { StubSource($0) }
        _ = await Aggregator(sources: sources).gather { count in
            counts.withLockedValue { $0.append(count) }
        } _: { source throws(SourceError) in
            if source.label.name == "b" { throw SourceError.stub(.noRoute) }
        }
        #expect(counts.withLockedValue { $0 } == Array(1...sourceCount))
    }

    @Test("No source, no answer")
    func nobody() async {
        #expect(await Aggregator(sources: []).gather { _ throws(SourceError) in 1 }.isEmpty)
    }
}
