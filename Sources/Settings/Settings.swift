// Everything that can be set, as plain values, checked once at the start.
public import CurlClient
public import DockerSources
import SafeText

/// What was set by flags, environment and configuration file, the flags first; made by `Settings.init(environment:flags:)`.
public struct Settings: Hashable, Sendable {
    /// The engines to ask, in the order of their rows.
    public var sources: [SourceSetting]
    /// How long each may take.
    public var limits: SourceLimits
    /// Whether the local engine must not be used, even when nothing else is set.
    public var isLocalBarred: Bool
    /// Where the local socket is looked for.
    public var socketPaths: [String]
    /// What `docker` asks when nothing is set: docker's current context, or the engine of this machine; nil when that can't be had.
    public var standard: SourceSetting?
    /// Where the audit trail goes.
    public var audit: AuditSink
    /// The least important level that is logged.
    public var logLevel: LogLevel
    /// How MCP clients reach the server.
    public var transport: Transport
    /// Which of the tools are listed, in this order.
    public var toolsets: [Toolset]
    /// How HTTP is served, when it is.
    public var http: HTTPSettings
    /// Rows of a list that a model gets unless it asks for another limit; nil for the tools' own.
    public var rowLimit: Int?
    /// The configuration file that was read; nil when there is none.
    public var configFile: String?
    /// Where a variable's value comes from, when that is the configuration file.
    var names: [String: String] = [:]

    /// The variable, or the place in the configuration file that speaks for it, for messages.
    public func name(of variable: String) -> String { names[variable] ?? variable }

    /// Where the audit trail goes.
    public enum AuditSink: Hashable, Sendable {
        /// Nowhere.
        case none
        /// Standard error.
        case standardError
        /// The end of this file.
        case file(path: String)
    }

    /// A part of the tools.
    public enum Toolset: String, Hashable, Sendable, CaseIterable {
        /// The seven of the user guide.
        case core
        /// Those that look for what is wrong.
        case diagnose
    }

    /// How MCP clients reach the server.
    public enum Transport: String, Hashable, Sendable, CaseIterable {
        /// Lines on standard input and output.
        case stdio
        /// Streamable HTTP.
        case http
    }

    /// How important a line of the log is.
    public enum LogLevel: String, Hashable, Sendable, CaseIterable {
        /// Everything.
        case debug
        /// What an operator wants to know.
        case info
        /// What may need care.
        case warn
        /// What failed.
        case error
    }
}

/// One engine as it was configured.
public struct SourceSetting: Hashable, Sendable {
    /// Its name in every row; unique.
    public let name: String
    /// How it is reached.
    public let endpoint: EndpointSetting
    /// How long it may take.
    public let limits: SourceLimits
    /// What it is chosen by, beside its name.
    public let tags: [String]

    init(name: String, endpoint: EndpointSetting, limits: SourceLimits, tags: [String] = []) {
        self.name = name
        self.endpoint = endpoint
        self.limits = limits
        self.tags = tags
    }

    /// What is wrong with the name of a source; nil when nothing is. A name must fit in `SOURCE/NAME` and in a list.
    static func problem(withName name: String) -> String? {
        func isGood(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "._-".utf8.contains(byte)
            }
        }
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(isGood), !"._-".contains(name.prefix(1)) else {
            return
                "the name of a source begins with a letter or digit and has at most 64 letters, digits, _ . and -; such as cloud-1"
        }
        return nil
    }
}

/// An engine's address.
public enum EndpointSetting: Hashable, Sendable {
    /// The first of these sockets that is there.
    case localSocket(paths: [String])
    /// Plain HTTP over TCP; `host` is a name, IPv4, or IPv6 without brackets.
    case tcp(host: String, port: Int)
    /// HTTP over TLS.
    case tls(host: String, port: Int, TLSOptions)
    /// HTTP over `docker system dial-stdio` on a host that ssh reaches.
    case ssh(SSHDestination)

    var isLocal: Bool { if case .localSocket = self { true } else { false } }
    var isOverTLS: Bool { if case .tls = self { true } else { false } }
}

extension Settings {
    /// Where the configuration file is looked for when none is named; nil where there is no home.
    public static func usualConfigFile(_ environment: [String: String]) -> String? {
        ConfigFile.usualPath(environment)
    }

    /// `local`, `remote`, `dual` (the guide's two together), `multi`, or `none`.
    public var mode: String {
        let locals = sources.count { $0.endpoint.isLocal }
        switch (locals, sources.count - locals) {
        case (0, 0): return "none"
        case (1, 0): return "local"
        case (0, 1): return "remote"
        case (1, 1): return "dual"
        default: return "multi"
        }
    }

    /// What to set when no engine is configured.
    public func adviceWhenNothingIsSet(isServer: Bool) -> String {
        let remote = "DOCKER_HOST=tcp://IP:2375 for a remote engine"
        if let configFile, isServer, !isLocalBarred {
            return
                "\(SafeText.line(configFile)) names no source: write one under sources, such as {name: cloud, endpoint: \"tcp://IP:2375\"}, or local: true for the Docker on this machine."
        }
        if isLocalBarred {
            return "ALLOW_LOCAL_DOCKER=false bars the engine on this machine: set \(remote), or unset it."
        }
        if isServer {
            return
                "Set ALLOW_LOCAL_DOCKER=true for the Docker on this machine, or \(remote), or both, in the environment of this server; then restart it."
        }
        return
            "There is no Docker socket at \(socketPaths.joined(separator: ", ")): start Docker, set DOCKER_SOCKET to its path, or set \(remote)."
    }

    /// With what `docker` itself would ask when nothing is set, for a person's commands; the MCP server wants to be told.
    public func withStandardEngineIfNothingIsSet() -> Settings {
        guard sources.isEmpty, let standard else { return self }
        if standard.endpoint.isLocal {
            guard !isLocalBarred, LocalSocketSource.firstPresent(socketPaths) != nil else { return self }
        }
        var settings = self
        settings.sources = [standard]
        return settings
    }
}

extension Settings {
    /// A time as flags and variables write it: `500ms`, `10s`, `2m`, from 1 ms to 1 h; nil for another text.
    public static func duration(_ text: String) -> Duration? { SettingsReader.duration(text) }

    /// `path` with `~/` at its beginning written out; as it is where there is no home.
    public static func atHome(_ path: String, home: String?) -> String {
        guard path.hasPrefix("~/"), let home else { return path }
        return home + path.dropFirst()
    }
}
