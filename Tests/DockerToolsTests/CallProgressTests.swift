// What a client is told of a call that takes long, and that one that does not is told nothing.
import NIOConcurrencyHelpers
import TestSupport
import Testing

@testable import DockerTools

@Suite struct CallProgressTests {
    @Test("Nothing is told of a short call")
    func short() async {
        let told = NIOLockedValueBox<[[Int]]>([])
        let progress = CallProgress { answered, asked in told.withLockedValue { $0.append([answered, asked]) } }
        let clock = Task { await progress.run() }
        progress.ask(2)
        progress.answer()
        progress.answer()
        clock.cancel()
        await clock.value
        #expect(told.withLockedValue { $0 }.isEmpty)
    }

    @Test("From the first second on: what has come by then, then each answer")
    func long() async {
        let told = NIOLockedValueBox<[[Int]]>([])
        let progress = CallProgress { answered, asked in told.withLockedValue { $0.append([answered, asked]) } }
        progress.ask(2)
        progress.answer()
        await progress.run()
        progress.ask(2)
        progress.answer()
        progress.answer()
        #expect(told.withLockedValue { $0 } == [[1, 2], [2, 4], [3, 4]])
    }
}
