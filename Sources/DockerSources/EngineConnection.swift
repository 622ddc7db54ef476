// What both ways of reaching an engine share: version negotiation, and replies turned into values or failures.
import CurlClient
import DockerEngine
import NIOConcurrencyHelpers
import SafeText

/// One engine behind one route.
final class EngineConnection: Sendable {
    let label: SourceLabel
    let limits: SourceLimits
    private let client: CurlClient
    private let concurrency: Permits?
    private let route: @Sendable () throws(SourceError) -> Route
    private let explain: @Sendable (TransferError, ContinuousClock.Instant) -> SourceError?
    private let version = NIOLockedValueBox<APIVersion?>(nil)
    private let newestCertificate = NIOLockedValueBox<PeerCertificate?>(nil)
    private let forgottenAt = NIOLockedValueBox<SuspendingClock.Instant?>(nil)

    /// `route` is asked before each transfer: a local socket is looked for when it is needed. `explain` may know better
    /// than libcurl why a transfer that began at some instant has failed. `concurrency` bounds transfers under way; nil for
    /// no bound.
    init(
        label: SourceLabel, limits: SourceLimits, client: CurlClient, concurrency: Permits? = nil,
        route: @escaping @Sendable () throws(SourceError) -> Route,
        explain: @escaping @Sendable (TransferError, ContinuousClock.Instant) -> SourceError? = { _, _ in nil }
    ) {
        self.label = label
        self.limits = limits
        self.client = client
        self.concurrency = concurrency
        self.route = route
        self.explain = explain
    }

    var negotiatedAPI: APIVersion? { version.withLockedValue { $0 } }

    /// Of the newest connection, cleaned; nil without TLS, and before the first answer.
    var certificate: PeerCertificate? { newestCertificate.withLockedValue { $0 } }

    /// Connections made until now are not used any more; what is in flight on them goes on.
    func forgetConnections() { forgottenAt.withLockedValue { $0 = .now } }

    private func remember(_ certificate: PeerCertificate?) {
        guard let certificate = certificate?.cleaned else { return }
        newestCertificate.withLockedValue { $0 = certificate }
    }

    func reply<Reply>(to endpoint: Endpoint<Reply>) async throws(SourceError) -> Reply {
        let path = try await path(endpoint.path, isVersioned: endpoint.isVersioned)
        let reply = try await exchange(path, maximumReplyBytes: endpoint.maximumReplyBytes)
        do throws(ReplyError) {
            return try endpoint.reply(from: reply.body)
        } catch { throw SourceError(error, at: label) }
    }

    func stream(_ endpoint: StreamEndpoint) async throws(SourceError) -> ByteStream {
        let path = try await path(endpoint.path, isVersioned: true)
        let permit = try await permit()
        let request = try request(path)
        let start = ContinuousClock.now
        let stream: HTTPStream
        do throws(TransferError) { stream = try await client.stream(request) } catch {
            throw failure(error, of: request, since: start)
        }
        remember(stream.certificate)
        guard stream.status == 200 else { throw await refusal(stream) }
        return ByteStream { [label, explain, permit] () throws(SourceError) in
            // Given back with the stream.
            defer { withExtendedLifetime(permit) {} }
            do throws(TransferError) { return try await stream.next() } catch {
                throw explain(error, start) ?? SourceError(error, at: label, tls: request.route.tls)
            }
        }
    }

    private func request(_ path: String, maximumReplyBytes: Int = 1 << 20) throws(SourceError) -> HTTPRequest {
        HTTPRequest(
            route: try route(), path: path, connectTimeout: limits.connect, deadline: limits.total,
            maximumReplyBytes: maximumReplyBytes, notBefore: forgottenAt.withLockedValue { $0 })
    }

    /// Waits until the transfer may begin; nil where there is no bound.
    private func permit() async throws(SourceError) -> Permit? {
        guard let concurrency else { return nil }
        guard await concurrency.take() else { throw SourceError(TransferError.cancelled, at: label) }
        return Permit(concurrency)
    }

