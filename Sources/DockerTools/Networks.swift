// docker_networks: the networks of all sources, and the containers on each.
import DockerEngine
import DockerSources
import JSON
import SafeText

extension Parameter {
    fileprivate static let networkName = Parameter(
        name: "name", kind: .text(maximumCharacters: 255),
        description: "Only networks whose name contains this text, in any case.")
}

extension DockerTool {
    /// `docker_networks`.
    public static let networks = DockerTool(
        name: "docker_networks", title: "List networks",
        description:
            "Lists the networks of all sources: driver, subnets, and the containers on each with their addresses.",
        parameters: [.networkName, .source, .limit, .cursor], outputSchema: networksSchema, toolset: .diagnose
    ) { arguments, asking throws(CallFailure) in
        let name = arguments.text(.networkName)?.lowercased()
        return try await listing(
            arguments, asking, name: "networks", noun: "network", filters: [.networkName],
            keeping: { (row: PopulatedNetwork) in name.map { row.network.name.lowercased().contains($0) } ?? true }
        ) { source throws(SourceError) in
            let (networks, containers) = try await source.replies(to: .networks, and: .containers(all: true))
            let members = Members(of: containers)
            return networks.map { PopulatedNetwork(network: $0, members: members.byNetwork[$0.name] ?? []) }
        }
    }
}

/// A network and who is in it.
private struct PopulatedNetwork: ListedRow {
    let network: NetworkSummary
    let members: [(container: String, address: String?)]

    var place: (createdAt: Timestamp?, id: String) { (network.createdAt, network.id) }

    func json(source: SourceLabel) -> JSONObject {
        var row: JSONObject = ["source": .string(source.name)]
        row.set("id", text: String(network.id.prefix(12)))
        row.set("name", text: network.name)
        row.set("driver", text: network.driver)
        row.set("scope", text: network.scope)
        row["internal"] = .bool(network.isInternal)
        row["ipv6"] = .bool(network.hasIPv6)
        row.set("subnets", texts: network.subnets, keepsEmpty: true)
        row.set("gateways", texts: network.gateways)
        row.set("created_at", network.createdAt)
        row.set("project", text: network.labels[Compose.project])
        row["containers"] = .array(
            members.map { member in
                var json = JSONObject()
                json.set("name", text: member.container)
                json.set("ip", text: member.address)
                return .object(json)
            })
        row.set("labels", labels: network.labels)
        return row
    }

    static let columns: [TextTable.Column] = [
        .init(heading: "SOURCE"), .init(heading: "ID"), .init(heading: "NAME", minimumWidth: 12),
        .init(heading: "DRIVER"), .init(heading: "SCOPE"), .init(heading: "SUBNETS", minimumWidth: 8),
        .init(heading: "CONTAINERS", minimumWidth: 12),
    ]

    func cells(source: SourceLabel, now: Timestamp) -> [String] {
        [
            source.name, String(network.id.prefix(12)), SafeText.line(network.name),
            SafeText.line(network.driver ?? ""),
            SafeText.line(network.scope ?? ""), SafeText.line(network.subnets.joined(separator: ", ")),
            Members.listed(members.map { ([$0.container] + [$0.address].compactMap(\.self)).joined(separator: " ") }),
        ]
    }
}
