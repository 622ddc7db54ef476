// docker_inspect: the useful part of everything that engines tell of a container, secrets masked.
import DockerEngine
import DockerSources
import JSON
import SafeText

extension Parameter {
    fileprivate static let full = Parameter(
        name: "full", kind: .boolean(standard: false), description: "Add the engine's whole document, masked, as raw.")
}

extension DockerTool {
    /// `docker_inspect`.
    public static let inspect = DockerTool(
        name: "docker_inspect", title: "Inspect a container",
        description:
            "Tells of one container: state, health, command, environment, ports, mounts, networks, limits, labels. "
            + "Secret-looking values are masked. The same name on several sources answers for each.",
        parameters: [.containerID, .source, .maximumMatches, .full], outputSchema: inspectSchema
    ) { arguments, asking throws(CallFailure) in
        let matches = try await asking.containers(arguments)
        let isFull = arguments.boolean(.full) == true
        let rows = matches.found.map { source, container in
            var row = container.json(source: source.label)
            if isFull { row["raw"] = Secrets.masked(document: container.document.cleaned) }
            return row
        }
        let lines =
            rows.map { RowText.lines(of: $0, hiding: ["raw"]) }.joined(separator: [""])
            + (isFull ? ["", "raw: in the structured result (format json, or --json)"] : [])
        return Envelope(name: "inspect", sources: matches.reports).document(
            "containers", rows, heading: nil, body: .lines(Array(lines)))
    }
}

extension ContainerDetails {
    fileprivate func json(source: SourceLabel) -> JSONObject {
        var row: JSONObject = ["source": .string(source.name)]
        row.set("id", text: String(id.prefix(12)))
        row.set("full_id", text: id)
        row.set("name", text: name)
        row.set("image", text: image)
        row.set("image_id", text: imageID)
        row.set("platform", text: platform)
        row.set("created_at", createdAt)
        row["state"] = .object(state.json)
        row["health"] = health.map { .object($0.json) }
        row.set("command", texts: Secrets.masked(command: command.map(SafeText.line)), keepsEmpty: true)
        row.set("working_dir", text: workingDirectory)
        row.set("user", text: user)
        row.set("env", environment: environment)
        row.set("ports", texts: ports.map(\.text), keepsEmpty: true)
        row["mounts"] = mounts.json
        row["networks"] = networks.json
        if !limits.areNone {
            var json = JSONObject()
            json.set("memory_bytes", limits.memoryBytes)
            json.set("cpus", limits.cpus)
            json.set("pids", limits.pids)
            row["limits"] = .object(json)
        }
        row.set("restart_policy", text: restartPolicy)
        row.set("log_driver", text: logDriver)
        row.set("labels", labels: labels)
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

extension JSON {
    /// The same with every text in it cleaned, names too.
    fileprivate var cleaned: JSON {
        switch self {
        case .string(let text): .string(SafeText.lines(text))
        case .array(let elements): .array(elements.map(\.cleaned))
        case .object(let members): .object(JSONObject(members.lazy.map { (SafeText.line($0.key), $0.value.cleaned) }))
        default: self
        }
    }
}
