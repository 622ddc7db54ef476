// What connecting alone tells, without a request: for people who look for the fault.
import CCurl

/// How far a connection came, and what was seen on the way.
public struct ConnectionProbe: Sendable {
    /// The address that was connected to, or tried last; nil when the name has none, and for unix sockets.
    public internal(set) var address: String?
    /// The port of it.
    public internal(set) var port: Int?
    /// How long finding the address took; nil when it was not found.
    public internal(set) var lookupTime: Duration?
    /// How long connecting took from there; nil when there was no connection.
    public internal(set) var connectTime: Duration?
    /// How long the TLS handshake took from there; nil when it failed, or when there was none.
    public internal(set) var handshakeTime: Duration?
    /// The version that both sides speak, `TLSv1.3`; nil without a handshake.
    public internal(set) var tlsVersion: String?
    /// The cipher that both sides chose, in OpenSSL's words; nil without a handshake.
    public internal(set) var cipher: String?
    /// The certificates that the server showed, its own first. Shown also when they were not trusted.
    public internal(set) var chain: [PeerCertificate] = []
    /// Whether the server asked for a client certificate, as engines with `--tlsverify` do.
    public internal(set) var asksForClientCertificate = false
    /// Why there is no connection that could be used; nil when there is one. A server that speaks TLS 1.3 turns a client
    /// away after the handshake; that is waited for.
    public internal(set) var error: TransferError?

    /// A connection of which only the end is known.
    init(error: TransferError?) { self.error = error }

    /// What the transfer's connection showed.
    init(_ transfer: Transfer, _ error: TransferError?) {
        let handle = transfer.handle, notes = transfer.notes
        if case .unixSocket = transfer.request.route {
        } else {
            address = handle.string(CURLINFO_PRIMARY_IP) ?? notes.address
            port = address == nil ? nil : transfer.request.route.port
        }
        func time(_ info: CURLINFO) -> Duration? {
            let microseconds = handle.microseconds(info)
            return microseconds > 0 ? .microseconds(microseconds) : nil
        }
        let found = time(CURLINFO_NAMELOOKUP_TIME_T) ?? notes.triedAt.map { $0 - transfer.startedAt }
        let connected = time(CURLINFO_CONNECT_TIME_T) ?? notes.connectedAt.map { $0 - transfer.startedAt }
        lookupTime = found
        connectTime = connected.map { max(.zero, $0 - (found ?? .zero)) }
        if let secured = time(CURLINFO_APPCONNECT_TIME_T), let connected { handshakeTime = secured - connected }
        (tlsVersion, cipher) = (notes.tlsVersion, notes.cipher)
        asksForClientCertificate = notes.asksForClientCertificate
        chain = handle.certificates
        self.error = error
    }
}

extension Route {
    /// Nil for unix sockets.
    var port: Int? {
        switch self {
        case .unixSocket: nil
        case .tcp(_, let port), .tls(_, let port, _): port
        }
    }
}

extension CurlClient {
    /// Connects, makes the TLS handshake if the route has one, sends no request, and closes.
    ///
    /// Takes no longer than `connectTimeout`, and as much again when the server's certificate is not trusted: then it is
    /// looked at over a second connection. With `verifies` false any certificate will do, whatever the route says, and
    /// our own is not shown: then the chain is what counts, and an error may only say that the server wants ours.
    public func probe(
        _ route: Route, connectTimeout: Duration = .seconds(5), verifies: Bool = true
    ) async -> ConnectionProbe {
        let request = HTTPRequest(route: route, path: "/", connectTimeout: connectTimeout, deadline: nil)
        var probe = await connect(request, verifies: verifies)
        if verifies, probe.chain.isEmpty, case .tlsUntrusted? = probe.error {
            probe.chain = await connect(request, verifies: false).chain
        }
        probe.error = probe.error?.completed(by: probe)
        return probe
    }

    /// One connection on a loop of its own: nothing else ever uses a connection that was not verified.
    private func connect(_ request: HTTPRequest, verifies: Bool) async -> ConnectionProbe {
        var request = request
        if !verifies, case .tls(let host, let port, let options) = request.route {
            request.route = .tls(
                host: host, port: port, TLSOptions(serverName: options.serverName, verifiesServer: false))
        }
        let material: TLSMaterial?
        do throws(TransferError) { material = try checked(request) } catch {
            return ConnectionProbe(error: error)
        }
        let ticket = Ticket()
        let loop = TransferLoop(LoopOptions(useEnvironmentProxies: useEnvironmentProxies, keptConnections: 1))
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.start(
                    Order(
                        ticket: ticket, request: request, material: material,
                        answer: .probe(continuation, waits: verifies)))
            }
        } onCancel: {
            loop.cancel(ticket)
        }
    }

    /// The same failure with what a look at the server adds. Takes what is left of the request's time, at most.
    func explained(_ error: TransferError, of request: HTTPRequest, since start: ContinuousClock.Instant) async
        -> TransferError
    {
        guard case .tls(_, _, let options) = request.route, error.callsForProbe, !Task.isCancelled else { return error }
        var limit = request.connectTimeout
        if let deadline = request.deadline { limit = min(limit, deadline - (ContinuousClock.now - start)) }
        guard limit > .milliseconds(20) else { return error }
        switch error {
        case .tlsUntrusted:
            // What counts is the chain: it was already found to be bad.
            let probe = await probe(request.route, connectTimeout: limit, verifies: false)
            return error.completed(by: probe)
        default:
            let probe = await probe(request.route, connectTimeout: limit, verifies: options.verifiesServer)
            switch probe.error {
            case .tlsClientCertificate?, .tlsUntrusted?, .tlsHostname?, .plainExpected?, .malformedReply?:
                return probe.error ?? error
            default: return error
            }
        }
    }
}
