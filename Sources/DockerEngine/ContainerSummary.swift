// One row of the engine's list of containers.
import JSON

/// A container as the list shows it (`GET /containers/json`).
public struct ContainerSummary: Hashable, Sendable {
    /// 64 hexadecimal digits.
    public let id: String
    /// Its name, without the slash; the first when a legacy link gave it more; nil when the engine names none.
    public let name: String?
    /// The image as it was named at creation.
    public let image: String?
    /// The image's id, with `sha256:`.
    public let imageID: String?
    /// The command line, as one text.
    public let command: String?
    /// When it was created, to the second.
    public let createdAt: Timestamp?
    /// `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`.
    public let state: String?
    /// The engine's own words, such as `Up 5 minutes (healthy)`.
    public let status: String?
    /// Ports that are published or exposed.
    public let ports: [Port]
    /// Labels by name.
    public let labels: [String: String]
    /// Networks by name.
    public let networks: [Network]
    /// Volumes and folders mounted into it.
    public let mounts: [Mount]

    init(_ json: JSON) throws(ReplyError) {
        id = try json.identifier("Id", of: "a container")
        let names = json.texts("Names").map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 }
        name = names.first { !$0.contains("/") } ?? names.first
        image = json.text("Image")
        imageID = json.text("ImageID")
        command = json.text("Command")
        createdAt = json["Created"]?.int.flatMap { Timestamp(unixSeconds: $0) } ?? json.time("Created")
        state = json.text("State")
        status = json.text("Status")
        ports = (json["Ports"]?.array ?? []).compactMap(Port.init(listed:))
        labels = json.labels("Labels")
        networks = Network.all(in: json["NetworkSettings"])
        mounts = (json["Mounts"]?.array ?? []).compactMap(Mount.init)
    }

    /// `starting`, `healthy` or `unhealthy`, which the list says only within its status; nil without a health check.
    public var health: String? {
        guard let status else { return nil }
        return if status.hasSuffix("(healthy)") {
            "healthy"
        } else if status.hasSuffix("(unhealthy)") {
            "unhealthy"
        } else if status.hasSuffix("(health: starting)") {
            "starting"
        } else { nil }
    }

    /// What it ended with, which the list says only within its status: `Exited (3) 2 minutes ago`.
    public var exitCode: Int? {
        guard let status, status.hasPrefix("Exited (") || status.hasPrefix("Restarting (") else { return nil }
        guard let open = status.firstIndex(of: "("), let close = status.firstIndex(of: ")") else { return nil }
        return Int(status[status.index(after: open)..<close])
    }
}
