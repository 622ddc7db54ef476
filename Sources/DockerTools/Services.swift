// docker_services: the services of swarms, how many of their tasks run, and on which nodes.
import DockerEngine
import DockerSources
import JSON
import SafeText

extension Parameter {
    fileprivate static let serviceName = Parameter(
        name: "name", kind: .text(maximumCharacters: 255),
        description: "Only services whose name contains this text, in any case.")
}

extension DockerTool {
    /// `docker_services`.
    public static let services = DockerTool(
        name: "docker_services", title: "Swarm services",
        description:
            "Lists the services of sources that manage a swarm: replicas wanted and running, image, ports, tasks with their node, state and error; and the nodes. Other sources have none.",
        parameters: [.serviceName, .source, .most], outputSchema: servicesSchema, toolset: .diagnose
    ) { arguments, asking throws(CallFailure) in
        let name = arguments.text(.serviceName)?.lowercased()
        let answers = await asking.gather(from: try asking.sources(arguments)) { source throws(SourceError) in
            try await Swarm(of: source)
        }
        let reports = try [SourceReport](answered: answers)
        var rows: [ServiceRow] = []
        var nodes: [JSON] = []
        var managers: [String] = []
        var others = 0
        for answer in answers {
            guard case .success(let swarm) = answer.result, swarm.isManager else { continue }
            managers.append(answer.source.name)
            others += swarm.services.count
            rows += swarm.services.filter { service in name.map { service.name.lowercased().contains($0) } ?? true }
                .map { ServiceRow(source: answer.source.name, service: $0, swarm: swarm) }
            nodes += swarm.nodes.map { .object($0.json(source: answer.source.name)) }
        }
        let total = rows.count
        var cuts: [String] = []
        rows.cut(to: arguments.integer(.most) ?? asking.rowLimit, noting: &cuts)
        var table = TextTable(columns: [
            .init(heading: "SOURCE"), .init(heading: "NAME", minimumWidth: 12), .init(heading: "MODE"),
            .init(heading: "REPLICAS"), .init(heading: "IMAGE", minimumWidth: 10),
            .init(heading: "PORTS", minimumWidth: 6),
            .init(heading: "PROBLEM", minimumWidth: 10),
        ])
        table.rows = rows.map(\.cells)
        let heading =
            managers.isEmpty
            ? "No services: none of \(EmptyAnswer.places(reports.filter { $0.error == nil }.map(\.source.name))) manages a swarm."
            : total == 0
                ? EmptyAnswer.text(
                    "services", matching: arguments.shown([.serviceName]),
                    on: reports.filter { managers.contains($0.source.name) }, others: others)
                : "\(total) service\(total == 1 ? "" : "s") on \(nodes.count) node\(nodes.count == 1 ? "" : "s"), told by \(managers.joined(separator: ", "))"
        return Envelope(name: "services", sources: reports, cuts: cuts, total: total).document(
            "services", rows.map(\.json), heading: heading, body: .table(table), more: ["nodes": .array(nodes)])
    }
}

/// What one source tells of its swarm.
private struct Swarm: Sendable {
    let isManager: Bool
    var services: [SwarmService] = []
    var tasks: [String: [SwarmTask]] = [:]
    var nodes: [SwarmNode] = []

    init(of source: any Source) async throws(SourceError) {
        isManager = try await source.reply(to: .info).isSwarmManager
        guard isManager else { return }
        (services, nodes) = try await source.replies(to: .services, and: .nodes)
        services.sort { $0.name < $1.name }
        tasks = Dictionary(grouping: try await source.reply(to: .tasks)) { $0.serviceID ?? "" }
    }

    func hostName(_ id: String?) -> String? { nodes.first { $0.id == id }?.hostName ?? id }
}

private struct ServiceRow {
    let source: String
    let service: SwarmService
    let swarm: Swarm

    /// Those that count, and of each slot the last one that failed.
    private var tasks: [SwarmTask] {
        let all = (swarm.tasks[service.id] ?? []).sorted {
            ($0.slot ?? 0, $1.at?.nanoseconds ?? 0) < ($1.slot ?? 0, $0.at?.nanoseconds ?? 0)
        }
        var failedSlots: Set<Int> = []
        return all.filter { task in
            if isWanted(task) { return true }
            return task.error != nil && failedSlots.insert(task.slot ?? 0).inserted
        }
    }

    private func isWanted(_ task: SwarmTask) -> Bool { ["running", "ready", "complete"].contains(task.desiredState) }
    private var wanted: Int { service.replicas ?? (swarm.tasks[service.id] ?? []).count(where: isWanted) }
    private var running: Int { (swarm.tasks[service.id] ?? []).count { isWanted($0) && $0.state == "running" } }

    var json: JSONObject {
        var row: JSONObject = ["source": .string(source)]
        row.set("id", text: String(service.id.prefix(12)))
        row.set("name", text: service.name)
        row.set("mode", text: service.mode)
        row.set("replicas_wanted", wanted)
        row.set("replicas_running", running)
        row.set("image", text: service.image)
        row.set("ports", texts: service.ports, keepsEmpty: true)
        row.set("stack", text: service.labels["com.docker.stack.namespace"])
        row.set("updated_at", service.updatedAt)
        row.set("update_state", text: service.updateState)
        row["tasks"] = .array(
            tasks.map { task in
                var json = JSONObject()
                json.set("id", text: String(task.id.prefix(12)))
                json.set("slot", task.slot)
                json.set("node", text: swarm.hostName(task.nodeID))
                json.set("state", text: task.state)
                json.set("desired_state", text: task.desiredState)
                json.set("at", task.at)
                json.set("error", text: task.error)
                return .object(json)
            })
        return row
    }

    var cells: [String] {
        [
            source, SafeText.line(service.name), service.mode, "\(running)/\(wanted)",
            SafeText.shortened(SafeText.line(service.image?.prefix { $0 != "@" }.description ?? ""), to: 40),
            SafeText.line(service.ports.joined(separator: ", ")),
            running < wanted
                ? SafeText.shortened(
                    Secrets.masked(SafeText.line(tasks.compactMap(\.error).first ?? "tasks are missing")), to: 80)
                : "",
        ]
    }
}

extension SwarmNode {
    fileprivate func json(source: String) -> JSONObject {
        var row: JSONObject = ["source": .string(source)]
        row.set("id", text: String(id.prefix(12)))
        row.set("name", text: hostName)
        row.set("role", text: role)
        row.set("state", text: state)
        row.set("availability", text: availability)
        row["leader"] = .bool(isLeader)
        row.set("engine_version", text: engineVersion)
        return row
    }
}
