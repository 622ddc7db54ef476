// What is otherwise in settings that were read anew.

/// The difference of two readings.
public struct SettingsChange: Hashable, Sendable {
    /// Names of sources that are new.
    public let added: [String]
    /// Names of sources that are gone.
    public let removed: [String]
    /// Names of sources that are reached otherwise, or have other limits or tags.
    public let altered: [String]
    /// Whether anything of the sources is otherwise, their order too.
    public let changesSources: Bool
    /// What a running server can't take over, by the keys of the configuration file.
    public let needsRestart: [String]

    /// What `new` has that `old` has not, and the other way round. `running` is what a server started with.
    public init(from old: Settings, to new: Settings, running: Settings) {
        let before = Dictionary(old.sources.map { ($0.name, $0) }) { first, _ in first }
        let after = Set(new.sources.map(\.name))
        added = new.sources.map(\.name).filter { before[$0] == nil }
        removed = old.sources.map(\.name).filter { !after.contains($0) }
        altered = new.sources.filter { before[$0.name] != nil && before[$0.name] != $0 }.map(\.name)
        changesSources =
            old.sources != new.sources || old.isLocalBarred != new.isLocalBarred || old.configFile != new.configFile
        func isAnother<Value: Equatable>(_ value: (Settings) -> Value) -> Bool { value(running) != value(new) }
        let others: [(String, Bool)] = [
            ("http.transport", isAnother(\.transport)), ("http.host", isAnother(\.http.host)),
            ("http.port", isAnother(\.http.port)), ("http.allowed_hosts", isAnother(\.http.allowedHosts)),
            ("http.allowed_origins", isAnother(\.http.allowedOrigins)),
            ("http.rate_limit", isAnother(\.http.requestsPerSecond)), ("http.token_file", isAnother(\.http.tokenFile)),
            ("http.tls_cert and http.tls_key", isAnother(\.http.tls)), ("limits.rows", isAnother(\.rowLimit)),
            ("security.audit_log and security.audit_file", isAnother(\.audit)), ("log_level", isAnother(\.logLevel)),
            ("toolsets", isAnother(\.toolsets)),
        ]
        needsRestart = others.filter(\.1).map(\.0)
    }

    /// `2 added (a, b), 1 removed (c)`; nil when no source is otherwise.
    public var summary: String? {
        let parts = [("added", added), ("removed", removed), ("changed", altered)].compactMap { word, names in
            names.isEmpty
                ? nil
                : "\(names.count) \(word) (\(names.prefix(5).joined(separator: ", "))\(names.count > 5 ? ", ..." : ""))"
        }
        if !parts.isEmpty { return parts.joined(separator: ", ") }
        return changesSources ? "their order, or what is said of them together" : nil
    }
}
