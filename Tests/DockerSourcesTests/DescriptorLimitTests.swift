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
            #expect(DescriptorLimit.sourcesAtOnce() == 36)
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
            #expect((2...36).contains(most.withLockedValue { $0 }))

            DescriptorLimit.raise()
            #expect(DescriptorLimit.sourcesAtOnce() == 436)
        }
    }
}
