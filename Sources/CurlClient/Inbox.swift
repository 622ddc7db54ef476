// The one place where calling tasks and the loop's thread meet.
import CCurl
import NIOConcurrencyHelpers

/// Commands on their way to the loop's thread.
final class Inbox: Sendable {
    /// `curl_multi_wakeup` may be called from any thread while the handle lives; nothing else is done with it here,
    /// and it is forgotten under the lock before the handle is freed.
    private struct Waker: @unchecked Sendable { let multi: OpaquePointer }

    private struct State {
        var commands: [Command] = []
        var waker: Waker?
        var hasThread = false
        var isClosed = false
    }

    /// What became of a command.
    enum Delivery { case posted, needsThread, closed }

    private let state = NIOLockedValueBox(State())

    /// Wakes the thread only when the inbox was empty (else it was woken already), and under the lock, since the
    /// thread may be about to free the handle.
    func post(_ command: Command) -> Delivery {
        state.withLockedValue { state in
            if state.isClosed { return .closed }
            state.commands.append(command)
            guard state.hasThread else {
                state.hasThread = true
                return .needsThread
            }
            if state.commands.count == 1, let waker = state.waker { curl_multi_wakeup(waker.multi) }
            return .posted
        }
    }

    /// Whether a thread was started, so that there is one to stop.
    var hasThread: Bool { state.withLockedValue { $0.hasThread } }

    /// Called by the thread before it first waits.
    func open(_ multi: OpaquePointer) {
        let waker = Waker(multi: multi)
        state.withLockedValue { $0.waker = waker }
    }

    /// Called by the thread: everything posted since the last time, in order.
    func take() -> [Command] {
        state.withLockedValue { state in
            defer { state.commands = [] }
            return state.commands
        }
    }

    /// Nothing is accepted any more; the commands that nobody will carry out.
    func close() -> [Command] {
        state.withLockedValue { state in
            state.isClosed = true
            state.waker = nil
            defer { state.commands = [] }
            return state.commands
        }
    }
}
