// So many at a time, in order, and nobody waits for ever.
import NIOConcurrencyHelpers
import TestSupport
import Testing

@testable import DockerSources

@Suite struct PermitsTests {
    @Test("Never more at once than there are, and everybody gets one", arguments: [1, 4])
    func exclusive(count: Int) async {
        let permits = Permits(count)
        let inside = NIOLockedValueBox((now: 0, most: 0, total: 0))
        await withDiscardingTaskGroup { group in
            for _ in 0..<200 {
                group.addTask {
                    guard await permits.take() else { return }
                    inside.withLockedValue {
                        $0.now += 1
                        $0.most = max($0.most, $0.now)
                        $0.total += 1
                    }
                    await Task.yield()
                    inside.withLockedValue { $0.now -= 1 }
                    permits.giveBack()
                }
            }
        }
        #expect(inside.withLockedValue { $0.most } <= count)
        #expect(inside.withLockedValue { $0.total } == 200)
    }

    @Test("Who is cancelled gets no permit, and takes none from those behind")
    func cancelled() async {
        let permits = Permits(1)
        #expect(await permits.take())
        let impatient = Task { await permits.take() }
        let patient = Task { await permits.take() }
        impatient.cancel()
        #expect(await impatient.value == false)
        permits.giveBack()
        #expect(await patient.value)
    }

    @Test("A task that is cancelled before it asks gets no permit")
    func cancelledBefore() async {
        let permits = Permits(1)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await permits.take()
        }
        task.cancel()
        #expect(await task.value == false)
        #expect(await permits.take())
    }
}
