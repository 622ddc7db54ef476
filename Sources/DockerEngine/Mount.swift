// A volume or folder that a container sees.
import JSON

/// One mount of a container.
public struct Mount: Hashable, Sendable {
    /// `bind`, `volume`, `tmpfs` or `npipe`.
    public let type: String
    /// The volume's name, or the path on the host.
    public let source: String?
    /// The path inside.
    public let destination: String
    /// Whether the container can't write to it.
    public let isReadOnly: Bool

    init?(_ json: JSON) {
        guard let destination = json.text("Destination") else { return nil }
        self.destination = destination
        type = json.text("Type") ?? "bind"
        source = type == "volume" ? json.text("Name") ?? json.text("Source") : json.text("Source")
        isReadOnly = json["RW"]?.bool == false
    }
}
