// docker_list_containers: one list over all sources, each row labelled.
import DockerEngine
import DockerSources
import JSON
import SafeText

extension Parameter {
    fileprivate static let onlyRunning = Parameter(
        name: "only_running", kind: .boolean(standard: false), description: "Leave out containers that do not run.")
    fileprivate static let name = Parameter(
        name: "name", kind: .text(maximumCharacters: 255),
        description: "Only containers whose name contains this text, in any case.")
    fileprivate static let label = Parameter(
        name: "label", kind: .text(maximumCharacters: 1_024),
        description: "Only containers with this label: KEY or KEY=VALUE.")
    fileprivate static let state = Parameter(
        name: "state", kind: .choice(["created", "running", "paused", "restarting", "removing", "exited", "dead"]),
        description: "Only containers in this state.")
    fileprivate static let detail = Parameter(
        name: "detail", kind: .boolean(standard: false),
        description: "Add full ids, command, labels, networks and mounts to each row.")
}

extension DockerTool {
    /// `docker_list_containers`.
    public static let listContainers = DockerTool(
        name: "docker_list_containers", title: "List containers",
        description:
            "Lists the containers of all Docker engines in one answer, each row labelled with its source; stopped ones too, newest first. "
            + "A source that fails is reported beside the rows of the others.",
        parameters: [.onlyRunning, .source, .name, .label, .state, .detail, .limit, .cursor],
        outputSchema: containersSchema
    ) { arguments, asking throws(CallFailure) in
        let all = arguments.boolean(.onlyRunning) != true
        let label = arguments.text(.label)
        let state = arguments.text(.state)
        let name = arguments.text(.name)?.lowercased()
        let sources = try asking.sources(arguments)
        let cursor = try Cursor(arguments.text(.cursor), sources: sources)
        let answers = await asking.gather(from: sources) { source throws(SourceError) in
            try await source.reply(to: .containers(all: all, label: label, state: state)).filter { container in
                (name.map { container.name?.lowercased().contains($0) == true } ?? true)
                    && (state.map { container.state == $0 } ?? true) && (all || container.isActive)
            }
        }
        let merged = Merged(answers)
        if merged.isUnanswered { throw .unanswered(merged.sources) }
        let page = Page(merged, after: cursor, limit: arguments.integer(.limit) ?? asking.rowLimit) {
            ($0.createdAt, $0.id)
        }
        let isDetailed = arguments.boolean(.detail) == true
        let envelope = Envelope(
            name: "containers", sources: merged.sources, cuts: page.cuts, total: page.total, nextCursor: page.nextCursor
        )
        return envelope.document(
            "containers", page.rows.map { $0.row.json(source: $0.source, isDetailed: isDetailed) },
            heading: heading(page.total, "container", merged, arguments.narrowing), body: .table(table(page.rows)))
    }

    private static func table(_ rows: [(source: SourceLabel, row: ContainerSummary)]) -> TextTable {
        var table = TextTable(columns: [
            .init(heading: "SOURCE"), .init(heading: "ID"), .init(heading: "NAME", minimumWidth: 12),
            .init(heading: "IMAGE", minimumWidth: 10),
            .init(heading: "STATUS", minimumWidth: 10), .init(heading: "PORTS", minimumWidth: 6),
        ])
        table.rows = rows.map { source, container in
            [
                source.name, String(container.id.prefix(12)), SafeText.line(container.name ?? ""),
                SafeText.shortened(SafeText.line(container.image ?? ""), to: 40),
                SafeText.line(container.status ?? container.state ?? ""),
                SafeText.shortened(container.ports.map(\.text).map(SafeText.line).joined(separator: ", "), to: 40),
            ]
        }
        return table
    }
}

extension ContainerSummary {
    /// Whether the engine counts it as running: `GET /containers/json` without `all`.
    var isActive: Bool { state == nil || ["running", "paused", "restarting", "removing"].contains(state) }

    fileprivate func json(source: SourceLabel, isDetailed: Bool) -> JSONObject {
        var row: JSONObject = ["source": .string(source.name)]
        row.set("id", text: String(id.prefix(12)))
        row.set("name", text: name)
        row.set("image", text: image)
        row.set("state", text: state)
        row.set("status", text: status)
        row.set("health", text: health)
        row.set("exit_code", exitCode)
        row.set("created_at", createdAt)
        row.set("ports", texts: ports.map(\.text), keepsEmpty: true)
        row.set("project", text: labels[Compose.project])
        row.set("service", text: labels[Compose.service])
        guard isDetailed else { return row }
        row.set("full_id", text: id)
        row.set("image_id", text: imageID)
        row.set("command", text: command)
        row.set("labels", labels: labels)
        row["networks"] = networks.json
        row["mounts"] = mounts.json
        return row
    }
}

extension [Network] {
    var json: JSON {
        .array(
            map { network in
                var json = JSONObject()
                json.set("name", text: network.name)
                json.set("ip", text: network.address)
                json.set("aliases", texts: network.aliases)
                return .object(json)
            })
    }
}

extension [Mount] {
    var json: JSON {
        .array(
            map { mount in
                var json = JSONObject()
                json.set("type", text: mount.type)
                json.set("source", text: mount.source)
                json.set("destination", text: mount.destination)
                json["read_only"] = .bool(mount.isReadOnly)
                return .object(json)
            })
    }
}
