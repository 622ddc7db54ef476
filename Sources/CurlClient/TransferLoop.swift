// The callers' end of the loop: starts its thread with the first transfer, stops it with the last owner.
import Glibc

/// What holds for every transfer of one client.
struct LoopOptions: Sendable {
    let useEnvironmentProxies: Bool
    /// Connections that may stand once a transfer is over, those in use included.
    let keptConnections: Int
}

/// Carries transfers out on one thread of its own. Held by the client and by its streams, not by the thread, so that
/// the thread ends when they are gone.
final class TransferLoop: Sendable {
    private let inbox = Inbox()
    private let options: LoopOptions

    init(_ options: LoopOptions) { self.options = options }

    deinit {
        if inbox.hasThread { _ = inbox.post(.stop) }
    }

    /// Answers the order in any case, also when no thread can be had.
    func start(_ order: Order) {
        switch inbox.post(.start(order)) {
        case .posted: break
        case .needsThread: startThread()
        case .closed: order.refuse(.other(code: Int(ENOTCONN), message: "the client could not be started"))
        }
    }

    /// Ends the transfer at once, also before it has started; nothing happens when it is over already.
    func cancel(_ ticket: Ticket) {
        ticket.markCancelled()
        if inbox.hasThread { _ = inbox.post(.cancel(ticket)) }
    }

    /// Goes on with a paused transfer.
    func resume(_ ticket: Ticket) { _ = inbox.post(.resume(ticket)) }

    private func startThread() {
        let seed = Unmanaged.passRetained(LoopSeed(inbox: inbox, options: options))
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, { LoopSeed.run($0) }, seed.toOpaque())
        guard code != 0 else {
            pthread_detach(thread)
            return
        }
        seed.release()
        for case .start(let order) in inbox.close() {
            order.refuse(.other(code: Int(code), message: "the system gives no thread"))
        }
    }
}

/// What the new thread is given.
private final class LoopSeed {
    let inbox: Inbox
    let options: LoopOptions

    init(inbox: Inbox, options: LoopOptions) {
        self.inbox = inbox
        self.options = options
    }

    static func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        let seed = Unmanaged<LoopSeed>.fromOpaque(argument).takeRetainedValue()
        // The process's signals are for its other threads; SIGPIPE, which libcurl leaves on, then becomes EPIPE.
        var everySignal = sigset_t()
        sigfillset(&everySignal)
        pthread_sigmask(SIG_BLOCK, &everySignal, nil)
        LoopDriver(inbox: seed.inbox, options: seed.options).run()
        return nil
    }
}
