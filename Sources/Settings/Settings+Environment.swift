// Reads the settings: flags first, then the environment of the user guide, then the configuration file, then defaults.
import DockerSources
import SafeText

/// What the command line says; nil where it says nothing.
public struct Flags: Hashable, Sendable {
    /// `--config`.
    public var config: String?
    /// `--local`.
    public var local: Bool?
    /// `--source NAME=ENDPOINT`, each.
    public var sources: [String] = []
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
    /// The settings that `flags` and `environment` make together, and the files that they name. Throws every problem at
    /// once. Nothing is connected; a file is read only when something set leads to it.
    public init(
        environment: [String: String], flags: Flags = Flags(), files: Files = .none
    ) throws(SettingsError) {
        let (settings, problems) = Self.read(environment: environment, flags: flags, files: files)
        guard problems.isEmpty else { throw SettingsError(problems: problems) }
        self = settings
    }

    /// The same, with defaults in place of what can't be used: for looking at, not for running with.
    public static func read(
        environment: [String: String], flags: Flags, files: Files
    ) -> (settings: Settings, problems: [String]) {
        var reader = SettingsReader(environment: environment, files: files)
        let file = reader.configFile(flags)
        reader.stands = file?.variables ?? [:]
        let local = flags.local ?? reader.boolean("ALLOW_LOCAL_DOCKER")
        reader.check("SECURITY_MODE", isOneOf: ["readonly"], why: "this product only ever reads")
        let level = reader.choice("LOG_LEVEL", of: LogLevel.self, or: .info)
        let transport = reader.choice("MCP_TRANSPORT", "--transport", flags.transport, of: Transport.self, or: .stdio)
        let toolsets = reader.toolsets("MCP_TOOLSETS")
        let http = reader.http(flags)
        let limits = SourceLimits(
            connect: reader.duration(
                "DOCKER_MCP_CONNECT_TIMEOUT", "--connect-timeout", flags.connectTimeout, or: .seconds(5)),
            total: reader.duration("DOCKER_MCP_DEADLINE", "--timeout", flags.timeout, or: .seconds(10)))
        let isAudited = reader.boolean("SECURITY_AUDIT_LOG") ?? true
        let engines = reader.engines(file, flags, local: local, limits)
        let settings = Settings(
            sources: engines.sources, limits: limits, isLocalBarred: local == false, socketPaths: engines.socketPaths,
            standard: engines.standard,
            audit: !isAudited ? .none : reader.text("SECURITY_AUDIT_FILE").map { .file(path: $0) } ?? .standardError,
            logLevel: level, transport: transport, toolsets: toolsets, http: http,
            rowLimit: file?.root["limits"]?["rows"]?.integer,
            configFile: file?.path, names: reader.stands.keys.reduce(into: [:]) { $0[$1] = reader.name(of: $1) })
        return (settings, reader.problems)
    }
}

extension SettingsReader {
    fileprivate struct Engines {
        var sources: [SourceSetting] = []
        var socketPaths: [String]
        var standard: SourceSetting?
    }

    /// All engines that are set. They add up: those of the file first, then the user guide's two, then DOCKER_SOURCES, then
    /// --source.
    fileprivate mutating func engines(_ file: ConfigFile?, _ flags: Flags, local: Bool?, _ limits: SourceLimits)
        -> Engines
    {
        let contexts = ContextStore(folder: dockerFolder, files: files)
        let usual =
            socketPath("DOCKER_SOCKET").map { [$0] }
            ?? LocalSocketSource.usualPaths(home: environment["HOME"], runtimeFolder: environment["XDG_RUNTIME_DIR"])
        var engines = Engines(socketPaths: usual)
        var reader = EndpointReader(socketPaths: usual, tls: tls, contexts: contexts)

        // As in docker CLI, DOCKER_HOST wins over DOCKER_CONTEXT, and that over the context of `docker context use`.
        var named = endpoint("DOCKER_HOST", reader)
        var place = "DOCKER_HOST"
        if text("DOCKER_HOST") == nil, let context = text("DOCKER_CONTEXT") {
            named = endpoint(context, named: "DOCKER_CONTEXT", as: "context:\(context)", reader)
            place = "DOCKER_CONTEXT"
        }
        let current = named == nil && local != false ? currentEndpoint(reader) : nil
        if case .localSocket(let paths) = named ?? current {
            // The engine that docker itself would ask is the local one.
            engines.socketPaths = named == nil ? paths + usual.filter { !paths.contains($0) } : paths
            reader = EndpointReader(socketPaths: engines.socketPaths, tls: reader.tls, contexts: contexts)
        }
        if local == false, named?.isLocal == true {
            problems.append(
                "\(place) names the local engine, and ALLOW_LOCAL_DOCKER=false bars it: unset one of the two.")
        }
        let filed = file.map { sources(of: $0, reader, limits) } ?? []
        let localEngine = SourceSetting(
            name: "local", endpoint: .localSocket(paths: engines.socketPaths), limits: limits)
        var guided: [SourceSetting] = local == true || named?.isLocal == true ? [localEngine] : []
        if let named, !named.isLocal {
            guided.append(SourceSetting(name: "remote", endpoint: named, limits: limits))
        }
        engines.sources = added(guided, from: place, to: filed)
        engines.standard =
            current.flatMap { $0.isLocal ? nil : SourceSetting(name: "remote", endpoint: $0, limits: limits) }
            ?? localEngine

        let listed = sources(list("DOCKER_SOURCES"), from: "DOCKER_SOURCES", reader, limits)
        engines.sources = added(listed, from: "DOCKER_SOURCES", to: engines.sources)
        let flagged = sources(flags.sources, from: "--source", reader, limits)
        engines.sources = added(flagged, from: "--source", to: engines.sources)
        for source in filed + listed + flagged where source.endpoint.isLocal && local == false {
            problems.append(
                "Source \(source.name) is the local engine, and ALLOW_LOCAL_DOCKER=false bars it: leave out one of the two."
            )
        }
        return engines
    }

    /// The sources of the configuration file.
    private mutating func sources(
        of file: ConfigFile, _ reader: EndpointReader, _ limits: SourceLimits
    ) -> [SourceSetting] {
        let found = ConfigSources(file, reader, limits, files, home: environment["HOME"])
        problems += found.sentences
        return found.sources
    }

    /// What docker's current context names; nil when there is none, or it can't be had: it was not asked for here.
    private func currentEndpoint(_ reader: EndpointReader) -> EndpointSetting? {
        reader.contexts.current.flatMap { try? reader.endpoint("context:\($0)") }
    }

    /// `sources` after `earlier` ones; of the same name, the one that is set more closely counts.
    private mutating func added(
        _ sources: [SourceSetting], from place: String, to earlier: [SourceSetting]
    ) -> [SourceSetting] {
        var names: Set<String> = []
        for source in sources where !names.insert(source.name).inserted {
            problems.append("\(place): the name \(source.name) comes twice; each source has a name of its own.")
        }
        return earlier.filter { !names.contains($0.name) } + sources
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
            tls: tlsFiles("MCP_TLS_CERT", "MCP_TLS_KEY"),
            names: stands.keys.reduce(into: [:]) { $0[$1] = name(of: $1) })
    }
}
