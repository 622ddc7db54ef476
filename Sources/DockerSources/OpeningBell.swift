// Tells the monitor which circuits have opened.
import NIOConcurrencyHelpers

/// A queue with one reader. It is empty, and its reader asleep, while all sources answer.
final class OpeningBell: Sendable {
    /// A circuit that wants a prober.
    struct Opening: Hashable, Sendable {
        /// The source's place in its aggregator.
        let source: Int
        /// Which of the circuit's troubles it is.
        let number: Int
    }

    private struct State {
        var openings: [Opening] = []
        var reader: CheckedContinuation<Opening?, Never>?
    }

    private let state = NIOLockedValueBox(State())

    func ring(_ opening: Opening) {
        let reader = state.withLockedValue { state in
            guard let reader = state.reader else {
                state.openings.append(opening)
                return nil as CheckedContinuation<Opening?, Never>?
            }
            state.reader = nil
            return reader
        }
        reader?.resume(returning: opening)
    }

    /// The next opening, waiting for it; nil once the task is cancelled.
    func next() async -> Opening? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // A task's mark of cancellation is set before its handler runs, so one of the two always sees the other.
                let answer = state.withLockedValue { state -> Opening?? in
                    if Task.isCancelled {
                        state.openings = []
                        return .some(nil)
                    }
                    if !state.openings.isEmpty { return .some(state.openings.removeFirst()) }
                    state.reader = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            state.withLockedValue { state in
                defer { state.reader = nil }
                return state.reader
            }?.resume(returning: nil)
        }
    }
}
