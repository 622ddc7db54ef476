// The blocks that results and prompts are made of.
import JSON

/// One block of a result or of a prompt's message.
public enum Content: Hashable, Sendable {
    /// Plain text.
    case text(String)
    /// A picture, in base64.
    case image(base64: String, mimeType: String)
    /// A sound, in base64; a revision without it gets a line of text.
    case audio(base64: String, mimeType: String)
    /// A resource's contents, inside the result.
    case resource(ResourceContents)
    /// A pointer to a resource; a revision without it gets a line of text.
    case link(uri: String, name: String, mimeType: String?)

    func json(for revision: ProtocolRevision) -> JSON {
        switch self {
        case .text(let text):
            return ["type": "text", "text": .string(text)]
        case .image(let data, let mimeType):
            return ["type": "image", "data": .string(data), "mimeType": .string(mimeType)]
        case .audio(let data, let mimeType):
            guard revision.hasAudio else { return Self.text("[audio: \(mimeType)]").json(for: revision) }
            return ["type": "audio", "data": .string(data), "mimeType": .string(mimeType)]
        case .resource(let contents):
            return ["type": "resource", "resource": contents.json]
        case .link(let uri, let name, let mimeType):
            guard revision.hasResourceLinks else { return Self.text("\(name): \(uri)").json(for: revision) }
            var link: JSONObject = ["type": "resource_link", "uri": .string(uri), "name": .string(name)]
            link["mimeType"] = mimeType.map(JSON.string)
            return .object(link)
        }
    }
}

/// What reading a resource gives.
public struct ResourceContents: Hashable, Sendable {
    /// Where it was read.
    public let uri: String
    /// Its media type.
    public let mimeType: String?
    /// Text, or bytes in base64.
    public let body: Body

    /// Text or bytes.
    public enum Body: Hashable, Sendable {
        /// Plain text.
        case text(String)
        /// Bytes, in base64.
        case blob(base64: String)
    }

    /// Contents of a resource.
    public init(uri: String, mimeType: String? = nil, body: Body) {
        self.uri = uri
        self.mimeType = mimeType
        self.body = body
    }

    var json: JSON {
        var contents: JSONObject = ["uri": .string(uri)]
        contents["mimeType"] = mimeType.map(JSON.string)
        switch body {
        case .text(let text): contents["text"] = .string(text)
        case .blob(let base64): contents["blob"] = .string(base64)
        }
        return .object(contents)
    }
}
