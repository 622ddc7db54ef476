// docker_connection_status: how each source is doing. A dead source is a row here, never an error of the tool.
import DockerEngine
import DockerSources
import JSON
import SafeText

extension Parameter {
    fileprivate static let refresh = Parameter(
        name: "refresh", kind: .boolean(standard: false),
        description: "Ask sources that failed a moment ago now, too, instead of repeating their last error.")
}

extension DockerTool {
    /// `docker_connection_status`.
    public static let connectionStatus = DockerTool(
        name: "docker_connection_status", title: "Connection status",
        description:
            "Tells which Docker engines are configured and how each is doing: state and since when, engine and API versions, latency, counts, warnings, "
            + "and for one that fails the reason and what to do. Ask this first when an answer is incomplete.",
        parameters: [.source, .refresh], outputSchema: statusSchema
    ) { arguments, asking throws(CallFailure) in
        let sources = try asking.sources(arguments)
        let answers = await asking.gather(from: sources, evenIfOpen: arguments.boolean(.refresh) == true) {
            source throws(SourceError) in try await Checkup(of: source)
        }
        return document(zip(sources, answers).map(SourceStatus.init), asking)
    }

    private static func document(_ statuses: [SourceStatus], _ asking: Asking) -> Document {
        let now = Moment()
        let reports = statuses.map(\.report)
        let checkups = statuses.map(\.checkup)
        var structured = Envelope(name: "status", sources: reports).json
        structured["mode"] = .string(asking.mode)
        structured["security_mode"] = "readonly"
        structured["summary"] = [
            "sources": .integer(Int64(reports.count)), "connected": .integer(Int64(checkups.count { $0 != nil })),
            "containers": sum(checkups, \.containers), "running": sum(checkups, \.running),
            "images": sum(checkups, \.images),
        ]
        // Few have the id of another, so that only those are compared.
        let sameID = Dictionary(grouping: statuses.indices) { statuses[$0].checkup?.info.id }
        let warnings = statuses.indices.map { index in
            let others = sameID[statuses[index].checkup?.info.id] ?? []
            return statuses[index].warnings(now, twins: twins(of: index, among: others, statuses))
        }
        structured["sources"] = .array(
            zip(statuses, warnings).map { status, warnings in .object(status.json(now, warnings: warnings)) })
        let notes = zip(statuses, warnings).flatMap { status, warnings in
            [status.report.note, status.note(now)].compactMap(\.self)
                + warnings.map { "warning: \(status.report.source.name): \($0)" }
        }
        return Document(
            structured: structured, sources: reports, notes: notes, heading: "mode \(asking.mode), readonly",
            body: .table(table(statuses)))
    }

    private static func sum(_ checkups: [Checkup?], _ count: (EngineInfo) -> Int?) -> JSON {
        .integer(
            Int64(
                checkups.compactMap { $0.flatMap { count($0.info) } }.reduce(0) {
                    $0.addingReportingOverflow($1).partialValue & .max
                }))
    }

    /// The names of the other sources that seem to be the same engine.
    private static func twins(of index: Int, among others: [Int], _ statuses: [SourceStatus]) -> [String] {
        guard let info = statuses[index].checkup?.info, info.id != nil else { return [] }
        return others.filter { $0 != index && statuses[$0].checkup?.info.seemsSame(as: info) == true }
            .map { statuses[$0].report.source.name }
    }

    private static func table(_ statuses: [SourceStatus]) -> TextTable {
        var table = TextTable(columns: [
            .init(heading: "SOURCE"), .init(heading: "STATE"), .init(heading: "ENDPOINT", minimumWidth: 16),
            .init(heading: "ENGINE", minimumWidth: 8),
            .init(heading: "API"), .init(heading: "CONTAINERS"), .init(heading: "IMAGES"), .init(heading: "LATENCY"),
        ])
        table.rows = statuses.map { status in
            let (report, checkup) = (status.report, status.checkup)
            let engine = checkup.map { "\($0.version.name) \($0.version.version ?? "")" } ?? "-"
            let containers = checkup.map { "\($0.info.running ?? 0) of \($0.info.containers ?? 0) running" } ?? "-"
            return [
                report.source.name, status.state.rawValue, report.source.endpoint, SafeText.line(engine),
                checkup?.negotiatedAPI?.description ?? "-", containers, checkup?.info.images.map { "\($0)" } ?? "-",
                report.latency.map { "\(Quantity.fixed($0.milliseconds, digits: 1)) ms" } ?? "-",
            ]
        }
        return table
    }
}
