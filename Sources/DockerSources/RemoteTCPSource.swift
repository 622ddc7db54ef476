// An engine on another host, or on a TCP port of this one.
public import CurlClient
public import DockerEngine

/// An engine asked by plain HTTP over TCP.
public struct RemoteTCPSource: Source {
    private let connection: EngineConnection

    /// The engine at `host` (a name, IPv4, or IPv6 without brackets) and `port`. Nothing is connected before the first question.
    public init(name: String, host: String, port: Int, limits: SourceLimits, client: CurlClient) {
        let shown = host.contains(":") ? "[\(host)]" : host
        connection = EngineConnection(
            label: SourceLabel(name: name, kind: .remoteTCP, endpoint: "tcp://\(shown):\(port)"), limits: limits,
            client: client
        ) { () throws(SourceError) in .tcp(host: host, port: port) }
    }

    /// Labels its results.
    public var label: SourceLabel { connection.label }
    /// How long one question may take here.
    public var limits: SourceLimits { connection.limits }
    /// The API version agreed with the engine; nil before its first answer.
    public var negotiatedAPI: APIVersion? { connection.negotiatedAPI }

    /// The engine's reply.
    public func reply<Reply>(to endpoint: Endpoint<Reply>) async throws(SourceError) -> Reply {
        try await connection.reply(to: endpoint)
    }

    /// The engine's reply as it comes.
    public func stream(_ endpoint: StreamEndpoint) async throws(SourceError) -> ByteStream {
        try await connection.stream(endpoint)
    }
}
