// One row of the engine's list of images, and one step of an image's history.
import JSON

/// An image as the list shows it (`GET /images/json`).
public struct ImageSummary: Hashable, Sendable {
    /// With `sha256:`.
    public let id: String
    /// `name:tag`; none for a dangling image.
    public let tags: [String]
    /// `name@digest`, of images that came from a registry.
    public let digests: [String]
    /// Its size, layers shared with others counted.
    public let sizeBytes: Int?
    /// What it shares with other images of its engine; nil unless the engine was asked to tell, and can (API 1.42).
    public let sharedBytes: Int?
    /// When it was built, to the second.
    public let createdAt: Timestamp?

    /// `tellsSharing`: the engine was asked for it. Podman 4 writes 0 unasked, whatever is shared.
    init(_ json: JSON, tellsSharing: Bool = false) throws(ReplyError) {
        id = try json.identifier("Id", of: "an image")
        tags = Self.named(json.texts("RepoTags"))
        digests = Self.named(json.texts("RepoDigests"))
        sizeBytes = json.count("Size")
        sharedBytes = tellsSharing ? json.count("SharedSize") : nil
        createdAt = json["Created"]?.int.flatMap { Timestamp(unixSeconds: $0) }
    }

    /// Old engines write `<none>:<none>` for no name.
    static func named(_ references: [String]) -> [String] { references.filter { !$0.hasPrefix("<none>") } }
}

/// One step of an image's making (`GET /images/{name}/history`).
public struct ImageHistoryEntry: Hashable, Sendable {
    /// When it was made.
    public let createdAt: Timestamp?
    /// The instruction that made it.
    public let createdBy: String?
    /// How much it added.
    public let sizeBytes: Int?
    /// What its maker noted.
    public let comment: String?
    /// Tags that point at it.
    public let tags: [String]

    init(_ json: JSON) throws(ReplyError) {
        guard json.object != nil else { throw ReplyError("a history entry should be an object") }
        createdAt = json["Created"]?.int.flatMap { Timestamp(unixSeconds: $0) }
        createdBy = json.text("CreatedBy")
        sizeBytes = json.count("Size")
        comment = json.text("Comment")
        tags = ImageSummary.named(json.texts("Tags"))
    }
}
