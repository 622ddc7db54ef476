// The way in: an async call for a whole reply and one for a stream.

/// An HTTP client over one libcurl multi handle and one thread, for any number of servers and concurrent calls.
///
/// Connections are kept and used again. Redirects are not followed, replies are not asked to be compressed, and
/// nothing but GET and HEAD can be sent.
public final class CurlClient: Sendable {
    private let loop: TransferLoop
    private let materials = TLSMaterials()
    let useEnvironmentProxies: Bool

    /// Cheap: the thread and libcurl start with the first transfer. Proxies of the environment (`http_proxy` and the
    /// like) are ignored unless asked for, and always for unix sockets. `keptConnections` is how many connections may
    /// stand once a transfer is over, those in use included: with fewer than there are servers to ask in turn, each
    /// round connects anew.
    public init(useEnvironmentProxies: Bool = false, keptConnections: Int = 64) {
        self.useEnvironmentProxies = useEnvironmentProxies
        loop = TransferLoop(
            LoopOptions(useEnvironmentProxies: useEnvironmentProxies, keptConnections: max(1, keptConnections)))
    }

    /// The whole reply. Throws `.cancelled` soon after the task is cancelled; the connection is then closed.
    public func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPReply {
        let material = try checked(request)
        let start = ContinuousClock.now, ticket = Ticket()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.start(Order(ticket: ticket, request: request, material: material, answer: .whole(continuation)))
            }
        } onCancel: {
            loop.cancel(ticket)
        }
        do throws(TransferError) { return try result.get() } catch {
            throw await explained(error, of: request, since: start)
        }
    }

    /// The reply as a stream; returns when the final headers have come, even if no byte of the body has.
    /// The stream outlives this call's task; cancelling the task that waits in `next()` cancels it.
    public func stream(_ request: HTTPRequest) async throws(TransferError) -> HTTPStream {
        let material = try checked(request)
        let start = ContinuousClock.now, ticket = Ticket(), buffer = StreamBuffer()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.start(
                    Order(ticket: ticket, request: request, material: material, answer: .stream(continuation, buffer)))
            }
        } onCancel: {
            loop.cancel(ticket)
        }
        do throws(TransferError) {
            return HTTPStream(head: try result.get(), buffer: buffer, ticket: ticket, loop: loop)
        } catch { throw await explained(error, of: request, since: start) }
    }

    /// Refuses what must not be sent, and reads the TLS files of the route, if it has any.
    func checked(_ request: HTTPRequest) throws(TransferError) -> TLSMaterial? {
        try RequestCheck.check(request)
        guard case .tls(_, _, let options) = request.route else { return nil }
        do throws(TLSFileError) { return try materials.material(for: options) } catch { throw .tlsFile(error) }
    }
}
