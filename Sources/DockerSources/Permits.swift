// At most so many at a time: the others wait for their turn, in the order in which they came.
import NIOConcurrencyHelpers

/// A counting lock that is held across suspensions.
package final class Permits: Sendable {
    private struct State {
        var free: Int
        var nextWaiter = 0
        var waiters: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    }

    private let state: NIOLockedValueBox<State>

    /// So many at a time.
    package init(_ count: Int) { state = NIOLockedValueBox(State(free: count)) }

    /// Waits for a permit; false when the task is cancelled first. Whoever gets one must `giveBack`.
    package func take() async -> Bool {
        let id = state.withLockedValue { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // A task's mark of cancellation is set before its handler runs, so one of the two always sees the other.
                let isMine = state.withLockedValue { state -> Bool? in
                    if Task.isCancelled { return false }
                    if state.free == 0 {
                        state.waiters.append((id, continuation))
                        return nil
                    }
                    state.free -= 1
                    return true
                }
                if let isMine { continuation.resume(returning: isMine) }
            }
        } onCancel: {
            let waiter = state.withLockedValue { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: false)
        }
    }

    /// Gives the permit to whoever has waited longest.
    package func giveBack() {
        let next = state.withLockedValue { state in
            if state.waiters.isEmpty { state.free += 1 }
            return state.waiters.isEmpty ? nil : state.waiters.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}
