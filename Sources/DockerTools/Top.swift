// docker_top: what runs inside a container now.
import DockerEngine
import DockerSources
import JSON
import SafeText

extension DockerTool {
    /// `docker_top`.
    public static let top = DockerTool(
        name: "docker_top", title: "Processes of a container",
        description:
            "Lists the processes that run inside a container, as the engine's host sees them. Secrets in command lines are masked.",
        parameters: [.containerID, .source, .maximumMatches], outputSchema: topSchema, toolset: .diagnose
    ) { arguments, asking throws(CallFailure) in
        let matches = try await asking.containers(arguments)
        let answers = await asking.gather(matches) { source, container throws(SourceError) in
            ContainerProcesses(
                container: container,
                table: try await source.reply(to: .processes(in: try source.reference(to: container.id))))
        }
        _ = try [SourceReport](answered: answers)
        var reports = matches.reports
        for answer in answers { reports.note(answer) }
        let found = answers.compactMap { answer in (try? answer.result.get()).map { (source: answer.source, row: $0) } }
        let total = found.reduce(0) { $0 + $1.row.table.processes.count }
        return Envelope(name: "top", sources: reports, total: total).document(
            "containers", found.map { $0.row.json(source: $0.source) }, heading: nil,
            body: .lines(
                Array(found.map { $0.row.lines(source: $0.source) }.joined(separator: [""]))))
    }
}

/// One container's processes.
private struct ContainerProcesses: Sendable {
    let container: ContainerDetails
    let table: ProcessTable

    /// The column whose cells are command lines; the last one in every `ps`.
    private static let commandTitles: Set<String> = ["CMD", "COMMAND", "ARGS"]

    private var rows: [[String]] {
        table.processes.map { row in
            zip(table.titles, row).map { title, cell in
                let cell = SafeText.line(cell)
                guard Self.commandTitles.contains(title.uppercased()) else { return cell }
                return Secrets.masked(command: cell.split(separator: " ").map(String.init)).joined(separator: " ")
            }
        }
    }

    func json(source: SourceLabel) -> JSONObject {
        var row: JSONObject = ["source": .string(source.name)]
        row.set("id", text: String(container.id.prefix(12)))
        row.set("name", text: container.name)
        row.set("titles", texts: table.titles, keepsEmpty: true)
        row["processes"] = .array(rows.map { .array($0.map(shown)) })
        return row
    }

    func lines(source: SourceLabel) -> [String] {
        let count = table.processes.count
        var shownTable = TextTable(columns: table.titles.map { .init(heading: SafeText.line($0)) })
        shownTable.rows = rows.map { $0.map { Secrets.masked($0) } }
        return [
            "\(count) process\(count == 1 ? "" : "es") in \(source.name)/\(SafeText.line(container.name ?? container.id))"
        ] + shownTable.lines(width: nil)
    }
}
