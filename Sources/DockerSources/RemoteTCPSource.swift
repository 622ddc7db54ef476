// An engine on another host, or on a TCP port of this one.
public import CurlClient
public import DockerEngine

/// An engine asked over TCP, by plain HTTP or over TLS.
public struct RemoteTCPSource: Source {
    private let connection: EngineConnection

    /// The engine at `host` (a name, IPv4, or IPv6 without brackets) and `port`, by plain HTTP when `tls` is nil.
    /// Nothing is connected, and no file read, before the first question.
    public init(
        name: String, host: String, port: Int, tls: TLSOptions? = nil, limits: SourceLimits,
        tags: [String] = [], client: CurlClient
    ) {
        let shown = host.contains(":") ? "[\(host)]" : host
        let kind = tls == nil ? SourceKind.remoteTCP : .remoteTLS
        let route = tls.map { Route.tls(host: host, port: port, $0) } ?? .tcp(host: host, port: port)
        connection = EngineConnection(
            label: SourceLabel(name: name, kind: kind, endpoint: "tcp://\(shown):\(port)", tags: tags), limits: limits,
            client: client
        ) { () throws(SourceError) in route }
    }

    /// Labels its results.
    public var label: SourceLabel { connection.label }
    /// How long one question may take here.
    public var limits: SourceLimits { connection.limits }
    /// The API version agreed with the engine; nil before its first answer.
    public var negotiatedAPI: APIVersion? { connection.negotiatedAPI }
    /// The engine's certificate, as of the newest connection; nil without TLS, and before the first answer.
    public var certificate: PeerCertificate? { connection.certificate }

    /// The engine's reply.
    public func reply<Reply>(to endpoint: Endpoint<Reply>) async throws(SourceError) -> Reply {
        try await connection.reply(to: endpoint)
    }

    /// The engine's reply as it comes.
    public func stream(_ endpoint: StreamEndpoint) async throws(SourceError) -> ByteStream {
        try await connection.stream(endpoint)
    }

    /// Makes the next questions connect anew.
    public func forgetConnections() { connection.forgetConnections() }
}
