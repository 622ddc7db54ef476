// One row of the engine's list of networks.
import JSON

/// A network as the list shows it (`GET /networks`). The list does not say which containers are in it; theirs does.
public struct NetworkSummary: Hashable, Sendable {
    /// 64 hexadecimal digits, or 25 letters and digits of a swarm's network.
    public let id: String
    /// Its name.
    public let name: String
    /// `bridge`, `host`, `null`, `overlay`, `macvlan`, ...
    public let driver: String?
    /// `local` or `swarm`.
    public let scope: String?
    /// When it was made.
    public let createdAt: Timestamp?
    /// Whether containers in it can't reach the outside.
    public let isInternal: Bool
    /// Whether it has IPv6 addresses.
    public let hasIPv6: Bool
    /// Whether containers that no service made may join a swarm's network.
    public let isAttachable: Bool
    /// Address ranges, such as `172.18.0.0/16`.
    public let subnets: [String]
    /// Gateways of these ranges.
    public let gateways: [String]
    /// Labels by name.
    public let labels: [String: String]

    init(_ json: JSON) throws(ReplyError) {
        id = try json.identifier(json["Id"] == nil ? "id" : "Id", of: "a network")
        name = try json.required(json["Name"] == nil ? "name" : "Name", of: "a network")
        driver = json.text("Driver")
        scope = json.text("Scope")
        createdAt = json.time("Created")
        isInternal = json["Internal"]?.bool ?? false
        hasIPv6 = json["EnableIPv6"]?.bool ?? false
        isAttachable = json["Attachable"]?.bool ?? false
        let ranges = json["IPAM"]?["Config"]?.array ?? []
        subnets = ranges.compactMap { $0.text("Subnet") }
        gateways = ranges.compactMap { $0.text("Gateway") }
        labels = json.labels("Labels")
    }
}
