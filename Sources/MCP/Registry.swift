// Everything that the server offers, in one value, for every revision and every transport.
import JSON
import NIOConcurrencyHelpers

/// What a call does once it runs.
typealias Work = @Sendable (CallContext) async throws(ProtocolError) -> JSONObject

/// The server's description and all that it offers. What is empty is neither advertised nor answered.
///
/// Lists are sent in the order given here and never change while the program runs.
public struct Registry: Sendable {
    /// What the server says of itself.
    public let server: ServerDescription
    /// The tools; names are unique.
    public let tools: [Tool]
    /// The prompts; names are unique.
    public let prompts: [Prompt]
    /// The resources with fixed addresses.
    public let resources: [Resource]
    /// The families of resources; the first that fits an address reads it.
    public let templates: [ResourceTemplate]
    /// Suggestions for the arguments of prompts and templates.
    public let completion: CompletionHandler?
    /// Tells when resources change; nil when nothing does.
    public let watcher: ResourceWatcher?

    /// Lists by revision, made when first asked for: starting costs nothing.
    private let lists = NIOLockedValueBox<[ListKey: JSONObject]>([:])

    private struct ListKey: Hashable {
        let method: String
        let revision: ProtocolRevision
    }

    /// A registry.
    public init(
        server: ServerDescription, tools: [Tool] = [], prompts: [Prompt] = [], resources: [Resource] = [],
        templates: [ResourceTemplate] = [], completion: CompletionHandler? = nil, watcher: ResourceWatcher? = nil
    ) {
        self.server = server
        self.tools = tools
        self.prompts = prompts
        self.resources = resources
        self.templates = templates
        self.completion = completion
        self.watcher = watcher
    }

    var hasResources: Bool { !resources.isEmpty || !templates.isEmpty }

    func capabilities(for revision: ProtocolRevision) -> JSON {
        var capabilities = JSONObject()
        if !tools.isEmpty { capabilities["tools"] = [:] }
        if !prompts.isEmpty { capabilities["prompts"] = [:] }
        if hasResources { capabilities["resources"] = watcher == nil ? [:] : ["subscribe": true] }
        if completion != nil, revision.hasCompletionsCapability { capabilities["completions"] = [:] }
        return .object(capabilities)
    }

    /// One page holds the whole list, so no cursor was ever given out and none is good.
    func list(
        _ method: String, _ params: JSONObject, for revision: ProtocolRevision, make: () -> JSONObject
    ) throws(ProtocolError) -> JSONObject {
        if let cursor = params["cursor"], !cursor.isNull {
            throw .invalidParams("unknown cursor; the list has one page")
        }
        let key = ListKey(method: method, revision: revision)
        return lists.withLockedValue { lists in
            if let list = lists[key] { return list }
            let list = make()
            lists[key] = list
            return list
        }
    }

    /// String values by name; a missing or null value is none.
    func strings(_ json: JSON?, called name: String) throws(ProtocolError) -> [String: String] {
        guard let json, !json.isNull else { return [:] }
        guard let object = json.object else { throw .invalidParams("\(name) must be an object") }
        var values: [String: String] = [:]
        for (key, value) in object {
            guard let text = value.string else { throw .invalidParams("\(name).\(excerpt(key)) must be a string") }
            values[key] = text
        }
        return values
    }
}
