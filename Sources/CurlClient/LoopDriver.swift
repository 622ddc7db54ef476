// The loop itself: the only code that touches the multi handle and its transfers.
import CCurl
import Glibc

/// Runs every transfer of one client, on the thread that calls `run()`.
final class LoopDriver {
    private let inbox: Inbox
    private let options: LoopOptions
    private var live: [ObjectIdentifier: Transfer] = [:]
    private var headDeadlines: [ObjectIdentifier: ContinuousClock.Instant] = [:]
    /// Transfers that wait to connect again, and when they do.
    private var retries: [ObjectIdentifier: ContinuousClock.Instant] = [:]

    /// Probes that are connected and wait for the server to turn our certificate away, and until when.
    private var lingering: [ObjectIdentifier: ContinuousClock.Instant] = [:]

    /// With more transfers under way than this, each gets a small buffer.
    private static let many = 32

    private static let retryPause = Duration.milliseconds(5)

    /// libcurl's own set-up, once a process.
    private static let globalCode = curl_global_init(ccurl_global_default)

    init(inbox: Inbox, options: LoopOptions) {
        self.inbox = inbox
        self.options = options
    }

    /// Returns when told to stop, with every transfer answered and the inbox closed.
    func run() {
        guard Self.globalCode == CURLE_OK, let multi = curl_multi_init() else {
            return refuseAll(.other(code: Int(CURLE_FAILED_INIT.rawValue), message: "libcurl could not be set up"))
        }
        ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, options.keptConnections)
        inbox.open(multi)
        while obey(inbox.take(), multi) {
            retryDue(multi)
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            finishDone(multi)
            endLateStreams(multi)
            endLingering(multi)
            curl_multi_poll(multi, nil, 0, pollTimeout, nil)
        }
        for transfer in Array(live.values) { end(transfer, multi) { $0.finish(failing: .cancelled) } }
        refuseAll(.cancelled)
        curl_multi_cleanup(multi)
    }

    /// False when told to stop.
    private func obey(_ commands: [Command], _ multi: OpaquePointer) -> Bool {
        for command in commands {
            switch command {
            case .start(let order): start(order, multi)
            case .cancel(let ticket):
                if let transfer = live[ObjectIdentifier(ticket)] {
                    end(transfer, multi) { $0.finish(failing: .cancelled) }
                }
            case .resume(let ticket):
                guard let transfer = live[ObjectIdentifier(ticket)] else { continue }
                // What was held back is written from in here, so a failure of that is told here and not by the multi.
                let code = curl_easy_pause(transfer.handle.raw, CURLPAUSE_CONT)
                if code != CURLE_OK { end(transfer, multi) { $0.finish(code) } }
            case .stop: return false
            }
        }
        return true
    }

    private func start(_ order: Order, _ multi: OpaquePointer) {
        guard !order.ticket.isCancelled else { return order.refuse(.cancelled) }
        guard let handle = EasyHandle() else {
            return order.refuse(.other(code: Int(CURLE_FAILED_INIT.rawValue), message: "libcurl gives no handle"))
        }
        let transfer = Transfer(order, handle: handle), id = ObjectIdentifier(order.ticket)
        live[id] = transfer
        transfer.configure(
            useEnvironmentProxies: options.useEnvironmentProxies, isOneOfMany: live.count > Self.many)
        if let refusal = handle.refusal { return end(transfer, multi) { $0.finish(refusal) } }
        if transfer.isStream, let deadline = order.request.deadline {
            headDeadlines[id] = transfer.startedAt + deadline
        }
        add(transfer, multi)
    }

    private func add(_ transfer: Transfer, _ multi: OpaquePointer) {
        let code = curl_multi_add_handle(multi, transfer.handle.raw)
        if code != CURLM_OK {
            let message = String(cString: curl_multi_strerror(code))
            end(transfer, multi) { $0.finish(failing: .other(code: Int(code.rawValue), message: message)) }
        }
    }

    private func finishDone(_ multi: OpaquePointer) {
        var code = CURLE_OK
        while let raw = ccurl_multi_next_done(multi, &code) {
            var user: UnsafeMutableRawPointer?
            ccurl_get_pointer(raw, CURLINFO_PRIVATE, &user)
            guard let transfer = Transfer.of(user) else { continue }
            if transfer.metFullQueue(code) {
                curl_multi_remove_handle(multi, raw)
                retries[ObjectIdentifier(transfer.ticket)] = .now + Self.retryPause
            } else if let pause = transfer.lingers(code) {
                lingering[ObjectIdentifier(transfer.ticket)] = .now + pause
            } else {
                end(transfer, multi) { $0.finish(code) }
            }
        }
    }

    private func endLingering(_ multi: OpaquePointer) {
        guard !lingering.isEmpty else { return }
        let now = ContinuousClock.now
        for (id, deadline) in lingering {
            guard let transfer = live[id] else {
                lingering[id] = nil
                continue
            }
            if let code = transfer.look() {
                end(transfer, multi) { $0.finish(code) }
            } else if deadline <= now {
                end(transfer, multi) { $0.finish(CURLE_OK) }
            }
        }
    }

    private func retryDue(_ multi: OpaquePointer) {
        guard !retries.isEmpty else { return }
        let now = ContinuousClock.now
        for (id, time) in retries where time <= now {
            retries[id] = nil
            guard let transfer = live[id] else { continue }
            let limit = transfer.request.connectLimit
            if now - transfer.startedAt < limit {
                transfer.configureTimes()
                add(transfer, multi)
            } else {
                end(transfer, multi) { $0.finish(failing: .connectTimedOut(after: limit)) }
            }
        }
    }

    private func endLateStreams(_ multi: OpaquePointer) {
        guard !headDeadlines.isEmpty else { return }
        let now = ContinuousClock.now
        for (id, deadline) in headDeadlines {
            guard let transfer = live[id], !transfer.hasHead else {
                headDeadlines[id] = nil
                continue
            }
            if deadline <= now { end(transfer, multi) { $0.finish(CURLE_OPERATION_TIMEDOUT) } }
        }
    }

    /// Milliseconds until something is due here; libcurl itself shortens it to its own next timer.
    private var pollTimeout: Int32 {
        if !lingering.isEmpty { return 5 }
        let times = [headDeadlines.values.min(), retries.values.min()]
        guard let next = times.compactMap(\.self).min() else { return Int32.max }
        return Int32((next - .now).milliseconds)
    }

    /// Takes the transfer out of libcurl, then out of the table, and only then answers: an answer that a waiting task
    /// sees means that the connection is closed or free again.
    private func end(_ transfer: Transfer, _ multi: OpaquePointer, answer: (Transfer) -> Void) {
        let id = ObjectIdentifier(transfer.ticket)
        curl_multi_remove_handle(multi, transfer.handle.raw)
        live[id] = nil
        headDeadlines[id] = nil
        retries[id] = nil
        lingering[id] = nil
        answer(transfer)
    }

    private func refuseAll(_ error: TransferError) {
        for case .start(let order) in inbox.close() { order.refuse(error) }
    }
}
