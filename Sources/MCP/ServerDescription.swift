// What the server says of itself.
import JSON

/// The server's own description, cut to what each revision has.
public struct ServerDescription: Hashable, Sendable {
    /// Name for programs.
    public let name: String
    /// Name for people.
    public let title: String?
    /// The program's version; not empty.
    public let version: String
    /// One sentence.
    public let description: String?
    /// Where to read more.
    public let websiteURL: String?
    /// Icons of the server.
    public let icons: [Icon]
    /// What a model should know before it uses the server.
    public let instructions: String?

    /// A description.
    public init(
        name: String, title: String? = nil, version: String, description: String? = nil, websiteURL: String? = nil,
        icons: [Icon] = [], instructions: String? = nil
    ) {
        self.name = name
        self.title = title
        self.version = version
        self.description = description
        self.websiteURL = websiteURL
        self.icons = icons
        self.instructions = instructions
    }

    /// Name and version: what every result of 2026-07-28 repeats.
    var brief: JSONObject { ["name": .string(name), "version": .string(version)] }

    func full(for revision: ProtocolRevision) -> JSONObject {
        var info = brief
        info.add(title: title, icons: icons, for: revision)
        if revision.hasServerDetails {
            info["description"] = description.map(JSON.string)
            info["websiteUrl"] = websiteURL.map(JSON.string)
        }
        return info
    }
}