    private func path(_ path: String, isVersioned: Bool) async throws(SourceError) -> String {
        isVersioned ? "/v\(try await negotiated())\(path)" : path
    }

    private func exchange(_ path: String, maximumReplyBytes: Int) async throws(SourceError) -> HTTPReply {
        let reply = try await transfer(path, maximumReplyBytes: maximumReplyBytes)
        guard (200..<300).contains(reply.status) else {
            throw refused(SourceError(status: reply.status, body: reply.body, at: label))
        }
        return reply
    }

    private func transfer(_ path: String, maximumReplyBytes: Int) async throws(SourceError) -> HTTPReply {
        let permit = try await permit()
        defer { withExtendedLifetime(permit) {} }
        let request = try request(path, maximumReplyBytes: maximumReplyBytes)
        let start = ContinuousClock.now
        do throws(TransferError) {
            let reply = try await client.send(request)
            remember(reply.certificate)
            return reply
        } catch { throw failure(error, of: request, since: start) }
    }

    /// The version to speak, asked once: the engine names its newest in each reply to `_ping`.
    private func negotiated() async throws(SourceError) -> APIVersion {
        if let known = negotiatedAPI { return known }
        let endpoint = Endpoint<Void>.ping
        let reply = try await transfer(endpoint.path, maximumReplyBytes: endpoint.maximumReplyBytes)
        let newest = reply.headers["Api-Version"].flatMap { APIVersion($0) }
        let isPing = reply.status == 200 && reply.body == Array("OK".utf8)
        guard let newest = newest ?? (isPing ? .oldest : nil) else { throw stranger(reply) }
        guard let agreed = APIVersion.negotiated(with: newest) else {
            throw SourceError(
                .apiUnsupported,
                "\(label.place): the engine speaks API \(newest) at most, and we \(APIVersion.oldest) at least.",
                hint: "Update that engine to Docker 1.12 or newer.")
        }
        version.withLockedValue { $0 = agreed }
        return agreed
    }

    /// Why something that does not answer `_ping` as an engine does is no source: it says so itself, or it is something else.
    private func stranger(_ reply: HTTPReply) -> SourceError {
        if !(200..<300).contains(reply.status), reply.status != 404 {
            return SourceError(status: reply.status, body: reply.body, at: label)
        }
        return SourceError(
            .notDocker,
            "\(label.place): something answers there, and it is no Docker engine.",
            hint: "Check the host and the port: the Docker API is on 2375, or 2376 with TLS.")
    }

    /// A failed transfer: the engine may come back as another version.
    private func failure(
        _ error: TransferError, of request: HTTPRequest, since start: ContinuousClock.Instant
    ) -> SourceError {
        if error != .cancelled { version.withLockedValue { $0 = nil } }
        return explain(error, start) ?? SourceError(error, at: label, tls: request.route.tls)
    }

    private func refused(_ error: SourceError) -> SourceError {
        if error.code == .apiUnsupported { version.withLockedValue { $0 = nil } }
        return error
    }

    /// The engine's words of a refused stream; a hostile one may say very much.
    private func refusal(_ stream: HTTPStream) async -> SourceError {
        var body: [UInt8] = []
        while body.count < 64 << 10, let chunk = try? await stream.next() { body.append(contentsOf: chunk) }
        stream.cancel()
        return refused(SourceError(status: stream.status, body: body, at: label))
    }
}

/// A permit that is given back when nobody holds it any more.
private final class Permit: Sendable {
    private let permits: Permits
    init(_ permits: Permits) { self.permits = permits }
    deinit { permits.giveBack() }
}

extension Route {
    /// The options of a TLS route; nil for others.
    fileprivate var tls: TLSOptions? {
        if case .tls(_, _, let options) = self { options } else { nil }
    }
}
