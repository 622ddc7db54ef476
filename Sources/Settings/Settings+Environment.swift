// Reads the settings: flags first, then the environment of the user guide, then defaults.
import DockerSources
import SafeText

/// What the command line says; nil where it says nothing.
public struct Flags: Hashable, Sendable {
    /// `--local`.
    public var local: Bool?
    /// `--timeout`.
    public var timeout: String?
    /// `--connect-timeout`.
    public var connectTimeout: String?
    /// `--transport`.
    public var transport: String?
    /// `--host`.
    public var host: String?
    /// `--port`.
    public var port: String?
    /// `--allow-unauthenticated`.
    public var allowsUnauthenticated = false

    /// No flag given.
    public init() {}
}

extension Settings {
    /// The settings that `flags` and `environment` make together. Throws every problem at once; nothing is connected or opened here.
    public init(environment: [String: String], flags: Flags = Flags()) throws(SettingsError) {
        var reader = SettingsReader(environment: environment)
        let local = flags.local ?? reader.boolean("ALLOW_LOCAL_DOCKER")
        let socket = reader.socketPath("DOCKER_SOCKET")
        let remote = reader.endpoint("DOCKER_HOST")
        reader.check("SECURITY_MODE", isOneOf: ["readonly"], why: "this product only ever reads")
        let level = reader.choice("LOG_LEVEL", of: LogLevel.self, or: .info)
        let transport = reader.choice("MCP_TRANSPORT", "--transport", flags.transport, of: Transport.self, or: .stdio)
        let http = reader.http(flags)
        let limits = SourceLimits(
            connect: reader.duration(
                "DOCKER_MCP_CONNECT_TIMEOUT", "--connect-timeout", flags.connectTimeout, or: .seconds(5)),
            total: reader.duration("DOCKER_MCP_DEADLINE", "--timeout", flags.timeout, or: .seconds(10)))
        let isAudited = reader.boolean("SECURITY_AUDIT_LOG") ?? true

        var paths =
            socket.map { [$0] }
            ?? LocalSocketSource.usualPaths(home: environment["HOME"], runtimeFolder: environment["XDG_RUNTIME_DIR"])
        var sources: [SourceSetting] = []
        var isLocalWanted = local == true
        switch remote {
        case .localSocket(let named)?:
            paths = named
            isLocalWanted = true
            if local == false {
                reader.problems.append(
                    "DOCKER_HOST names the local engine, and ALLOW_LOCAL_DOCKER=false bars it: unset one of the two.")
            }
        case .tcp?:
            if let remote { sources.append(SourceSetting(name: "remote", endpoint: remote)) }
        case nil: break
        }
        if isLocalWanted { sources.insert(SourceSetting(name: "local", endpoint: .localSocket(paths: paths)), at: 0) }
        guard reader.problems.isEmpty else { throw SettingsError(problems: reader.problems) }
        self.init(
            sources: sources, limits: limits, isLocalBarred: local == false, socketPaths: paths,
            audit: !isAudited ? .none : reader.text("SECURITY_AUDIT_FILE").map { .file(path: $0) } ?? .standardError,
            logLevel: level, transport: transport, http: http)
    }
}

extension SettingsReader {
    fileprivate mutating func http(_ flags: Flags) -> HTTPSettings {
        HTTPSettings(
            host: address("MCP_HOST", "--host", flags.host, or: "127.0.0.1"),
            port: port("MCP_PORT", "--port", flags.port, or: 3000), tokens: tokens("MCP_AUTH_TOKEN"),
            tokenFile: text("MCP_AUTH_TOKEN_FILE"), allowsUnauthenticated: flags.allowsUnauthenticated,
            allowedHosts: list("MCP_ALLOWED_HOSTS"), allowedOrigins: list("MCP_ALLOWED_ORIGINS"),
            requestsPerSecond: rate("MCP_RATE_LIMIT", or: 50),
            tls: tlsFiles("MCP_TLS_CERT", "MCP_TLS_KEY"))
    }
}
