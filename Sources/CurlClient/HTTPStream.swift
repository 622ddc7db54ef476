// A reply whose body is read while it comes.

/// A reply whose body is read while it comes. A slow reader pauses the transfer; letting go of the stream cancels it.
public final class HTTPStream: Sendable {
    /// The final status, 200 or more.
    public let status: Int
    /// The headers of the final reply.
    public let headers: HTTPHeaders
    /// The server's certificate when this transfer made the TLS handshake; nil over a connection that stood already.
    public let certificate: PeerCertificate?
    private let buffer: StreamBuffer
    private let ticket: Ticket
    private let loop: TransferLoop

    init(head: ReplyHead, buffer: StreamBuffer, ticket: Ticket, loop: TransferLoop) {
        status = head.status
        headers = head.headers
        certificate = head.certificate
        self.buffer = buffer
        self.ticket = ticket
        self.loop = loop
    }

    deinit { cancel() }

    /// The bytes that have come since the last call, waiting for some when there are none; nil at the body's end.
    ///
    /// At most about 256 KiB are ever buffered. When the connection ends early, what came is given first and then
    /// `.connectionClosed` is thrown. Cancelling the waiting task cancels the stream and throws `.cancelled`.
    public func next() async throws(TransferError) -> [UInt8]? {
        try await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if buffer.read(continuation) { loop.resume(ticket) }
            }
        } onCancel: {
            cancel()
        }.get()
    }

    /// Ends the transfer and closes its connection. Bytes not yet read are dropped; `next()` throws `.cancelled`
    /// from now on. A stream that has ended already is left as it is.
    public func cancel() {
        if buffer.cancel() { loop.cancel(ticket) }
    }
}
