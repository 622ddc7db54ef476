// docker_list_images: the images of all sources, and how many containers use each.
import DockerEngine
import DockerSources
import JSON
import SafeText

extension Parameter {
    fileprivate static let dangling = Parameter(
        name: "dangling", kind: .boolean(standard: nil),
        description: "true: only images without a tag; false: only those with one.")
}

/// An image, and how many containers use it; nil when the engine did not say.
private struct CountedImage: Sendable {
    let image: ImageSummary
    let containers: Int?
}

extension DockerTool {
    /// `docker_list_images`.
    public static let listImages = DockerTool(
        name: "docker_list_images", title: "List images",
        description:
            "Lists the images of all Docker engines in one answer, each row labelled with its source: tags, size, age, "
            + "and how many containers use it.",
        parameters: [.source, .dangling, .limit, .cursor], outputSchema: imagesSchema
    ) { arguments, asking throws(CallFailure) in
        let dangling = arguments.boolean(.dangling)
        let sources = try asking.sources(arguments)
        let cursor = try Cursor(arguments.text(.cursor), sources: sources)
        let answers = await asking.gather(from: sources) { source throws(SourceError) in
            async let containers = source.imagesInUse()
            let images = try await source.reply(to: .images(dangling: dangling))
            let uses = await containers
            return images.filter { dangling == nil || $0.tags.isEmpty == dangling }.map { image in
                CountedImage(image: image, containers: uses.map { $0[image.id] ?? 0 })
            }
        }
        let merged = Merged(answers)
        if merged.isUnanswered { throw .unanswered(merged.sources) }
        let page = Page(merged, after: cursor, limit: arguments.integer(.limit) ?? asking.rowLimit) {
            ($0.image.createdAt, $0.image.id)
        }
        let envelope = Envelope(
            name: "images", sources: merged.sources, cuts: page.cuts, total: page.total, nextCursor: page.nextCursor)
        return envelope.document(
            "images", page.rows.map { $0.row.json(source: $0.source) }, heading: heading(page.total, "image", merged),
            body: .table(table(page.rows)))
    }

    private static func table(_ rows: [(source: SourceLabel, row: CountedImage)]) -> TextTable {
        let now = Timestamp.now
        var table = TextTable(columns: [
            .init(heading: "SOURCE"), .init(heading: "ID"), .init(heading: "TAGS", minimumWidth: 14),
            .init(heading: "SIZE"),
            .init(heading: "CREATED"), .init(heading: "CONTAINERS"),
        ])
        table.rows = rows.map { source, row in
            let tags = row.image.tags.map(SafeText.line).joined(separator: ", ")
            return [
                source.name, imageDigits(row.image.id), tags.isEmpty ? "<none>" : SafeText.shortened(tags, to: 60),
                row.image.sizeBytes.map(Quantity.decimal) ?? "",
                row.image.createdAt.map { "\(Quantity.age(since: $0, now: now)) ago" } ?? "",
                row.containers.map { "\($0)" } ?? "",
            ]
        }
        return table
    }

    /// The first 12 digits of an image's id, without the name of the hash.
    static func imageDigits(_ id: String) -> String {
        SafeText.line(String((id.firstIndex(of: ":").map { id[id.index(after: $0)...] } ?? id[...]).prefix(12)))
    }
}

extension Source {
    /// How many containers use each image, by the image's id; nil when the engine can't say now.
    func imagesInUse() async -> [String: Int]? {
        guard let containers = try? await reply(to: .containers(all: true)) else { return nil }
        return containers.reduce(into: [:]) { uses, container in
            if let image = container.imageID { uses[image, default: 0] += 1 }
        }
    }
}

extension CountedImage {
    fileprivate func json(source: SourceLabel) -> JSONObject {
        var row: JSONObject = ["source": .string(source.name), "id": .string(DockerTool.imageDigits(image.id))]
        row.set("tags", texts: image.tags, keepsEmpty: true)
        row.set("digests", texts: image.digests, keepsEmpty: true)
        row.set("size_bytes", image.sizeBytes)
        row.set("created_at", image.createdAt)
        row.set("containers", containers)
        row["dangling"] = .bool(image.tags.isEmpty)
        return row
    }
}
