// One inspected container for reading: a line that says how it does, then its parts, the empty ones left out.
import DockerEngine
import JSON
import SafeText

/// Every text in a row is cleaned and masked already; here it becomes lines.
struct InspectText {
    private let row: JSONObject
    /// What was asked for; nil for all. What is asked for by name is shown whole.
    private let choice: FieldChoice?
    private let now: Timestamp

    /// Variables and labels that are shown unless they are asked for by name.
    private static let mostLines = 24
    /// Characters of a value, unless it is asked for by name.
    private static let mostCharacters = 88

    /// `row` has every field, whatever `choice` says.
    static func lines(of row: JSONObject, _ choice: FieldChoice?, now: Timestamp) -> [String] {
        let text = InspectText(row: row, choice: choice, now: now)
        return [text.verdict] + text.parts.map { "  " + $0 }
    }

    private func wants(_ field: String) -> Bool { choice?.names(field) != false }

    private func text(_ field: String) -> String? { wants(field) ? row[field]?.string : nil }

    private var verdict: String {
        let name = row["name"]?.string ?? row["id"]?.string ?? ""
        let image = text("image").map { "image \($0)\(digest)" }
        let parts = [EndingText.doing(row, now: now), health, restarts, image].compactMap(\.self)
        return "\(row["source"]?.string ?? "")/\(name): \(parts.joined(separator: ", "))"
    }

    /// `@sha256:0123456789ab…`: enough to tell two apart.
    private var digest: String {
        let digests = row[InspectedContainer.digestsField]?.array ?? []
        guard let digest = digests.first?.string?.split(separator: "@").last else { return "" }
        return "@\(digest.prefix("sha256:".count + 12))…"
    }

    private var health: String? {
        guard let status = row["health"]?["status"]?.string else { return nil }
        let streak = row["health"]?["failing_streak"]?.int ?? 0
        return streak > 0 ? "\(status) (\(streak) in a row)" : status
    }

    private var restarts: String? {
        guard let count = row["state"]?["restart_count"]?.int, count > 0 else { return nil }
        return "\(count) restart\(count == 1 ? "" : "s")"
    }

    private var parts: [String] {
        let error = wants("state") ? row["state"]?["error"]?.string : nil
        return [error.map { "error: \($0)" }, facts].compactMap(\.self) + image + probes + command + connections
            + limits + environment + labels
    }

    /// What is said in a word, on one line.
    private var facts: String? {
        let created = text("created_at").map { "created \(MomentText.both($0, now: now))" }
        let id = choice == nil ? row["id"]?.string.map { "id \($0)" } : text("full_id").map { "id \($0)" }
        let facts = [
            id, created, text("restart_policy").map { "restart policy \($0)" },
            text("log_driver").map { "log driver \($0)" },
        ].compactMap(\.self)
        return facts.isEmpty ? nil : facts.joined(separator: ", ")
    }

    private var image: [String] {
        let id = [text("image_id").map { "image id: \($0)" }, text("platform").map { "platform \($0)" }]
            .compactMap(\.self)
        let digests = wants(InspectedContainer.digestsField) ? row[InspectedContainer.digestsField]?.array ?? [] : []
        return (id.isEmpty ? [] : [id.joined(separator: ", ")])
            + digests.compactMap { $0.string.map { "image digest: \($0)" } }
    }

    private var probes: [String] {
        guard wants("health"), let probes = row["health"]?["last_probes"]?.array, !probes.isEmpty else { return [] }
        return ["last probes:"] + ProbeText.lines(of: probes, now: now).map { "  " + $0 }
    }

    private var command: [String] {
        let words = wants("command") ? row["command"]?.array?.compactMap(\.string) ?? [] : []
        // Words with blanks in them are told apart as JSON writes them.
        let line = words.map { $0.isEmpty || $0.contains(" ") ? JSON.string($0).text : $0 }.joined(separator: " ")
        return (words.isEmpty ? [] : ["command: \(choice == nil ? SafeText.shortened(line, to: 500) : line)"])
            + ["working_dir", "user"].compactMap { field in text(field).map { "\(field): \($0)" } }
    }

    private var connections: [String] {
        let ports = PortText.brief(wants("ports") ? row["ports"]?.array?.compactMap(\.string) ?? [] : [])
        let networks = wants("networks") ? row["networks"]?.array?.map(\.networkText) ?? [] : []
        let mounts = wants("mounts") ? row["mounts"]?.array?.map(\.mountText) ?? [] : []
        return (ports.isEmpty ? [] : ["ports: \(ports)"])
            + (networks.isEmpty ? [] : ["networks: \(networks.joined(separator: "; "))"])
            + (mounts.isEmpty ? [] : ["mounts:"] + mounts.map { "  " + $0 })
    }

    private var limits: [String] {
        guard wants("limits"), let limits = row["limits"] else { return [] }
        let parts = [
            limits["memory_bytes"]?.int.map { "memory \(Quantity.binary($0))" },
            limits["cpus"]?.double.map { "\(Quantity.fixed($0, digits: 2)) CPUs" },
            limits["pids"]?.int.map { "\($0) processes" },
        ].compactMap(\.self)
        return ["limits: \(parts.joined(separator: ", "))"]
    }

