// What answers and failures make of a source's health.
import TestSupport
import Testing

@testable import DockerSources

@Suite struct HealthRecordTests {
    private let start = ContinuousClock.now

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private func fail(
        _ record: inout HealthRecord, _ code: SourceError.Code, on kind: SourceKind = .remoteTCP,
        after time: Duration = .seconds(1), at seconds: Double = 0, isWatched: Bool = true
    ) -> Bool {
        record.failed(.stub(code), on: kind, after: time, at: at(seconds), isWatched: isWatched, jitter: 0)
    }

    private static let absences: Set<SourceError.Code> = [
        .socketMissing, .permissionDenied, .connectionRefused, .hostNotFound, .noRoute, .connectTimeout, .tlsUntrusted,
        .tlsHostname, .tlsClientCertificate, .tlsExpected, .plainExpected, .sshHostKey, .sshUnauthorized, .sshFailed,
        .notDocker,
    ]

    @Test("Only what means that the source is not there opens its circuit", arguments: SourceError.Code.allCases)
    func opens(code: SourceError.Code) {
        var record = HealthRecord()
        check(fail(&record, code) == Self.absences.contains(code))
        #expect((record.circuit.state == .open) == Self.absences.contains(code))
    }

    @Test("What fails at once is asked every time", arguments: absences)
    func cheap(code: SourceError.Code) {
        var record = HealthRecord()
        check(!fail(&record, code, after: .microseconds(1_999)))
        check(fail(&record, code, after: .milliseconds(2)))
    }

    @Test(
        "A local socket that is missing, forbidden or refuses never costs a circuit, however busy this machine is",
        arguments: absences)
    func local(code: SourceError.Code) {
        var record = HealthRecord()
        let isFree = [.socketMissing, .permissionDenied, .connectionRefused].contains(code)
        check(fail(&record, code, on: .localSocket, after: .seconds(3)) == !isFree)
        #expect(record.consecutiveFailures == 1)
    }

    @Test("Where nobody probes, nothing opens", arguments: absences)
    func unwatched(code: SourceError.Code) {
        var record = HealthRecord()
        check(!fail(&record, code, isWatched: false))
        #expect(record.circuit.state == .closed)
        #expect(record.consecutiveFailures == 1)
        #expect(record.state == SourceError.stub(code).state)
    }

    @Test("Silence opens it when a ping was not answered either")
    func silence() {
        var record = HealthRecord()
        record.answered(at: at(0), latency: nil)
        check(
            record.missedDeadline(
                .stub(.deadlineExceeded), limit: .seconds(10), pingedAt: at(6), at: at(11), isWatched: true, jitter: 0))
        #expect(record.circuit.state == .open && record.state == .unreachable)
    }

    @Test("A source that answered anything since the ping is only slow")
    func slowQuestion() {
        for sign in 0..<3 {
            var record = HealthRecord()
            switch sign {
            case 0: record.answered(at: at(6), latency: .milliseconds(1))
            case 1: record.heard(at: at(7))
            default: _ = fail(&record, .notFound, at: 6)
            }
            check(
                !record.missedDeadline(
                    .stub(.deadlineExceeded), limit: .seconds(10), pingedAt: at(6), at: at(11), isWatched: true,
                    jitter: 0))
            #expect(record.circuit.state == .closed && record.state != .unreachable)
            #expect(record.consecutiveFailures == 1)
        }
    }

    @Test("Without a ping, or without a prober, silence is only counted", arguments: [true, false])
    func silenceUnjudged(isWatched: Bool) {
        var record = HealthRecord()
        let ping = isWatched ? nil : at(5)
        check(
            !record.missedDeadline(
                .stub(.deadlineExceeded), limit: .seconds(10), pingedAt: ping, at: at(10), isWatched: isWatched,
                jitter: 0))
        #expect(record.circuit.state == .closed && record.state == .unreachable && record.consecutiveFailures == 1)
    }

    @Test("An answer of a question on its way closes the circuit", arguments: [true, false])
    func answerCloses(isFound: Bool) {
        var record = HealthRecord()
        check(fail(&record, .connectTimeout))
        if isFound {
            record.answered(at: at(1), latency: nil)
        } else {
            check(!fail(&record, .notFound, at: 1))
        }
        #expect(record.circuit.state == .closed && record.state == .connected && record.consecutiveFailures == 0)
    }

    @Test(
        "A probe that is answered, also with a refusal, ends the trouble",
        arguments: [nil, .unauthorized, .engineError] as [SourceError.Code?])
    func probe(code: SourceError.Code?) throws {
        var record = HealthRecord()
        check(fail(&record, .connectTimeout))
        let number = try #require(record.circuit.trouble?.number)
        record.probed(number, code.map { .stub($0) }, on: .remoteTCP, after: .seconds(1), at: at(2), jitter: 0)
        #expect(record.circuit.state == .closed && record.consecutiveFailures == 0)
        #expect(record.state == (code.map { SourceError.stub($0).state } ?? .connected))
    }

