// docker_image_info: everything that engines tell of an image, with its history and layers.
import DockerEngine
import DockerSources
import JSON
import SafeText

extension DockerTool {
    /// `docker_image_info`.
    public static let imageInfo = DockerTool(
        name: "docker_image_info", title: "Image details",
        description:
            "Tells of one image: size, platform, entry point, command, environment, ports, labels, layers and history. "
            + "Secret-looking values are masked. The same name on several sources answers for each.",
        parameters: [.imageID, .source, .maximumMatches], outputSchema: imageSchema
    ) { arguments, asking throws(CallFailure) in
        let matches = try await asking.images(arguments)
        let details = await asking.gather(matches) { source, found throws(SourceError) in
            async let uses = source.imagesInUse()
            return ImageExtras(history: try await source.reply(to: .history(of: found.reference)), uses: await uses)
        }
        let rows = zip(matches.found, details).map { match, answer in
            match.value.image.json(source: match.source.label, extras: (try? answer.result.get()) ?? ImageExtras())
        }
        let cuts = details.compactMap { answer -> String? in
            guard case .failure(let error) = answer.result else { return nil }
            return "history of \(answer.source.name): \(error.code.rawValue)"
        }
        let lines = rows.map { RowText.lines(of: $0) }.joined(separator: [""])
        return Envelope(name: "image", sources: matches.reports, cuts: cuts).document(
            "images", rows, heading: nil, body: .lines(Array(lines)))
    }
}

/// What a second question adds to an image.
private struct ImageExtras: Sendable {
    var history: [ImageHistoryEntry] = []
    var uses: [String: Int]?
}

extension ImageDetails {
    fileprivate func json(source: SourceLabel, extras: ImageExtras) -> JSONObject {
        var row: JSONObject = ["source": .string(source.name), "id": .string(DockerTool.imageDigits(id))]
        row.set("full_id", text: id)
        row.set("tags", texts: tags, keepsEmpty: true)
        row.set("digests", texts: digests, keepsEmpty: true)
        row.set("size_bytes", sizeBytes)
        row.set("created_at", createdAt)
        row.set("containers", extras.uses.map { $0[id] ?? 0 })
        row["dangling"] = .bool(tags.isEmpty)
        row.set("os", text: os)
        row.set("architecture", text: architecture)
        row.set("author", text: author)
        row["config"] = .object(config.json)
        row.set("layers", texts: layers, keepsEmpty: true)
        row["history"] = .array(
            extras.history.map { entry in
                var step = JSONObject()
                step.set("created_at", entry.createdAt)
                step.set("created_by", text: entry.createdBy)
                step.set("size_bytes", entry.sizeBytes)
                step.set("comment", text: entry.comment)
                step.set("tags", texts: entry.tags)
                return .object(step)
            })
        return row
    }
}

extension ImageDetails.Config {
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
