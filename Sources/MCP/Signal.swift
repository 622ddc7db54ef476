// Something that happens once, and those who wait for it.
import NIOConcurrencyHelpers

/// A one-time event. Waiters that come late return at once.
package final class Signal: Sendable {
    private struct State {
        var hasFired = false
        var nextWaiter = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = NIOLockedValueBox(State())

    /// A signal that hasn't fired.
    package init() {}

    /// Lets all waiters go, now and later.
    package func fire() {
        let waiters = state.withLockedValue { state in
            state.hasFired = true
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    /// Returns once it fires or the task is cancelled.
    package func wait() async {
        let waiter = state.withLockedValue { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { enroll(waiter, $0, unless: { Task.isCancelled }) }
        } onCancel: {
            state.withLockedValue { $0.waiters.removeValue(forKey: waiter) }?.resume()
        }
    }

    /// Returns once it fires, whatever becomes of the task.
    func waitWhateverHappens() async {
        await withCheckedContinuation { enroll(0, $0, unless: { false }) }
    }

    /// A task's mark of cancellation is set before its handler runs, so one of the two always sees the other.
    private func enroll(_ waiter: Int, _ continuation: CheckedContinuation<Void, Never>, unless isCancelled: () -> Bool)
    {
        let mayPass = state.withLockedValue { state in
            if state.hasFired || isCancelled() { return true }
            state.waiters[waiter] = continuation
            return false
        }
        if mayPass { continuation.resume() }
    }
}

/// Returns when the first of them does; the others are cancelled and awaited.
package func firstOf(_ waits: [@Sendable () async -> Void]) async {
    await withTaskGroup(of: Void.self) { race in
        for wait in waits { race.addTask { await wait() } }
        await race.next()
        race.cancelAll()
    }
}
