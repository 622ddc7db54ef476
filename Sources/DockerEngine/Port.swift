// A container's port, whichever of the engine's two ways it is written in.
import JSON

/// A port of a container, published on the host or only exposed.
public struct Port: Hashable, Sendable {
    /// The host's address that it is published on; nil when it is not published.
    public let hostAddress: String?
    /// The host's port; nil when it is not published.
    public let hostPort: Int?
    /// The port inside.
    public let containerPort: Int
    /// `tcp`, `udp` or `sctp`.
    public let proto: String

    /// An element of the list's `Ports`.
    init?(listed json: JSON) {
        guard let port = json.count("PrivatePort") else { return nil }
        containerPort = port
        hostPort = json.count("PublicPort").flatMap { $0 == 0 ? nil : $0 }
        hostAddress = hostPort == nil ? nil : json.text("IP") ?? "0.0.0.0"
        proto = json.text("Type") ?? "tcp"
    }

    private init?(key: String, binding: JSON?) {
        let parts = key.split(separator: "/", maxSplits: 1)
        guard let first = parts.first, let port = Int(first) else { return nil }
        containerPort = port
        proto = parts.count > 1 ? String(parts[1]) : "tcp"
        hostPort = binding?.text("HostPort").flatMap { Int($0) }
        hostAddress = hostPort == nil ? nil : binding?.text("HostIp") ?? "0.0.0.0"
    }

    /// The `NetworkSettings.Ports` of a container's details: `{"80/tcp": [{"HostIp": …, "HostPort": …}]}`.
    static func all(bound json: JSON?) -> [Port] {
        let ports = (json?.object ?? [:]).flatMap { key, bindings -> [Port] in
            let bindings = bindings.array ?? []
            guard !bindings.isEmpty else { return [Port(key: key, binding: nil)].compactMap(\.self) }
            return bindings.compactMap { Port(key: key, binding: $0) }
        }
        return ports.sorted {
            ($0.containerPort, $0.proto, $0.hostAddress ?? "") < ($1.containerPort, $1.proto, $1.hostAddress ?? "")
        }
    }

    /// As docker CLI writes it: `0.0.0.0:8080->80/tcp`, `[::]:8080->80/tcp`, or `80/tcp`.
    public var text: String {
        guard let hostPort, let hostAddress else { return "\(containerPort)/\(proto)" }
        let address = hostAddress.contains(":") && !hostAddress.hasPrefix("[") ? "[\(hostAddress)]" : hostAddress
        return "\(address):\(hostPort)->\(containerPort)/\(proto)"
    }
}
