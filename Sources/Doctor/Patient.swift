// What is examined: one source, and the way that leads to it.
public import CurlClient
public import DockerSources

/// One configured source.
public struct Patient: Sendable {
    /// How it is reached.
    public enum Way: Hashable, Sendable {
        /// The first of these sockets that is there.
        case localSocket(paths: [String])
        /// HTTP over TCP, plain when `tls` is nil.
        case tcp(host: String, port: Int, tls: TLSOptions?)
        /// HTTP over a command that ssh runs.
        case ssh(SSHDestination)
    }

    let source: any Source
    let way: Way

    /// A source that asks its engine anew each time: one that remembers failures would hide what is wrong now.
    public init(_ source: any Source, way: Way) {
        self.source = source
        self.way = way
    }
}
