// An inspected container as a row: its fields, and the parts of it that may be asked for alone.
import DockerEngine
import DockerSources
import JSON
import SafeText

/// The row of one container, whole, and what is chosen of it.
struct InspectedContainer {
    private let whole: JSONObject

    static let digestsField = "image_digests"
    private static let fields = [
        "source", "id", "full_id", "name", "image", "image_id", digestsField, "platform", "created_at", "state",
        "health", "command", "working_dir", "user", "env", "ports", "mounts", "networks", "limits", "restart_policy",
        "log_driver", "labels",
    ]
    private static let sections: [FieldChoice.Section] = [
        .init(name: "state", fields: ["created_at", "state", "restart_policy"]),
        .init(name: "health", fields: ["health"]),
        .init(name: "image", fields: ["image", "image_id", digestsField, "platform"]),
        .init(name: "command", fields: ["command", "working_dir", "user"]),
        .init(name: "env", fields: ["env"]), .init(name: "ports", fields: ["ports"]),
        .init(name: "mounts", fields: ["mounts"]), .init(name: "networks", fields: ["networks"]),
        .init(name: "limits", fields: ["limits"]), .init(name: "labels", fields: ["labels"]),
    ]
    /// Each row has these.
    private static let identity = ["source", "id", "name", "state"]

    /// What `include` may name.
    static let knownFields: FieldChoice.Known = {
        let names = sections.map(\.name)
        let others = fields.filter { !names.contains($0) && !identity.contains($0) }
        return FieldChoice.Known(
            fields: fields, sections: sections,
            words: "The parts are \(names.joined(separator: ", ")); single fields: \(others.joined(separator: ", ")).")
    }()

    init(_ container: ContainerDetails, source: SourceLabel, digests: [String]) {
        var row: JSONObject = ["source": .string(source.name)]
        row.set("id", text: String(container.id.prefix(12)))
        row.set("full_id", text: container.id)
        row.set("name", text: container.name)
        row.set("image", text: container.image)
        row.set("image_id", text: container.imageID)
        row.set(Self.digestsField, texts: digests)
        row.set("platform", text: container.platform)
        row.set("created_at", container.createdAt)
        row["state"] = .object(container.state.json)
        row["health"] = container.health.map { .object($0.json) }
        row.set("command", texts: Secrets.masked(command: container.command.map(SafeText.line)), keepsEmpty: true)
        row.set("working_dir", text: container.workingDirectory)
        row.set("user", text: container.user)
        row.set("env", environment: container.environment)
        row.set("ports", texts: container.ports.map(\.text), keepsEmpty: true)
        row["mounts"] = container.mounts.json
        row["networks"] = container.networks.json
        if !container.limits.areNone { row["limits"] = .object(container.limits.json) }
        row.set("restart_policy", text: container.restartPolicy)
        row.set("log_driver", text: container.logDriver)
        row.set("labels", labels: container.labels)
        whole = row
    }

    /// What the choice leaves of it: who it is, its state in a word, and what was chosen; everything without a choice.
    func row(_ choice: FieldChoice?) -> JSONObject {
        guard let choice else { return whole }
        var row = choice.narrowed(whole, keeping: Self.identity)
        if !choice.names("state") {
            var state = JSONObject()
            state["status"] = whole["state"]?["status"]
            row["state"] = .object(state)
        }
        return row
    }
}

extension ContainerDetails.State {
    fileprivate var json: JSONObject {
        var json = JSONObject()
        json.set("status", text: status)
        json.set("started_at", startedAt)
        json.set("finished_at", finishedAt)
        json.set("exit_code", exitCode)
        json["oom_killed"] = .bool(wasOutOfMemory)
        json.set("error", text: error)
        json.set("restart_count", restartCount)
        return json
    }
}

extension ContainerDetails.Health {
    fileprivate var json: JSONObject {
        var json = JSONObject()
        json.set("status", text: status)
        json.set("failing_streak", failingStreak)
        json["last_probes"] = .array(
            probes.map { probe in
                var json = JSONObject()
                json.set("at", probe.at)
                json.set("exit_code", probe.exitCode)
                json["output"] = probe.output.map { output in
                    let text = SafeText.lines(output)
                    return .string(Secrets.masked(text.last == "\n" ? String(text.dropLast()) : text))
                }
                return .object(json)
            })
        return json
    }
}

extension ContainerDetails.Limits {
    fileprivate var json: JSONObject {
        var json = JSONObject()
        json.set("memory_bytes", memoryBytes)
        json.set("cpus", cpus)
        json.set("pids", pids)
        return json
    }
}
