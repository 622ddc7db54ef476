// What every row, error and report is labelled with.

/// How a source is reached.
public enum SourceKind: String, Hashable, Sendable {
    /// A unix socket on this machine.
    case localSocket = "local-socket"
    /// Plain HTTP over TCP.
    case remoteTCP = "remote-tcp"
    /// HTTP over TLS.
    case remoteTLS = "remote-tls"
    /// HTTP over a command that `ssh` runs on the engine's host.
    case ssh = "ssh"
}

/// A source's name, kind and address.
public struct SourceLabel: Hashable, Sendable {
    /// Unique within one configuration: `local`, `remote`.
    public let name: String
    /// How it is reached.
    public let kind: SourceKind
    /// Its address without credentials, such as `tcp://203.0.113.7:2375`.
    public let endpoint: String

    /// What it was tagged with in the settings, to choose several sources at once (`tag:prod`).
    public let tags: [String]

    /// How messages name the source: its name, and its address in brackets.
    public var place: String { "Source \(name) (\(endpoint))" }

    /// A label of these parts.
    public init(name: String, kind: SourceKind, endpoint: String, tags: [String] = []) {
        self.name = name
        self.kind = kind
        self.endpoint = endpoint
        self.tags = tags
    }
}
