// A container's place in a network.
import JSON

/// One network that a container is in.
public struct Network: Hashable, Sendable {
    /// The network's name.
    public let name: String
    /// The container's address there; nil while it does not run.
    public let address: String?
    /// Other names that it has there.
    public let aliases: [String]

    /// The `Networks` of `NetworkSettings`, by name.
    static func all(in settings: JSON?) -> [Network] {
        (settings?["Networks"]?.object ?? [:])
            .map {
                Network(
                    name: $0, address: $1.text("IPAddress") ?? $1.text("GlobalIPv6Address"),
                    aliases: $1.texts("Aliases"))
            }
            .sorted { $0.name < $1.name }
    }
}
