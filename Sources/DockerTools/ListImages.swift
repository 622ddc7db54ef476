// docker_list_images: the images of all sources, which of them others have too, and how many containers use each.
import DockerEngine
import DockerSources
import JSON
import SafeText

extension Parameter {
    fileprivate static let name = Parameter(
        name: "name", kind: .text(maximumCharacters: 255),
        description: "Only images with this text in a tag.")
    fileprivate static let dangling = Parameter(
        name: "dangling", kind: .boolean(standard: nil),
        description: "true: only images without a tag; false: only those with one.")
    fileprivate static let unused = Parameter(
        name: "unused", kind: .boolean(standard: nil),
        description: "true: only those no container uses.")
    fileprivate static let sharedSize = Parameter(
        name: "shared_size", kind: .boolean(standard: nil),
        description: "Add shared_size_bytes; may be slow.")
}

/// An image, and what its engine tells of it elsewhere.
private struct CountedImage: Sendable {
    let image: ImageSummary
    /// How many containers use it; nil when the engine did not say.
    let containers: Int?
    /// What it shares with others; nil when the engine did not say.
    let sharedBytes: Int?
}

extension DockerTool {
    /// `docker_list_images`.
    public static let listImages = DockerTool(
        name: "docker_list_images", title: "List images",
        description:
            "Lists the images of all Docker engines: tags, size, age, containers; which sources have the same image, or another by its tag.",
        parameters: [.source, .name, .dangling, .unused, .sharedSize, .limit, .cursor], outputSchema: imagesSchema
    ) { arguments, asking throws(CallFailure) in
        let sources = try asking.sources(arguments)
        let cursor = try Cursor(arguments.text(.cursor), sources: sources)
        let (needsUses, needsSharing) = (arguments.boolean(.unused) != nil, arguments.boolean(.sharedSize) == true)
        let answers = await asking.gather(from: sources) { source throws(SourceError) in
            try await source.countedImages(needsUses: needsUses, needsSharing: needsSharing)
        }
        let all = Merged(answers)
        if all.isUnanswered { throw .unanswered(all.sources) }
        // Before anything is left out: what is not shown may be the same as what is.
        let index = ImageIndex(all)
        let wanted = all.filter(ImageSelection(arguments).selects)
        let page = Page(wanted, after: cursor, limit: arguments.integer(.limit) ?? asking.rowLimit) {
            ($0.image.createdAt, $0.image.id)
        }
        let rows = page.rows.map { source, row in
            ShownImage(
                source: source, counted: row,
                elsewhere: index?.elsewhere(row.image.identity, tags: row.image.tags, of: source))
        }
        let heading =
            page.total == 0
            ? EmptyAnswer.text(
                "images", matching: arguments.shown([.name, .dangling, .unused]), on: all.sources, others: all.count)
            : heading(page.total, "image", wanted)
        return Envelope(
            name: "images", sources: wanted.sources, cuts: page.cuts, total: page.total, nextCursor: page.nextCursor
        ).document(
            "images", rows.map(\.json), heading: heading,
            body: .table(ShownImage.table(rows, comparesSources: index != nil)))
    }

    /// The first 12 digits of an image's id, without the name of the hash.
    static func imageDigits(_ id: String) -> String {
        SafeText.line(String((id.firstIndex(of: ":").map { id[id.index(after: $0)...] } ?? id[...]).prefix(12)))
    }
}

/// Which images a call wants.
private struct ImageSelection {
    private let name: String?
    private let dangling: Bool?
    private let unused: Bool?

    init(_ arguments: Arguments) {
        name = arguments.text(.name)?.lowercased()
        dangling = arguments.boolean(.dangling)
        unused = arguments.boolean(.unused)
    }

    func selects(_ row: CountedImage) -> Bool {
        (dangling.map { row.image.tags.isEmpty == $0 } ?? true)
            && (unused.map { row.containers.map { $0 == 0 } == $0 } ?? true)
            && (name.map(row.image.isNamed) ?? true)
    }
}

extension ImageSummary {
    /// Whether a tag, or the repository of an image without one, has this text of small letters.
    fileprivate func isNamed(_ text: String) -> Bool {
        let repositories = digests.lazy.map { $0.prefix { $0 != "@" } }.map(String.init)
        return (tags + (tags.isEmpty ? Array(repositories) : [])).contains { $0.lowercased().contains(text) }
    }
}

