// docker_image_info: everything that engines tell of an image, with its history, layers and containers, and whether its name means the
// same one everywhere.
import DockerEngine
import DockerSources
import JSON
import SafeText

extension DockerTool {
    /// `docker_image_info`.
    public static let imageInfo = DockerTool(
        name: "docker_image_info", title: "Image details",
        description:
            "Tells of one image: size, platform, entry point, command, environment, ports, labels, layers, history, containers. "
            + "Secret-looking values are masked. Says if its name is one image on all sources.",
        parameters: [.imageID, .source, .maximumMatches], outputSchema: imageSchema
    ) { arguments, asking throws(CallFailure) in
        let matches = try await asking.images(arguments)
        let details = await asking.gather(matches) { source, found throws(SourceError) in
            async let containers = source.outcome(of: .containers(all: true))
            let history = try await source.reply(to: .history(of: found.reference))
            return ImageExtras(history: history, uses: ImageUses(try? await containers.get()))
        }
        let (elsewhere, verdict) = compared(matches)
        let rows = zip(zip(matches.found, elsewhere), details).map { found, answer in
            let (match, elsewhere) = found
            return match.value.image.json(
                source: match.source.label, extras: (try? answer.result.get()) ?? ImageExtras(), elsewhere: elsewhere)
        }
        let cuts = details.compactMap { answer -> String? in
            guard case .failure(let error) = answer.result else { return nil }
            return "history of \(answer.source.name): \(error.code.rawValue)"
        }
        let texts = (verdict.lines.isEmpty ? [] : [verdict.lines]) + rows.map(textLines)
        return Envelope(name: "image", sources: matches.reports, cuts: cuts).document(
            "images", rows, heading: nil, body: .lines(Array(texts.joined(separator: [""]))),
            more: verdict.kind.map { ["verdict": .string($0.rawValue)] } ?? [:])
    }

    /// What the other sources have of each match, and what that means. Whatever their tags are: all answer to one name.
    private static func compared(
        _ matches: Matches<(image: ImageDetails, reference: ImageReference)>
    ) -> (elsewhere: [Elsewhere?], verdict: ImageVerdict) {
        let name = matches.found.first?.value.reference.text ?? ""
        let index = ImageIndex(
            matches.found.map { ($0.source.label, [(identity: $0.value.image.identity, tags: [name])]) })
        let elsewhere = matches.found.map { match in
            index?.elsewhere(match.value.image.identity, tags: [name], of: match.source.label)
        }
        let having = Set(matches.found.map(\.source.label))
        let verdict = ImageVerdict(
            Secrets.masked(name), matches.found.map { ($0.source.label, $0.value.image) },
            isSame: elsewhere.allSatisfy { $0?.differsOn.count == 0 },
            absent: matches.reports.filter { $0.error == nil }.map(\.source).filter { !having.contains($0) })
        return (elsewhere, verdict)
    }

    /// A row for reading: its containers on one line.
    private static func textLines(_ row: JSONObject) -> [String] {
        var row = row
        if let users = row["used_by"]?.array {
            let shown = users.prefix(5).map { user in
                "\(user["name"]?.string ?? "")\(user["state"]?.string.map { " (\($0))" } ?? "")"
            }
            let more = (row["containers"]?.int ?? users.count) - shown.count
            row["used_by"] = .array((shown + (more > 0 ? ["and \(more) more"] : [])).map { .string($0) })
        }
        return RowText.lines(of: row)
    }
}

/// What a second question adds to an image.
private struct ImageExtras: Sendable {
    var history: [ImageHistoryEntry] = []
    var uses: ImageUses?
}

extension ImageDetails {
    /// As many of its containers are named; `containers` is how many there are.
    private static let namedContainers = 100

    fileprivate func json(source: SourceLabel, extras: ImageExtras, elsewhere: Elsewhere?) -> JSONObject {
        var row: JSONObject = ["source": .string(source.name), "id": .string(DockerTool.imageDigits(id))]
        row.set("full_id", text: id)
        row.set("tags", texts: tags, keepsEmpty: true)
        row.set("digests", texts: digests, keepsEmpty: true)
        elsewhere?.add(to: &row)
        row.set("size_bytes", sizeBytes)
        row.set("created_at", createdAt)
        if let uses = extras.uses {
            row.set("containers", uses.count(of: id))
            row["used_by"] = .array(uses.users(of: id).prefix(Self.namedContainers).map { .object($0.useOfImage) })
        }
        row["dangling"] = .bool(tags.isEmpty)
        row.set("platform", text: platform)
        row.set("os", text: os)
        row.set("architecture", text: architecture)
        row.set("variant", text: variant)
        row.set("author", text: author)
        let origin = config.origin
        if !origin.isEmpty { row["oci"] = .object(origin) }
        row["config"] = .object(config.json)
        row.set("layers", texts: layers, keepsEmpty: true)
        row["history"] = .array(extras.history.map { .object($0.json) })
        return row
    }
}

extension ImageHistoryEntry {
    fileprivate var json: JSONObject {
        var step = JSONObject()
        step.set("created_at", createdAt)
        step.set("created_by", text: createdBy)
        step.set("size_bytes", sizeBytes)
        step.set("comment", text: comment)
        step.set("tags", texts: tags)
        return step
    }
}

extension ContainerSummary {
    fileprivate var useOfImage: JSONObject {
        var json = JSONObject()
        json.set("id", text: String(id.prefix(12)))
        json.set("name", text: shownName)
        json.set("state", text: state)
        return json
    }
}

extension ImageDetails.Config {
    /// The labels of the OCI image specification that say where an image comes from, by their short names.
    static let originLabels = ["title", "version", "revision", "source", "created", "base.name", "base.digest"]

    fileprivate var origin: JSONObject {
        var json = JSONObject()
        for name in Self.originLabels {
            json.set(name.replacing(".", with: "_"), text: labels["org.opencontainers.image.\(name)"])
        }
        return json
    }

    fileprivate var json: JSONObject {
        var json = JSONObject()
        json.set("entrypoint", texts: Secrets.masked(command: entrypoint.map(SafeText.line)))
        json.set("command", texts: Secrets.masked(command: command.map(SafeText.line)))
        json.set("env", environment: environment)
        json.set("working_dir", text: workingDirectory)
        json.set("user", text: user)
        json.set("exposed_ports", texts: exposedPorts)
        json.set("volumes", texts: volumes)
        json.set("labels", labels: labels)
        json.set("health_check", texts: Secrets.masked(command: healthCheck.map(SafeText.line)))
        return json
    }
}
