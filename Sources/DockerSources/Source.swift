// One engine that can be asked.
public import CurlClient
public import DockerEngine

/// One Docker engine as we are configured to reach it.
public protocol Source: Sendable {
    /// Labels its results.
    var label: SourceLabel { get }
    /// How long one question may take here.
    var limits: SourceLimits { get }
    /// The API version agreed with the engine; nil before its first answer.
    var negotiatedAPI: APIVersion? { get }
    /// The engine's reply. Returns promptly once its task is cancelled.
    func reply<Reply>(to endpoint: Endpoint<Reply>) async throws(SourceError) -> Reply
    /// The engine's reply as it comes, from its first byte on. Ends promptly once its task is cancelled.
    func stream(_ endpoint: StreamEndpoint) async throws(SourceError) -> ByteStream
    /// What the engine's certificate says, as of the newest connection, with its words cleaned; nil without TLS, and
    /// before the first answer.
    var certificate: PeerCertificate? { get }
    /// Makes the next questions connect anew: the machine has slept, or its network is another one.
    func forgetConnections()
}

extension Source {
    /// Most sources have none.
    public var certificate: PeerCertificate? { nil }
    /// Nothing, for sources that keep no connections.
    public func forgetConnections() {}
}

/// How long a source may take.
public struct SourceLimits: Hashable, Sendable {
    /// Until a connection stands.
    public var connect: Duration
    /// Until a whole question is answered.
    public var total: Duration

    /// Limits of these lengths.
    public init(connect: Duration = .seconds(5), total: Duration = .seconds(10)) {
        self.connect = connect
        self.total = total
    }
}

/// Bytes that come one chunk at a time; whoever does not ask for the next one holds the engine back.
public struct ByteStream: Sendable {
    private let nextChunk: @Sendable () async throws(SourceError) -> [UInt8]?

    /// A stream that gets its chunks from `next`, which returns nil at the end.
    public init(next: @escaping @Sendable () async throws(SourceError) -> [UInt8]?) {
        nextChunk = next
    }

    /// The next chunk, never empty; nil at the end.
    public func next() async throws(SourceError) -> [UInt8]? {
        try await nextChunk()
    }
}
