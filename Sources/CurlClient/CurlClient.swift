// The way in: an async call for a whole reply and one for a stream.

/// An HTTP client over one libcurl multi handle and one thread, for any number of servers and concurrent calls.
///
/// Connections are kept and used again. Redirects are not followed, replies are not asked to be compressed, and
/// nothing but GET and HEAD can be sent.
public final class CurlClient: Sendable {
    private let loop: TransferLoop

    /// Cheap: the thread and libcurl start with the first transfer. Proxies of the environment (`http_proxy` and the
    /// like) are ignored unless asked for, and always for unix sockets.
    public init(useEnvironmentProxies: Bool = false) {
        loop = TransferLoop(useEnvironmentProxies: useEnvironmentProxies)
    }

    /// The whole reply. Throws `.cancelled` soon after the task is cancelled; the connection is then closed.
    public func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPReply {
        try RequestCheck.check(request)
        let ticket = Ticket()
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.start(Order(ticket: ticket, request: request, answer: .whole(continuation)))
            }
        } onCancel: {
            loop.cancel(ticket)
        }.get()
    }

    /// The reply as a stream; returns when the final headers have come, even if no byte of the body has.
    /// The stream outlives this call's task; cancelling the task that waits in `next()` cancels it.
    public func stream(_ request: HTTPRequest) async throws(TransferError) -> HTTPStream {
        try RequestCheck.check(request)
        let ticket = Ticket(), buffer = StreamBuffer()
        let head = try await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.start(Order(ticket: ticket, request: request, answer: .stream(continuation, buffer)))
            }
        } onCancel: {
            loop.cancel(ticket)
        }.get()
        return HTTPStream(head: head, buffer: buffer, ticket: ticket, loop: loop)
    }
}
