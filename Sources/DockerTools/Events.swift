// docker_events: what happened to containers, images, networks and volumes of all sources, as one list ordered by time.
import DockerEngine
import DockerSources
import JSON
import SafeText

extension Parameter {
    fileprivate static let eventsSince = Parameter(
        name: "since", kind: .text(maximumCharacters: 64),
        description:
            "From this moment on: RFC 3339, seconds since 1970, or an age such as 15m, 2h30m or 1d (default 1h).")
    fileprivate static let eventsUntil = Parameter(
        name: "until", kind: .text(maximumCharacters: 64),
        description: "Up to this moment, written as since is; now otherwise.")
    fileprivate static let eventType = Parameter(
        name: "type",
        kind: .choice(["container", "image", "network", "volume", "daemon", "plugin", "service", "node"]),
        description: "Only events of this kind of object.")
    fileprivate static let action = Parameter(
        name: "action", kind: .text(maximumCharacters: 64),
        description: "Only this action, such as die, start, oom or health_status.")
    fileprivate static let object = Parameter(
        name: "container", kind: .text(maximumCharacters: 255),
        description: "Only events of objects whose name contains this text, or whose id begins so.")
    fileprivate static let exec = Parameter(
        name: "exec", kind: .boolean(standard: false),
        description: "Show what runs inside containers too (health checks make many such events).")
}

extension DockerTool {
    /// `docker_events`.
    public static let events = DockerTool(
        name: "docker_events", title: "What happened",
        description:
            "Tells what happened on all sources, ordered by time: starts, ends with exit codes, OOM kills, health changes, pulls, networks. "
            + "Docker engines remember only their last 256 events.",
        parameters: [.eventsSince, .eventsUntil, .eventType, .action, .object, .exec, .source, .most],
        outputSchema: eventsSchema, toolset: .diagnose
    ) { arguments, asking throws(CallFailure) in
        let now = Timestamp.now
        let span = try arguments.span(from: .eventsSince, to: .eventsUntil, now: now)
        let until = min(span.until ?? now, now)
        let since = span.since ?? until.earlier(bySeconds: 3_600) ?? until
        let type = arguments.text(.eventType)
        let filter = EventFilter(
            action: arguments.text(.action)?.lowercased(), object: arguments.text(.object)?.lowercased(),
            showsExec: arguments.boolean(.exec) == true)
        let answers = await asking.gather(from: try asking.sources(arguments)) { source throws(SourceError) in
            try await EventHistory(
                of: source, since: since, until: until, types: type.map { [$0] } ?? [], keeping: filter)
        }
        return try document(
            answers, limit: arguments.integer(.most) ?? asking.rowLimit, since: since, until: until,
            filters: arguments.shown([.eventType, .action, .object]))
    }

    private static func document(
        _ answers: [Answer<EventHistory>], limit: Int?, since: Timestamp, until: Timestamp, filters: [String]
    ) throws(CallFailure) -> Document {
        let reports = try [SourceReport](answered: answers)
        var cuts: [String] = []
        var rows: [EventRow] = []
        var hidden = 0
        for (order, answer) in answers.enumerated() {
            guard case .success(let history) = answer.result else { continue }
            if history.isCut {
                cuts.append("events of \(answer.source.name): only the first \(EventHistory.maximumEvents)")
            }
            if let error = history.endedBy { cuts.append("events of \(answer.source.name): \(error.code.rawValue)") }
            hidden += history.hidden
            rows += history.events.map { EventRow(source: answer.source.name, order: order, event: $0) }
        }
        rows.sort(by: EventRow.isEarlier)
        let total = rows.count
        if let limit, total > limit {
            rows.removeFirst(total - limit)
            let oldest = rows.first?.event.at?.rfc3339 ?? "the first one's time"
            cuts.append("limit \(limit) of \(total): the newest are shown, until \"\(oldest)\" gives those before")
        }
        let span = "from \(since.rfc3339) to \(until.rfc3339)"
        var heading =
            total == 0
            ? EmptyAnswer.text("events \(span)", matching: filters, on: reports)
            : "\(total) event\(total == 1 ? "" : "s") \(span)"
        if hidden > 0 { heading += "; \(hidden) exec events are left out (exec: true shows them)" }
        var table = TextTable(columns: [
            .init(heading: "TIME"), .init(heading: "SOURCE"), .init(heading: "TYPE"), .init(heading: "ACTION"),
            .init(heading: "NAME", minimumWidth: 12), .init(heading: "DETAILS", minimumWidth: 10),
        ])
        table.rows = rows.map(\.cells)
        return Envelope(name: "events", sources: reports, cuts: cuts, total: total).document(
            "events", rows.map(\.json), heading: heading, body: .table(table),
            more: [
                "since": .string(since.rfc3339), "until": .string(until.rfc3339),
                "hidden_exec_events": .integer(Int64(hidden)),
            ])
    }
}

/// An event with whose it is.
private struct EventRow {
    let source: String
    let order: Int
    let event: EngineEvent

    /// By time; of one time, by source; a source's events keep their order.
    static func isEarlier(_ left: EventRow, _ right: EventRow) -> Bool {
        (left.event.at?.nanoseconds ?? 0, left.order) < (right.event.at?.nanoseconds ?? 0, right.order)
    }

    private var exitCode: Int? {
        (event.attributes["exitCode"] ?? event.attributes["containerExitCode"]).flatMap { Int($0) }
    }

    /// What of the attributes tells more than the columns do; labels are left out.
    private var details: [(String, String)] {
        var details: [(String, String)] = []
        if let exitCode, event.action.hasPrefix("die") || event.action.hasPrefix("exec_die") || event.action == "died" {
            details.append(("exit_code", "\(exitCode)"))
        }
        for key in ["signal", "oldName", "reason", "destination"] {
            if let value = event.attributes[key], !value.isEmpty { details.append((key, value)) }
        }
        if let container = event.attributes["container"], !container.isEmpty {
            details.append(("container", String(container.prefix(12))))
        }
        return details
    }

    var json: JSONObject {
        var row: JSONObject = ["source": .string(source)]
        row.set("time", event.at)
        row.set("type", text: event.type)
        row.set("action", text: event.action)
        row.set("id", text: event.id.isEmpty ? nil : String(event.id.dropPrefix("sha256:").prefix(12)))
        row.set("name", text: event.name)
        row.set("image", text: event.type == "container" ? event.attributes["image"] : nil)
        row.set("project", text: event.attributes[Compose.project])
        row.set("service", text: event.attributes[Compose.service])
        for (key, value) in details {
            if key == "exit_code" {
                row.set(key, exitCode)
            } else {
                row.set(key == "oldName" ? "old_name" : key, text: value)
            }
        }
        return row
    }

    var cells: [String] {
        [
            event.at?.rfc3339 ?? "", source, SafeText.line(event.type), Secrets.masked(SafeText.line(event.action)),
            SafeText.line(event.name ?? String(event.id.prefix(12))),
            details.map { "\($0) \(Secrets.masked(SafeText.line($1)))" }.joined(separator: ", "),
        ]
    }
}

extension String {
    fileprivate func dropPrefix(_ prefix: String) -> Substring {
        hasPrefix(prefix) ? dropFirst(prefix.count) : self[...]
    }
}