extension ImageIndex {
    /// All images of the sources that answered.
    fileprivate init?(_ merged: Merged<CountedImage>) {
        self.init(
            zip(merged.sources, merged.rowsBySource).filter { report, _ in report.error == nil }.map { report, rows in
                (report.source, rows.map { ($0.image.identity, $0.image.tags) })
            })
    }
}

extension Source {
    /// Images, their uses, and what they share when that is needed. A use that is needed and can't be told fails the source.
    fileprivate func countedImages(
        needsUses: Bool, needsSharing: Bool
    ) async throws(SourceError) -> [CountedImage] {
        async let containers = outcome(of: .containers(all: true))
        let images = try await reply(to: .images(sharedSizes: needsSharing))
        let shares = try await needsSharing ? sharedSizes(of: images) : [:]
        let listed = await containers
        let uses = ImageUses(needsUses ? try listed.get() : try? listed.get())
        return images.map { image in
            CountedImage(
                image: image, containers: uses?.count(of: image.id),
                sharedBytes: shares[ImageIdentity.digits(image.id)])
        }
    }

    /// What each image shares with others. Engines that do not say it in their list measure all that they have.
    private func sharedSizes(of images: [ImageSummary]) async throws(SourceError) -> [String: Int] {
        if let version = negotiatedAPI, version >= APIVersion(major: 1, minor: 42) {
            return images.reduce(into: [:]) { $0[ImageIdentity.digits($1.id)] = $1.sharedBytes }
        }
        let measured = try await reply(to: .diskUsage).sharedImageBytes
        return measured.reduce(into: [:]) { $0[ImageIdentity.digits($1.key)] = $1.value }
    }
}

/// A row of the answer.
private struct ShownImage {
    let source: SourceLabel
    let counted: CountedImage
    /// Nil when there is no other source to compare with.
    let elsewhere: Elsewhere?

    var json: JSONObject {
        let image = counted.image
        var row: JSONObject = ["source": .string(source.name), "id": .string(DockerTool.imageDigits(image.id))]
        row.set("tags", texts: image.tags, keepsEmpty: true)
        row.set("digests", texts: image.digests, keepsEmpty: true)
        row.set("size_bytes", image.sizeBytes)
        row.set("shared_size_bytes", counted.sharedBytes)
        row.set("created_at", image.createdAt)
        row.set("containers", counted.containers)
        row["dangling"] = .bool(image.tags.isEmpty)
        elsewhere?.add(to: &row)
        return row
    }

    static func table(_ rows: [ShownImage], comparesSources: Bool) -> TextTable {
        let now = Timestamp.now
        let tellsSharing = rows.contains { $0.counted.sharedBytes != nil }
        // With fewer columns there is more room for tags.
        let tagsWidth = 60 - (comparesSources ? 18 : 0) - (tellsSharing ? 9 : 0)
        var table = TextTable(
            columns: [
                .init(heading: "SOURCE"), .init(heading: "ID"), .init(heading: "TAGS", minimumWidth: 10),
                .init(heading: "SIZE"),
            ] + (tellsSharing ? [.init(heading: "SHARED")] : [])
                + [.init(heading: "CREATED", minimumWidth: 10), .init(heading: "CONTAINERS")]
                + (comparesSources ? [.init(heading: "ELSEWHERE", minimumWidth: 9)] : []))
        table.rows = rows.map { row in
            row.cells(tagsWidth: tagsWidth, now: now, tellsSharing: tellsSharing)
                + (comparesSources ? [row.elsewhere?.cell ?? ""] : [])
        }
        return table
    }

    private func cells(tagsWidth: Int, now: Timestamp, tellsSharing: Bool) -> [String] {
        let image = counted.image
        let tags = image.tags.map(SafeText.line).joined(separator: ", ")
        return [
            source.name, DockerTool.imageDigits(image.id),
            tags.isEmpty ? "<none>" : SafeText.shortened(tags, to: tagsWidth),
            image.sizeBytes.map(Quantity.decimal) ?? "",
        ] + (tellsSharing ? [counted.sharedBytes.map(Quantity.decimal) ?? ""] : []) + [
            image.createdAt.map { "\(Quantity.age(since: $0, now: now)) ago" } ?? "",
            counted.containers.map { "\($0)" } ?? "",
        ]
    }
}
