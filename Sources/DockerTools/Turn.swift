// One at a time: the others wait for their turn, in the order in which they came.
import NIOConcurrencyHelpers

/// A lock that is held across suspensions.
final class Turn: Sendable {
    private struct State {
        var isTaken = false
        var nextWaiter = 0
        var waiters: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    }

    private let state = NIOLockedValueBox(State())

    /// Waits for the turn; false when the task is cancelled first. Whoever gets it must `pass` it on.
    func take() async -> Bool {
        let id = state.withLockedValue { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // A task's mark of cancellation is set before its handler runs, so one of the two always sees the other.
                let isMine = state.withLockedValue { state -> Bool? in
                    if Task.isCancelled { return false }
                    if state.isTaken {
                        state.waiters.append((id, continuation))
                        return nil
                    }
                    state.isTaken = true
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

    /// Gives the turn to whoever has waited longest.
    func pass() {
        let next = state.withLockedValue { state in
            state.isTaken = !state.waiters.isEmpty
            return state.waiters.isEmpty ? nil : state.waiters.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}
