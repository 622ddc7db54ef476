// A resource, and a template of resources, as values.
import JSON

/// Something with an address that can be read.
public struct Resource: Sendable {
    /// What reads it.
    public typealias Handler = @Sendable (_ context: CallContext) async throws(HandlerFailure) -> [ResourceContents]

    /// Its address; unique.
    public let uri: String
    /// What is told of it.
    public let description: ResourceDescription
    /// What reads it.
    public let handler: Handler

    /// A resource.
    public init(uri: String, description: ResourceDescription, handler: @escaping Handler) {
        self.uri = uri
        self.description = description
        self.handler = handler
    }

    func json(for revision: ProtocolRevision) -> JSON {
        var resource: JSONObject = ["uri": .string(uri)]
        description.add(to: &resource, for: revision)
        return .object(resource)
    }
}

/// A family of resources whose addresses have holes, such as `docker://{source}/containers/{id}`.
public struct ResourceTemplate: Sendable {
    /// What reads one of the family: its address, and what stood in the holes.
    public typealias Handler =
        @Sendable (_ uri: String, _ variables: [String: String], _ context: CallContext) async throws(HandlerFailure)
        -> [ResourceContents]

    /// The address with its holes.
    public let uriTemplate: URITemplate
    /// What is told of it.
    public let description: ResourceDescription
    /// What reads one.
    public let handler: Handler

    /// A template.
    public init(uriTemplate: URITemplate, description: ResourceDescription, handler: @escaping Handler) {
        self.uriTemplate = uriTemplate
        self.description = description
        self.handler = handler
    }

    func json(for revision: ProtocolRevision) -> JSON {
        var template: JSONObject = ["uriTemplate": .string(uriTemplate.text)]
        description.add(to: &template, for: revision)
        return .object(template)
    }
}

/// What a client is told of a resource or of a template.
public struct ResourceDescription: Hashable, Sendable {
    /// Name for programs.
    public let name: String
    /// Name for people.
    public let title: String?
    /// What is in it.
    public let text: String?
    /// Its media type.
    public let mimeType: String?
    /// Icons of it.
    public let icons: [Icon]

    /// A description.
    public init(name: String, title: String? = nil, text: String? = nil, mimeType: String? = nil, icons: [Icon] = []) {
        self.name = name
        self.title = title
        self.text = text
        self.mimeType = mimeType
        self.icons = icons
    }

    func add(to entry: inout JSONObject, for revision: ProtocolRevision) {
        entry["name"] = .string(name)
        entry.add(title: title, icons: icons, for: revision)
        entry["description"] = text.map(JSON.string)
        entry["mimeType"] = mimeType.map(JSON.string)
    }
}
