// An engine on a host that ssh reaches.
public import CurlClient
public import DockerEngine
import SSHTunnel

/// An engine asked by HTTP over `ssh HOST docker system dial-stdio`, as docker CLI does for `ssh://` hosts.
public struct SSHSource: Source {
    private let connection: EngineConnection
    private let tunnel: TunnelOwner

    /// Questions under way at a time. Each has an ssh of its own, and sshd takes few sessions at once (MaxStartups).
    private static let concurrency = 5
    /// As many are idle when all connections have just been forgotten, and a few may be ending.
    private static let maximumChildren = 2 * concurrency + 2

    /// The engine at `destination`. Nothing is started before the first question. `options` go to ssh before the host's name.
    public init(
        name: String, destination: SSHDestination, limits: SourceLimits, tags: [String] = [], client: CurlClient,
        options: [String] = []
    ) {
        let label = SourceLabel(name: name, kind: .ssh, endpoint: destination.text, tags: tags)
        let tunnel = TunnelOwner(
            Tunnel(command: destination.command(limits, options), maximumChildren: Self.maximumChildren))
        self.tunnel = tunnel
        connection = EngineConnection(
            label: label, limits: limits, client: client, concurrency: Permits(Self.concurrency),
            route: { () throws(SourceError) in
                do throws(TunnelError) { return .unixSocket(path: try tunnel.tunnel.path()) } catch {
                    throw SourceError(
                        .sshFailed, "\(label.place): ssh can't be used: \(error.reason).",
                        hint: "Free the resource, and ask again.")
                }
            },
            explain: { error, start in
                switch error {
                case .connectionClosed, .connectionRefused, .socketMissing, .other:
                    tunnel.tunnel.failure(since: start).map { SourceError($0, at: label, destination) }
                case .malformedReply(let reason): .noise(reason, at: label, destination)
                default: nil
                }
            })
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

    /// Makes the next questions connect anew.
    public func forgetConnections() { connection.forgetConnections() }

    /// For the program's end: ends every ssh that it started.
    public static func endAll() { Tunnel.endAll() }
}

/// Ends the tunnel with the last copy of its source.
private final class TunnelOwner: Sendable {
    let tunnel: Tunnel
    init(_ tunnel: Tunnel) { self.tunnel = tunnel }
    deinit { tunnel.close() }
}

extension SSHDestination {
    /// What is run for each connection. The user's own ssh configuration is read as usual.
    public func command(_ limits: SourceLimits, _ options: [String] = []) -> [String] {
        let seconds = max(1, limits.connect.components.seconds + (limits.connect.components.attoseconds > 0 ? 1 : 0))
        var command = ["ssh", "-T", "-a", "-x"]
        for option in [
            "BatchMode=yes", "ConnectTimeout=\(seconds)", "ServerAliveInterval=15", "ServerAliveCountMax=3",
            // LogLevel: less would hide why two versions of ssh don't agree; a RemoteCommand would stand in the way of ours.
            "ClearAllForwardings=yes", "PermitLocalCommand=no", "RemoteCommand=none", "LogLevel=INFO",
        ] {
            command += ["-o", option]
        }
        command += options
        if let user { command += ["-l", user] }
        if let port { command += ["-p", "\(port)"] }
        // ssh would read % in a path as one of its own words.
        if let identityFile {
            command += ["-i", identityFile.replacing("%", with: "%%"), "-o", "IdentitiesOnly=yes"]
        }
        // In single quotes no shell reads anything; a path with a quote is refused where it is read.
        let host = socketPath.map { "-H 'unix://\($0)' " } ?? ""
        return command + ["--", self.host, "docker \(host)system dial-stdio"]
    }
}
