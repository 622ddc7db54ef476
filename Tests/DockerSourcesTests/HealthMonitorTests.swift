// Sources that go and come back, as those who ask see it: a dead one costs its time once.
import DockerEngine
import NIOConcurrencyHelpers
import TestSupport
import Testing

@testable import DockerSources

@Suite struct HealthMonitorTests {
    /// Runs `test` beside a monitor.
    private func watching(
        _ sources: [any Source], surroundings: Surroundings = Surroundings(),
        _ test: @Sendable (Aggregator) async throws -> Void
    ) async rethrows {
        let aggregator = Aggregator(sources: sources, surroundings: surroundings, jitter: { 0.99 })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await HealthMonitor(aggregator).run() }
            #expect(await eventually { aggregator.watched.allSatisfy { $0.health.isWatched } })
            try await test(aggregator)
            group.cancelAll()
        }
    }

    private func list(_ aggregator: Aggregator, evenIfOpen: Bool = false) async -> [SourceError.Code?] {
        await aggregator.gather(evenIfOpen: evenIfOpen) { source throws(SourceError) in
            _ = try await source.reply(to: .version)
        }.map { answer in
            if case .failure(let error) = answer.result { error.code } else { nil }
        }
    }

    @Test(
        "A dead source is asked once; then its last error is its answer, until a probe finds it back",
        arguments: [1, 2])
    func deadAndBack(sourceCount: Int) async {
        let dead = SwitchableSource("dead", .fails(.connectTimeout)), sound = SwitchableSource("sound", .answers)
        await watching(Array([dead, sound].prefix(sourceCount))) { aggregator in
            let sound = Array([nil as SourceError.Code?].prefix(sourceCount - 1))
            #expect(await list(aggregator) == [.connectTimeout] + sound)
            for _ in 0..<5 { #expect(await list(aggregator) == [.circuitOpen] + sound) }
            #expect(dead.asked == ["/version"])
            // It fails its first probe, and answers the second.
            #expect(await eventually { dead.asked.count == 2 })
            #expect(await list(aggregator) == [.circuitOpen] + sound)
            dead.now(.answers)
            #expect(await eventually { dead.asked.count == 3 })
            #expect(await eventually { await list(aggregator) == [nil] + sound })
            #expect(dead.asked.prefix(3) == ["/version", "/_ping", "/_ping"])
        }
    }

    @Test("The refusal says why, what to do, and when it is tried again")
    func refusal() async {
        let dead = SwitchableSource("dead", .fails(.noRoute))
        await watching([dead]) { aggregator in
            _ = await list(aggregator)
            let answer = await aggregator.gather { source throws(SourceError) in try await source.reply(to: .ping) }[0]
            guard case .failure(let error) = answer.result else {
                Issue.record("it was asked")
                return
            }
            #expect(error.code == .circuitOpen && error.cause == .noRoute && error.hint == "Nothing to do.")
            #expect(error.state == .unreachable)
            #expect((error.retryIn ?? .seconds(99)) <= .seconds(1))
            #expect(error.isWellPut(for: dead.label))
            #expect(answer.latency == .zero)
        }
    }

    @Test("What costs nothing is asked every time", arguments: [SourceError.Code.connectionRefused, .socketMissing])
    func cheap(code: SourceError.Code) async {
        let source = SwitchableSource("local", .fails(code), kind: .localSocket)
        await watching([source]) { aggregator in
            for _ in 0..<3 { #expect(await list(aggregator) == [code]) }
            source.now(.answers)
            #expect(await list(aggregator) == [nil])
        }
    }

    @Test("Without a monitor every call asks every source")
    func unwatched() async {
        let dead = SwitchableSource("dead", .fails(.connectTimeout))
        let aggregator = Aggregator(sources: [dead])
        for _ in 0..<3 { #expect(await list(aggregator) == [.connectTimeout]) }
        #expect(dead.asked.count == 3)
    }

    @Test("When the monitor ends, circuits close: nobody else would close them")
    func end() async {
        let dead = SwitchableSource("dead", .fails(.connectTimeout))
        let aggregator = Aggregator(sources: [dead])
        let monitor = Task { await HealthMonitor(aggregator).run() }
        #expect(await eventually { aggregator.watched[0].health.isWatched })
        #expect(await list(aggregator) == [.connectTimeout])
        #expect(await list(aggregator) == [.circuitOpen])
        monitor.cancel()
        await monitor.value
        for _ in 0..<2 { #expect(await list(aggregator) == [.connectTimeout]) }
    }

    @Test("A refresh asks in spite of the circuit, and what it finds counts")
    func refresh() async {
        let source = SwitchableSource("dead", .fails(.connectTimeout))
        await watching([source]) { aggregator in
            _ = await list(aggregator)
            #expect(await list(aggregator, evenIfOpen: true) == [.connectTimeout])
            source.now(.answers)
            #expect(await list(aggregator, evenIfOpen: true) == [nil])
            #expect(await list(aggregator) == [nil])
        }
    }

    @Test("An engine that answers nothing is found dead at the deadline of the first call, and back by a probe")
    func hung() async {
        let source = SwitchableSource("hung", .hangs, limit: .milliseconds(200))
        await watching([source]) { aggregator in
            #expect(await list(aggregator) == [.deadlineExceeded])
            #expect(source.asked == ["/version", "/_ping"])
            #expect(source.forgotten == 1, "the ping is not sent on a connection that may be dead")
            #expect(await list(aggregator) == [.circuitOpen])
            source.now(.answers)
            #expect(await eventually { await list(aggregator) == [nil] })
        }
    }

    @Test("An engine that is slow with one question, and answers pings, stays")
    func slow() async {
        let source = SwitchableSource("slow", .pings, limit: .milliseconds(200))
        await watching([source]) { aggregator in
            for _ in 0..<3 { #expect(await list(aggregator) == [.deadlineExceeded]) }
            let condition = aggregator.watched[0].health.condition(showing: .unreachable)
            #expect(condition.isSlow && condition.consecutiveFailures > 0)
        }
    }

    @Test("Questions on their way when the circuit opens go on, and the first that is answered closes it")
    func underWay() async {
        let source = SwitchableSource("remote", .answers)
        await watching([source]) { aggregator in
            let (isAsked, mayGoOn) = (NIOLockedValueBox(false), NIOLockedValueBox(false))
            async let answer = aggregator.gather { source throws(SourceError) in
                isAsked.withLockedValue { $0 = true }
                #expect(await eventually { mayGoOn.withLockedValue { $0 } })
                _ = try await source.reply(to: .version)
                return 7
            }
            #expect(await eventually { isAsked.withLockedValue { $0 } })
            source.now(.fails(.connectTimeout))
            #expect(await list(aggregator) == [.connectTimeout])
            #expect(await list(aggregator) == [.circuitOpen])
            source.now(.answers)
            mayGoOn.withLockedValue { $0 = true }
            #expect(await answer.map(\.result) == [.success(7)])
            #expect(await list(aggregator) == [nil])
        }
    }

    @Test("Whoever asks a source without the aggregator is refused, too", arguments: [true, false])
    func gate(isStream: Bool) async {
        let dead = SwitchableSource("dead", .fails(.connectTimeout))
        await watching([dead]) { aggregator in
            let source = aggregator.sources[0]
            func ask() async -> SourceError.Code? {
                await SourceError.of { () throws(SourceError) in
                    if isStream {
                        _ = try await source.stream(.containerEvents)
                    } else {
                        try await source.reply(to: .ping)
                    }
                }?.code
            }
            #expect(await ask() == .connectTimeout)
            #expect(await ask() == .circuitOpen)
        }
    }

    @Test("After a sleep the first call asks a dead source again, and all connect anew")
    func sleep() async {
        let dead = SwitchableSource("dead", .fails(.connectTimeout)), sound = SwitchableSource("sound", .answers)
        let local = SwitchableSource("local", .answers, kind: .localSocket)
        let clocks = NIOLockedValueBox(SurroundingsRecord.Clocks(awake: 0, always: 0, wall: 0))
        let surroundings = Surroundings(clocks: { clocks.withLockedValue { $0 } }, addresses: { 1 })
        await watching([dead, sound, local], surroundings: surroundings) { aggregator in
            #expect(await list(aggregator) == [.connectTimeout, nil, nil])
            #expect(await list(aggregator) == [.circuitOpen, nil, nil])
            #expect(sound.forgotten == 0)
            dead.now(.answers)
            clocks.withLockedValue { $0.always += 60_000_000_000 }
            #expect(await list(aggregator) == [nil, nil, nil])
            #expect(sound.forgotten == 1 && local.forgotten == 0 && dead.forgotten > 0)
            _ = await list(aggregator)
            #expect(sound.forgotten == 1)
        }
    }

    @Test("What was no engine has to prove that it is one")
    func stranger() async {
        let source = SwitchableSource("web", .fails(.notDocker))
        await watching([source]) { aggregator in
            #expect(await list(aggregator) == [.notDocker])
            source.now(.answers)
            #expect(await eventually { source.asked.count >= 2 })
            #expect(await eventually { await list(aggregator) == [nil] })
            #expect(source.asked.prefix(2) == ["/version", "/version"])
        }
    }

    @Test("A thousand dead sources are a thousand answers at once, in configured order")
    func many() async {
        let sources = (0..<1_000).map { SwitchableSource("s\($0)", $0 % 2 == 0 ? .fails(.hostNotFound) : .answers) }
        await watching(sources) { aggregator in
            #expect(await list(aggregator) == sources.indices.map { $0 % 2 == 0 ? .hostNotFound : nil })
            let counts = NIOLockedValueBox<[Int]>([])
            let answers = await aggregator.gather(onAnswer: { count in counts.withLockedValue { $0.append(count) } }) {
                source throws(SourceError) in try await source.reply(to: .ping)
            }
            #expect(answers.map(\.source.name) == sources.map(\.label.name))
            #expect(counts.withLockedValue { $0 } == Array(1...1_000))
        }
    }

    @Test("Cancelling the monitor while it probes ends it")
    func cancelledProbe() async {
        let source = SwitchableSource("hung", .fails(.connectTimeout))
        let aggregator = Aggregator(sources: [source], surroundings: Surroundings(), jitter: { 0.99 })
        let monitor = Task { await HealthMonitor(aggregator).run() }
        #expect(await eventually { aggregator.watched[0].health.isWatched })
        _ = await list(aggregator)
        source.now(.hangs)
        #expect(await eventually { source.asked.count == 2 })
        monitor.cancel()
        await monitor.value
    }
}
