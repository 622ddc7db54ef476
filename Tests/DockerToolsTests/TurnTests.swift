// One at a time, in order, and nobody waits for ever.
import NIOConcurrencyHelpers
import TestSupport
import Testing

@testable import DockerTools

@Suite struct TurnTests {
    @Test("Never two at once, and everybody gets a turn")
    func exclusive() async {
        let turn = Turn()
        let inside = NIOLockedValueBox((now: 0, most: 0, total: 0))
        await withDiscardingTaskGroup { group in
            for _ in 0..<200 {
                group.addTask {
                    guard await turn.take() else { return }
                    inside.withLockedValue {
                        $0.now += 1
                        $0.most = max($0.most, $0.now)
                        $0.total += 1
                    }
                    await Task.yield()
                    inside.withLockedValue { $0.now -= 1 }
                    turn.pass()
                }
            }
        }
        #expect(inside.withLockedValue { $0.most } == 1)
        #expect(inside.withLockedValue { $0.total } == 200)
    }

    @Test("Who is cancelled gets no turn, and takes none from those behind")
    func cancelled() async {
        let turn = Turn()
        #expect(await turn.take())
        let impatient = Task { await turn.take() }
        let patient = Task { await turn.take() }
        impatient.cancel()
        #expect(await impatient.value == false)
        turn.pass()
        #expect(await patient.value)
    }

    @Test("A task that is cancelled before it asks gets no turn")
    func cancelledBefore() async {
        let turn = Turn()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await turn.take()
        }
        task.cancel()
        #expect(await task.value == false)
        #expect(await turn.take())
    }
}
