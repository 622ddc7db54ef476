// docker_connection_status: how each source is doing. A dead source is a row here, never an error of the tool.
import DockerEngine
import DockerSources
import JSON
import SafeText

extension DockerTool {
    /// `docker_connection_status`.
    public static let connectionStatus = DockerTool(
        name: "docker_connection_status", title: "Connection status",
        description:
            "Tells which Docker engines are configured and how each is doing: state, engine and API versions, latency, counts, warnings, "
            + "and for one that fails the reason and what to do. Ask this first when an answer is incomplete.",
        parameters: [.source], outputSchema: statusSchema
    ) { arguments, asking throws(CallFailure) in
        let answers = await asking.gather(from: try asking.sources(arguments)) { source throws(SourceError) in
            let start = ContinuousClock.now
            try await source.reply(to: .ping)
            let latency = start.duration(to: .now)
            return Checkup(
                latency: latency, version: try await source.reply(to: .version),
                info: try await source.reply(to: .info),
                negotiatedAPI: source.negotiatedAPI)
        }
        return document(answers, asking)
    }

    private static func document(_ answers: [Answer<Checkup>], _ asking: Asking) -> Document {
        let checkedAt = Timestamp.now
        let checkups = answers.map { try? $0.result.get() }
        let reports = zip(answers, checkups).map { answer, checkup in
            SourceReport(
                Answer(source: answer.source, latency: checkup?.latency ?? answer.latency, result: answer.result))
        }
        var structured = Envelope(name: "status", sources: reports).json
        structured["mode"] = .string(asking.mode)
        structured["security_mode"] = "readonly"
        structured["summary"] = [
            "sources": .integer(Int64(reports.count)), "connected": .integer(Int64(checkups.count { $0 != nil })),
            "containers": sum(checkups, \.containers), "running": sum(checkups, \.running),
            "images": sum(checkups, \.images),
        ]
        let warnings = answers.indices.map { Self.warnings(at: $0, answers, checkups) }
        structured["sources"] = .array(
            reports.indices.map { index in
                var row = reports[index].json
                row["endpoint"] = .string(reports[index].source.endpoint)
                checkups[index]?.describe(in: &row)
                row.set("checked_at", checkedAt)
                row.set("warnings", texts: warnings[index])
                return .object(row)
            })
        let notes = zip(reports, warnings).flatMap { report, warnings in
            [report.note].compactMap(\.self) + warnings.map { "warning: \(report.source.name): \($0)" }
        }
        return Document(
            structured: structured, sources: reports, notes: notes, heading: "mode \(asking.mode), readonly",
            body: .table(table(reports, checkups)))
    }

    private static func sum(_ checkups: [Checkup?], _ count: (EngineInfo) -> Int?) -> JSON {
        .integer(
            Int64(
                checkups.compactMap { $0.flatMap { count($0.info) } }.reduce(0) {
                    $0.addingReportingOverflow($1).partialValue & .max
                }))
    }

    private static func warnings(at index: Int, _ answers: [Answer<Checkup>], _ checkups: [Checkup?]) -> [String] {
        var warnings: [String] = []
        let source = answers[index].source
        if source.kind == .remoteTCP, !isPrivate(source.endpoint) {
            warnings.append(
                "plain HTTP to a public address: whoever can reach this port controls the host; let only your address in, or use a VPN"
            )
        }
        if let info = checkups[index]?.info {
            let twins = checkups.indices.filter { $0 != index && checkups[$0]?.info.seemsSame(as: info) == true }
            if !twins.isEmpty {
                let names = twins.map { answers[$0].source.name }.joined(separator: ", ")
                warnings.append("this seems to be the same engine as \(names): its rows come twice")
            }
        }
        return warnings
    }

    /// Loopback, link-local and private ranges (RFC 1918, RFC 6598, RFC 4193), and names, whose address is not looked up here.
    private static func isPrivate(_ endpoint: String) -> Bool {
        let host = endpoint.dropFirst("tcp://".count)
        if host.hasPrefix("[") {
            return ["[::1]", "[fe8", "[fe9", "[fea", "[feb", "[fd", "[fc"].contains { host.hasPrefix($0) }
        }
        let parts = host.prefix { $0 != ":" }.split(separator: ".").map { Int($0) }
        guard parts.count == 4, let first = parts[0], let second = parts[1] else { return true }
        return switch (first, second) {
        case (10, _), (127, _), (192, 168), (169, 254), (172, 16...31), (100, 64...127): true
        default: false
        }
    }

    private static func table(_ reports: [SourceReport], _ checkups: [Checkup?]) -> TextTable {
        var table = TextTable(columns: [
            .init(heading: "SOURCE"), .init(heading: "STATE"), .init(heading: "ENDPOINT", minimumWidth: 16),
            .init(heading: "ENGINE", minimumWidth: 8),
            .init(heading: "API"), .init(heading: "CONTAINERS"), .init(heading: "IMAGES"), .init(heading: "LATENCY"),
        ])
        table.rows = zip(reports, checkups).map { report, checkup in
            let engine = checkup.map { "\($0.version.name) \($0.version.version ?? "")" } ?? "-"
            let containers = checkup.map { "\($0.info.running ?? 0) of \($0.info.containers ?? 0) running" } ?? "-"
            return [
                report.source.name, report.state.rawValue, report.source.endpoint, SafeText.line(engine),
                checkup?.negotiatedAPI?.description ?? "-", containers, checkup?.info.images.map { "\($0)" } ?? "-",
                report.latency.map { "\(Quantity.fixed($0.milliseconds, digits: 1)) ms" } ?? "-",
            ]
        }
        return table
    }
}

/// What one engine says of itself.
private struct Checkup: Sendable {
    let latency: Duration
    let version: EngineVersion
    let info: EngineInfo
    let negotiatedAPI: APIVersion?

    func describe(in row: inout JSONObject) {
        var engine = JSONObject()
        engine.set("name", text: version.name)
        engine.set("version", text: version.version)
        engine.set("api_version", text: version.apiVersion)
        engine.set("min_api_version", text: version.oldestAPIVersion)
        engine.set("os", text: version.os)
        engine.set("architecture", text: version.architecture)
        engine.set("kernel", text: version.kernel)
        row["engine"] = .object(engine)
        row.set("negotiated_api", text: negotiatedAPI?.description)
        var containers = JSONObject()
        containers.set("total", info.containers)
        containers.set("running", info.running)
        containers.set("paused", info.paused)
        containers.set("stopped", info.stopped)
        row["containers"] = .object(containers)
        row.set("images", info.images)
    }
}
