// Where an engine is reached over ssh.

/// A host, as `ssh` takes it, and the engine on it.
public struct SSHDestination: Hashable, Sendable {
    /// Whom to log in as; nil for what ssh itself decides.
    public let user: String?
    /// A name, an address (IPv6 without brackets), or an alias of the user's ssh configuration.
    public let host: String
    /// The port of sshd; nil for what ssh itself decides.
    public let port: Int?
    /// The engine's socket on that host; nil for what its docker CLI uses there.
    public let socketPath: String?
    /// Absolute path of the private key to log in with; nil for those that ssh itself tries.
    public var identityFile: String?

    /// A destination of these parts; whoever makes it has checked that ssh can't read them as options.
    public init(
        user: String? = nil, host: String, port: Int? = nil, socketPath: String? = nil, identityFile: String? = nil
    ) {
        self.user = user
        self.host = host
        self.port = port
        self.socketPath = socketPath
        self.identityFile = identityFile
    }

    /// As a URL: `ssh://user@host:22/run/docker.sock`.
    public var text: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return "ssh://\(user.map { "\($0)@" } ?? "")\(host)\(port.map { ":\($0)" } ?? "")\(socketPath ?? "")"
    }
}