    @Test(
        "A probe that fails prolongs it; a cheap failure lets questions through; a cancelled one says nothing",
        arguments: [
            (SourceError.Code.deadlineExceeded, 10.0, Circuit.State.open, 2), (.connectionRefused, 0.001, .halfOpen, 2),
            (.connectionRefused, 0.1, .open, 2), (.cancelled, 1, .open, 1),
        ])
    func failedProbe(code: SourceError.Code, took: Double, state: Circuit.State, failures: Int) throws {
        var record = HealthRecord()
        check(fail(&record, .connectTimeout))
        let number = try #require(record.circuit.trouble?.number)
        record.probed(number, .stub(code), on: .remoteTCP, after: .seconds(took), at: at(2), jitter: 0)
        #expect(record.circuit.state == state && record.consecutiveFailures == failures)
        record.probed(number + 1, nil, on: .remoteTCP, after: .zero, at: at(3), jitter: 0)
        #expect(record.circuit.state == state, "a stale probe")
    }

    private func condition(
        _ record: inout HealthRecord, _ shown: SourceState = .connected, at seconds: Double
    ) -> SourceCondition { record.condition(showing: shown, at: at(seconds), limit: .seconds(10)) }

    @Test("A state is told with its beginning, the last answer and the failures since")
    func since() {
        var record = HealthRecord()
        var now = condition(&record, .unreachable, at: 0)
        #expect(now.since == at(0) && now.lastSuccessAt == nil && now.medianLatency == nil)
        record.answered(at: at(1), latency: .milliseconds(4))
        record.answered(at: at(2), latency: .milliseconds(6))
        now = condition(&record, at: 3)
        #expect(now.state == .connected && now.since == at(1) && now.lastSuccessAt == at(2))
        #expect(now.medianLatency == .milliseconds(4) && now.latency95 == .milliseconds(6))
        for second in 4...6 { _ = fail(&record, .connectTimeout, at: Double(second)) }
        now = condition(&record, .unreachable, at: 7)
        #expect(now.state == .unreachable && now.since == at(4) && now.lastSuccessAt == at(2))
        #expect(now.consecutiveFailures == 3)
    }

    @Test("A state that only the check sees begins when it is first seen")
    func shownState() {
        var record = HealthRecord()
        record.answered(at: at(1), latency: nil)
        check(condition(&record, .degraded, at: 5).since == at(5))
        check(condition(&record, .degraded, at: 9).since == at(5))
        check(condition(&record, .connected, at: 10).since == at(1))
        check(condition(&record, .degraded, at: 11).since == at(11))
    }

    @Test("Three of the last twenty replies that take more than half of the limit make a source slow")
    func slow() {
        var record = HealthRecord()
        for index in 0..<30 { record.answered(at: at(0), latency: index < 10 ? .seconds(6) : .milliseconds(2)) }
        check(condition(&record, at: 1).state == .connected, "that was long ago")
        for _ in 0..<2 { record.answered(at: at(1), latency: .seconds(6)) }
        record.answered(at: at(1), latency: .seconds(5))
        check(!condition(&record, at: 1).isSlow)
        record.answered(at: at(1), latency: .milliseconds(5_001))
        let now = condition(&record, at: 2)
        #expect(now.isSlow && now.state == .degraded)
        check(condition(&record, .unreachable, at: 2).state == .unreachable)
    }

    @Test("Two comings and goings within five minutes are flapping, until they are over")
    func flapping() {
        var record = HealthRecord()
        for round in 0..<3 {
            record.answered(at: at(Double(round * 60)), latency: nil)
            let now = condition(&record, at: Double(round * 60))
            #expect(now.changes == (round < 2 ? 0 : 4))
            #expect(now.state == (round < 2 ? .connected : .degraded))
            _ = fail(&record, .connectionRefused, after: .zero, at: Double(round * 60 + 30))
        }
        record.answered(at: at(200), latency: nil)
        check(condition(&record, at: 200).isFlapping)
        check(!condition(&record, at: 500).isFlapping)
    }
}

@Suite struct LatencyWindowTests {
    @Test("Percentiles are of the last hundred, by the nearest rank", arguments: [1, 2, 19, 20, 99, 100, 101, 250])
    func percentiles(count: Int) {
        var window = LatencyWindow()
        #expect(window.percentile(50) == nil)
        var generator = SeededGenerator(seed: UInt64(count))
        let times = (0..<count).map { _ in Int.random(in: 0..<1_000_000, using: &generator) }
        for time in times { window.add(.microseconds(time)) }
        let sorted = times.suffix(100).sorted()
        for percent in [0, 1, 50, 95, 100] {
            let rank = max(1, Int((Double(sorted.count * percent) / 100).rounded(.up)))
            #expect(window.percentile(percent) == .microseconds(sorted[rank - 1]))
        }
        for recent in [1, 20, 100] {
            #expect(
                window.slow(ofLast: recent, over: .microseconds(500_000))
                    == times.suffix(min(recent, 100)).count { $0 > 500_000 })
        }
    }

    @Test(
        "Times out of range are the nearest in range",
        arguments: [(Duration.seconds(-1), 0), (.seconds(Int64.max), 4_294_967_295)])
    func extremes(time: Duration, microseconds: Int) {
        var window = LatencyWindow()
        window.add(time)
        #expect(window.percentile(50) == .microseconds(microseconds))
    }
}