    private var environment: [String] {
        guard wants("env"), let variables = row["env"]?.array, !variables.isEmpty else { return [] }
        let lines = variables.map { variable in
            let name = variable["name"]?.string ?? ""
            return "  " + (variable["value"]?.string.map { "\(name)=\(shown(SafeText.line($0)))" } ?? name)
        }
        return ["env:"] + cut(lines, part: "env")
    }

    private var labels: [String] {
        guard wants("labels"), let labels = row["labels"]?.object, !labels.isEmpty else { return [] }
        return cut(LabelText.lines(of: labels) { shown($0) }, part: "labels")
    }

    private func shown(_ value: String) -> String {
        choice == nil ? SafeText.shortened(value, to: Self.mostCharacters) : value
    }

    private func cut(_ lines: [String], part: String) -> [String] {
        guard choice == nil, lines.count > Self.mostLines else { return lines }
        return lines.prefix(Self.mostLines) + ["  and \(lines.count - Self.mostLines) more: include \(part) shows all"]
    }
}

/// What a container does, or how it ended, in words.
enum EndingText {
    /// Exit codes that say more than that the program failed: a shell's, and those of signals (128 and the signal's number).
    private static let meanings = [
        126: "command not executable", 127: "command not found", 129: "SIGHUP", 130: "SIGINT", 131: "SIGQUIT",
        132: "SIGILL", 133: "SIGTRAP", 134: "SIGABRT", 135: "SIGBUS", 136: "SIGFPE", 137: "SIGKILL", 139: "SIGSEGV",
        141: "SIGPIPE", 143: "SIGTERM",
    ]

    /// `running for 3 hours (since 2026-11-27T10:10:42.648Z)`, `exited 137 (SIGKILL, OOM killed), 5 minutes ago (…)`.
    static func doing(_ row: JSONObject, now: Timestamp) -> String {
        let state = row["state"] ?? [:]
        let status = state["status"]?.string ?? "state unknown"
        let isOutOfMemory = state["oom_killed"]?.bool == true
        switch status {
        case "running", "paused":
            let since = state["started_at"]?.string.map { " for \(MomentText.span(since: $0, now: now))" }
            return "\(status)\(since ?? "")" + (isOutOfMemory ? ", OOM killed before" : "")
        case "created":
            return status + (row["created_at"]?.string.map { " \(MomentText.both($0, now: now)), never started" } ?? "")
        default:
            let code = state["exit_code"]?.int
            let reasons = [code.flatMap { meanings[$0] }, isOutOfMemory ? "OOM killed" : nil].compactMap(\.self)
            let ending = [status, code.map { "\($0)" }, reasons.isEmpty ? nil : "(\(reasons.joined(separator: ", ")))"]
                .compactMap(\.self).joined(separator: " ")
            return ending + (state["finished_at"]?.string.map { ", \(MomentText.both($0, now: now))" } ?? "")
        }
    }
}

/// The last runs of a health check.
private enum ProbeText {
    private static let mostLines = 3

    /// The newest first; those that follow each other and say the same are told of once.
    static func lines(of probes: [JSON], now: Timestamp) -> [String] {
        var lines: [String] = []
        var rest = probes.reversed()[...]
        while let probe = rest.first {
            let run = rest.prefix { $0["exit_code"] == probe["exit_code"] && $0["output"] == probe["output"] }
            rest = rest.dropFirst(run.count)
            let code = probe["exit_code"]?.int.map { "exit \($0)" } ?? "no exit code"
            let moment = probe["at"]?.string.map { ", \(MomentText.both($0, now: now))" } ?? ""
            let times = run.count == 1 ? "" : ", \(run.count) times the same"
            lines.append("\(code)\(moment)\(times)")
            let output = (probe["output"]?.string ?? "").split(separator: "\n")
            lines += output.prefix(mostLines).map { "  | " + SafeText.shortened(String($0), to: 160) }
            if output.count > mostLines { lines.append("  and \(output.count - mostLines) more lines") }
        }
        return lines
    }
}

/// Labels in groups: those of compose first, then those of the image, then the others.
private enum LabelText {
    private static let prefixes = ["com.docker.compose.", "org.opencontainers.image."]
    private static let first = [Compose.project, Compose.service]

    /// The names in a group go without what is common to them.
    static func lines(of labels: JSONObject, shown: (String) -> String) -> [String] {
        let all = labels.map { (key: $0.key, value: $0.value.string ?? "") }
        let grouped = prefixes.flatMap { prefix -> [String] in
            let group = all.filter { $0.key.hasPrefix(prefix) && $0.key != prefix }
            let ordered =
                first.compactMap { key in group.first { $0.key == key } }
                + group.filter { !first.contains($0.key) }
            return block("labels \(prefix)*", ordered.map { ($0.key.dropFirst(prefix.count), $0.value) }, shown)
        }
        let others = all.filter { label in !prefixes.contains { label.key.hasPrefix($0) && label.key != $0 } }
        return grouped + block("labels", others.map { ($0.key[...], $0.value) }, shown)
    }

    private static func block(
        _ heading: String, _ labels: [(key: Substring, value: String)], _ shown: (String) -> String
    ) -> [String] {
        labels.isEmpty ? [] : ["\(heading):"] + labels.map { "  \($0.key)=\(shown($0.value))" }
    }
}
