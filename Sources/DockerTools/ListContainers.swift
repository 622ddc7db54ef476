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
        description: "Only names that contain this text, in any case.")
    fileprivate static let label = Parameter(
        name: "label", kind: .text(maximumCharacters: 1_024),
        description: "Only with this label: KEY or KEY=VALUE.")
    fileprivate static let state = Parameter(
        name: "state", kind: .choice(["created", "running", "paused", "restarting", "removing", "exited", "dead"]),
        description: "Only in this state.")
    fileprivate static let detail = Parameter(
        name: "detail", kind: .boolean(standard: false),
        description: "Add full ids, command, labels, networks and mounts.")
    fileprivate static let fields = Parameter(
        name: "fields", kind: .text(maximumCharacters: 255),
        description: "Only these fields of each row, such as state,ports.")
}

extension DockerTool {
    /// `docker_list_containers`.
    public static let listContainers = DockerTool(
        name: "docker_list_containers", title: "List containers",
        description:
            "Lists the containers of all Docker engines in one answer, each row labelled with its source; stopped ones too, newest first.",
        parameters: [
            .onlyRunning, .source, .name, .label, .project, .service, .state, .detail, .fields, .limit, .cursor,
        ],
        outputSchema: containersSchema
    ) { arguments, asking throws(CallFailure) in
        let all = arguments.boolean(.onlyRunning) != true
        let state = arguments.text(.state)
        let membership = Compose.Membership(arguments)
        let labels = [arguments.text(.label)].compactMap(\.self) + membership.labels
        let filters = arguments.shown([.onlyRunning, .name, .label, .project, .service, .state])
        let choice = try arguments.text(.fields).map { text throws(CallFailure) in
            try FieldChoice(text, of: .fields, among: ContainerSummary.knownFields)
        }
        let name = arguments.text(.name)?.lowercased()
        let sources = try asking.sources(arguments)
        let cursor = try Cursor(arguments.text(.cursor), sources: sources)
        let answers = await asking.gather(from: sources) { source throws(SourceError) in
            try await source.reply(to: .containers(all: all, labels: labels, state: state)).filter { container in
                (name.map { container.name?.lowercased().contains($0) == true } ?? true)
                    && membership.includes(container) && (state.map { container.state == $0 } ?? true)
                    && (all || container.isActive)
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
        let rows = page.rows.map { $0.row.json(source: $0.source, choice, isDetailed: isDetailed) }
        let heading =
            page.total == 0
            ? await emptyHeading(filters, asking, sources, merged.sources) : heading(page.total, "container", merged)
        return envelope.document(
            "containers", rows, heading: heading,
            body: .table(choice.map { ContainerSummary.table(rows, of: $0) } ?? ContainerSummary.table(page.rows)))
    }

    /// Engines leave out what their own filters do not match, so how many others there are is one more question.
    private static func emptyHeading(
        _ filters: [String], _ asking: Asking, _ sources: [any Source], _ reports: [SourceReport]
    ) async -> String {
        guard !filters.isEmpty else { return EmptyAnswer.text("containers", matching: [], on: reports) }
        let answered = zip(sources, reports).filter { $0.1.error == nil }.map(\.0)
        let counts = await asking.gather(from: answered) { source throws(SourceError) in
            try await source.reply(to: .containers(all: true)).count
        }.map { try? $0.result.get() }
        let known = counts.compactMap(\.self)
        return EmptyAnswer.text(
            "containers", matching: filters, on: reports,
            others: known.count < counts.count ? nil : known.reduce(0, +))
    }

    /// `14 containers: local 7, remote 7`; of very many sources only how many they are.
    static func heading<Row>(_ total: Int, _ noun: String, _ merged: Merged<Row>) -> String {
        let counts = zip(merged.sources, merged.rowsBySource).filter { report, _ in report.error == nil }
        let what = "\(total) \(noun)\(total == 1 ? "" : "s")"
        guard counts.count <= Envelope.namedSources else { return "\(what) on \(counts.count) sources" }
        return "\(what): \(counts.map { "\($0.source.name) \($1.count)" }.joined(separator: ", "))"
    }

}

extension ContainerSummary {
    /// Whether the engine counts it as running: `GET /containers/json` without `all`.
    var isActive: Bool { state == nil || ["running", "paused", "restarting", "removing"].contains(state) }
}
