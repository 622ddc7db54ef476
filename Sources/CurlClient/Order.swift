// What the calling tasks tell the loop's thread.
import Synchronization

/// Names one transfer on both sides. Its flag catches a cancellation that comes before the transfer has started.
final class Ticket: Sendable {
    private let cancelled = Atomic(false)

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    func markCancelled() { cancelled.store(true, ordering: .releasing) }
}

/// A transfer to be made, and who waits for it.
struct Order: Sendable {
    /// Who waits: for the whole reply, or for the head of a stream whose body goes to a buffer.
    enum Answer: Sendable {
        case whole(CheckedContinuation<Result<HTTPReply, TransferError>, Never>)
        case stream(CheckedContinuation<Result<ReplyHead, TransferError>, Never>, StreamBuffer)
        /// For a connection alone, without a request; `waits` for what the server says to our certificate.
        case probe(CheckedContinuation<ConnectionProbe, Never>, waits: Bool)
    }

    let ticket: Ticket
    let request: HTTPRequest
    /// The contents of the route's TLS files; nil for other routes.
    let material: TLSMaterial?
    let answer: Answer

    /// Answers an order whose transfer never started.
    func refuse(_ error: TransferError) {
        switch answer {
        case .whole(let continuation): continuation.resume(returning: .failure(error))
        case .stream(let continuation, _): continuation.resume(returning: .failure(error))
        case .probe(let continuation, _): continuation.resume(returning: ConnectionProbe(error: error))
        }
    }
}

/// What lies in the loop's inbox.
enum Command: Sendable {
    case start(Order)
    case cancel(Ticket)
    /// The reader of a paused stream has room again.
    case resume(Ticket)
    /// Nobody holds the client any more.
    case stop
}
