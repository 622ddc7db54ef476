// The engine on this machine.
public import CurlClient
public import DockerEngine

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An engine on this machine, asked over its unix socket.
public struct LocalSocketSource: Source {
    private let connection: EngineConnection

    /// The engine behind the first of `paths` that is there when it is asked: Docker may be started after us.
    public init(name: String, paths: [String], limits: SourceLimits, tags: [String] = [], client: CurlClient) {
        let found = Self.firstPresent(paths) ?? paths.first ?? ""
        let label = SourceLabel(name: name, kind: .localSocket, endpoint: "unix://\(found)", tags: tags)
        connection = EngineConnection(label: label, limits: limits, client: client) { () throws(SourceError) in
            if let path = Self.firstPresent(paths) { return .unixSocket(path: path) }
            throw SourceError(
                .socketMissing, "Source \(name): no Docker socket at \(paths.joined(separator: ", ")).",
                hint: SourceError.startDocker)
        }
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

    /// Where people have the socket, the likeliest first: Docker, Docker Desktop, rootless Docker, Colima, OrbStack, Rancher Desktop, Podman.
    public static func usualPaths(home: String?, runtimeFolder: String?) -> [String] {
        let home = home.flatMap { $0.isEmpty ? nil : $0 }
        let runtimeFolder = runtimeFolder.flatMap { $0.isEmpty ? nil : $0 }
        return ["/var/run/docker.sock"]
            + (home.map { ["\($0)/.docker/run/docker.sock", "\($0)/.docker/desktop/docker.sock"] } ?? [])
            + (runtimeFolder.map { ["\($0)/docker.sock"] } ?? [])
            + (home.map {
                ["\($0)/.colima/default/docker.sock", "\($0)/.orbstack/run/docker.sock", "\($0)/.rd/docker.sock"]
            } ?? [])
            + (runtimeFolder.map { ["\($0)/podman/podman.sock"] } ?? []) + ["/run/podman/podman.sock"]
    }

    /// The first of `paths` that leads to a socket, also to one that this user may not open.
    public static func firstPresent(_ paths: [String]) -> String? {
        paths.first { path in
            var status = stat()
            return stat(path, &status) == 0 ? status.st_mode & S_IFMT == S_IFSOCK : errno == EACCES
        }
    }
}
