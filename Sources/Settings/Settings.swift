// Everything that can be set, as plain values, checked once at the start.
public import DockerSources

/// What was set by flags and environment, the flags first; made by `Settings.init(environment:flags:)`.
public struct Settings: Hashable, Sendable {
    /// The engines to ask, in the order of their rows.
    public var sources: [SourceSetting]
    /// How long each may take.
    public var limits: SourceLimits
    /// Whether the local engine must not be used, even when nothing else is set.
    public var isLocalBarred: Bool
    /// Where the local socket is looked for.
    public var socketPaths: [String]
    /// Where the audit trail goes.
    public var audit: AuditSink
    /// The least important level that is logged.
    public var logLevel: LogLevel
    /// How MCP clients reach the server.
    public var transport: Transport
    /// How HTTP is served, when it is.
    public var http: HTTPSettings

    /// Where the audit trail goes.
    public enum AuditSink: Hashable, Sendable {
        /// Nowhere.
        case none
        /// Standard error.
        case standardError
        /// The end of this file.
        case file(path: String)
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
    /// Its name in every row.
    public let name: String
    /// How it is reached.
    public let endpoint: EndpointSetting
}

/// An engine's address.
public enum EndpointSetting: Hashable, Sendable {
    /// The first of these sockets that is there.
    case localSocket(paths: [String])
    /// Plain HTTP over TCP; `host` is a name, IPv4, or IPv6 without brackets.
    case tcp(host: String, port: Int)
}

extension Settings {
    /// `local`, `remote`, `dual` (the guide's two together), `multi`, or `none`.
    public var mode: String {
        let kinds = sources.map { source in
            if case .localSocket = source.endpoint { return "local" }
            return "remote"
        }
        switch kinds.count {
        case 0: return "none"
        case 1: return kinds[0]
        case 2 where Set(kinds).count == 2: return "dual"
        default: return "multi"
        }
    }

    /// What to set when no engine is configured.
    public func adviceWhenNothingIsSet(isServer: Bool) -> String {
        let remote = "DOCKER_HOST=tcp://IP:2375 for a remote engine"
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

    /// With the local engine when nothing is set, for a person's commands; the MCP server wants to be told.
    public func withLocalEngineIfNothingIsSet() -> Settings {
        guard sources.isEmpty, !isLocalBarred, LocalSocketSource.firstPresent(socketPaths) != nil else { return self }
        var settings = self
        settings.sources = [SourceSetting(name: "local", endpoint: .localSocket(paths: socketPaths))]
        return settings
    }
}
