// More sources than the system lets be connected at once are asked all the same, in turns.
import Glibc
import NIOConcurrencyHelpers
import Testing

@testable import DockerSources

@Suite struct DescriptorLimitTests {
    @Test("As many are asked at once as the limit allows, the others as soon as one has answered")
    func window() async {
        await #expect(processExitsWith: .success) {
            var limit = rlimit(rlim_cur: 200, rlim_max: 1_000)
            #expect(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
            #expect(DescriptorLimit.sourcesAtOnce() == 24)
            let (busy, most) = (NIOLockedValueBox(0), NIOLockedValueBox(0))
            let sources = (0..<300).map { StubSource("s\($0)") }
            let answers = await Aggregator(sources: sources).gather { source throws(SourceError) in
                let now = busy.withLockedValue { busy in
                    busy += 1
                    return busy
                }
                most.withLockedValue { $0 = max($0, now) }
                try? await Task.sleep(for: .milliseconds(2))
                busy.withLockedValue { $0 -= 1 }
                return source.label.name
            }
            #expect(answers.map(\.source.name) == sources.map(\.label.name))
            #expect(answers.allSatisfy { (try? $0.result.get()) == $0.source.name })
            #expect((2...24).contains(most.withLockedValue { $0 }))

            DescriptorLimit.raise()
            #expect(DescriptorLimit.sourcesAtOnce() == 290)
        }
    }

    @Test("Calls at once share the room: together they ask no more than one alone")
    func shared() async {
        await #expect(processExitsWith: .success) {
            var limit = rlimit(rlim_cur: 200, rlim_max: 200)
            #expect(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
            let (busy, most) = (NIOLockedValueBox(0), NIOLockedValueBox(0))
            let aggregator = Aggregator(sources: (0..<100).map { StubSource("s\($0)") })
            await withTaskGroup(of: Int.self) { calls in
                for _ in 0..<5 {
                    calls.addTask {
                        await aggregator.gather { source throws(SourceError) in
                            let now = busy.withLockedValue { busy in
                                busy += 1
                                return busy
                            }
                            most.withLockedValue { $0 = max($0, now) }
                            try? await Task.sleep(for: .milliseconds(1))
                            busy.withLockedValue { $0 -= 1 }
                            return source.label.name
                        }.count { (try? $0.result.get()) == $0.source.name }
                    }
                }
                for await answered in calls { #expect(answered == 100) }
            }
            #expect((2...24).contains(most.withLockedValue { $0 }))
        }
    }

    @Test("A call that is cancelled while its sources wait for room ends at once")
    func cancelled() async {
        await #expect(processExitsWith: .success) {
            var limit = rlimit(rlim_cur: 200, rlim_max: 200)
            #expect(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
            let aggregator = Aggregator(sources: (0..<100).map { StubSource("s\($0)") })
            let call = Task {
                await aggregator.gather { _ throws(SourceError) -> Int in
                    await untilCancelled()
                    throw SourceError.stub(.cancelled)
                }
            }
            call.cancel()
            let answers = await call.value
            #expect(answers.count == 100)
            #expect(answers.allSatisfy { SourceReport($0).error?.code == .cancelled })
            // The room is free again.
            let next = await aggregator.gather { source throws(SourceError) in source.label.name }
            #expect(next.allSatisfy { (try? $0.result.get()) != nil })
        }
    }

    @Test(
        "Connections are kept for all sources where the limit has room for them",
        arguments: [(200, 1_000, 24), (256, 1_000, 42), (1_024, 2, 64), (1_024, 100, 200), (1_024, 1_000, 298)])
    func kept(allowed: Int, sourceCount: Int, kept: Int) async {
        await #expect(processExitsWith: .success) { [allowed, sourceCount, kept] in
            var limit = rlimit(rlim_cur: rlim_t(allowed), rlim_max: rlim_t(allowed))
            #expect(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
            #expect(DescriptorLimit.connectionsKept(for: sourceCount) == kept)
            // What is kept and two for each source that is asked leave something for everything else.
            let most = DescriptorLimit.connectionsKept(for: sourceCount) + 2 * DescriptorLimit.sourcesAtOnce()
            #expect(most <= allowed - 128)
        }
    }
}
