// Everything that an engine tells of one image.
import JSON

/// An image in full (`GET /images/{name}/json`). Nothing in it is masked yet.
public struct ImageDetails: Hashable, Sendable {
    /// With `sha256:`.
    public let id: String
    /// `name:tag`.
    public let tags: [String]
    /// `name@digest`.
    public let digests: [String]
    /// Its size, layers shared with others counted.
    public let sizeBytes: Int?
    /// When it was built.
    public let createdAt: Timestamp?
    /// Such as `linux`.
    public let os: String?
    /// Such as `amd64`.
    public let architecture: String?
    /// Such as `v8`; nil for most.
    public let variant: String?
    /// Who made it.
    public let author: String?
    /// What containers of it run with, unless told otherwise.
    public let config: Config
    /// Digests of its layers, the lowest first.
    public let layers: [String]

    init(_ json: JSON) throws(ReplyError) {
        id = try json.identifier("Id", of: "an image")
        tags = ImageSummary.named(json.texts("RepoTags"))
        digests = ImageSummary.named(json.texts("RepoDigests"))
        sizeBytes = json.count("Size")
        createdAt = json.time("Created")
        os = json.text("Os")
        architecture = json.text("Architecture")
        variant = json.text("Variant")
        author = json.text("Author")
        config = Config(json["Config"] ?? [:])
        layers = json["RootFS"]?.texts("Layers") ?? []
    }

    /// What containers of an image run with, unless told otherwise.
    public struct Config: Hashable, Sendable {
        /// The program.
        public let entrypoint: [String]
        /// Its arguments, or the program when there is no entry point.
        public let command: [String]
        /// `NAME=VALUE`, secrets and all.
        public let environment: [String]
        /// The folder that the program starts in.
        public let workingDirectory: String?
        /// Who it runs as; nil for root.
        public let user: String?
        /// Such as `80/tcp`.
        public let exposedPorts: [String]
        /// Paths that become volumes.
        public let volumes: [String]
        /// Labels by name.
        public let labels: [String: String]
        /// The health check's command; none when there is no check.
        public let healthCheck: [String]

        init(_ json: JSON) {
            entrypoint = json.command("Entrypoint")
            command = json.command("Cmd")
            environment = json.texts("Env")
            workingDirectory = json.text("WorkingDir")
            user = json.text("User")
            exposedPorts = (json["ExposedPorts"]?.object?.keys ?? []).sorted()
            volumes = (json["Volumes"]?.object?.keys ?? []).sorted()
            labels = json.labels("Labels")
            healthCheck = json["Healthcheck"]?.texts("Test") ?? []
        }
    }
}
