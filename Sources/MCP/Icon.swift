// A picture that a client may show beside a name.
import JSON

/// An icon of the server, a tool, a prompt or a resource; sent from 2025-11-25 on.
public struct Icon: Hashable, Sendable {
    /// An `https:` or `data:` address.
    public let source: String
    /// Its media type.
    public let mimeType: String?
    /// Such as `48x48`, or `any` for one that scales.
    public let sizes: [String]
    /// The background it is made for: `light` or `dark`; nil when for both.
    public let theme: String?

    /// An icon.
    public init(source: String, mimeType: String? = nil, sizes: [String] = [], theme: String? = nil) {
        self.source = source
        self.mimeType = mimeType
        self.sizes = sizes
        self.theme = theme
    }

    var json: JSON {
        var icon: JSONObject = ["src": .string(source)]
        icon["mimeType"] = mimeType.map(JSON.string)
        if !sizes.isEmpty { icon["sizes"] = .array(sizes.map(JSON.string)) }
        icon["theme"] = theme.map(JSON.string)
        return .object(icon)
    }
}

extension JSONObject {
    /// Adds what several kinds of entries share, where the revision has it.
    mutating func add(title: String?, icons: [Icon], for revision: ProtocolRevision) {
        if revision.hasTitles { self["title"] = title.map(JSON.string) }
        if revision.hasIcons, !icons.isEmpty { self["icons"] = .array(icons.map(\.json)) }
    }
}
