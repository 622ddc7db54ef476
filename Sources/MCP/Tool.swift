// A tool as a value: what a client is told of it, and what runs when it is called.
public import JSON

/// What runs when a tool is called. It must return promptly once its task is cancelled.
public typealias ToolHandler =
    @Sendable (_ arguments: JSONObject, _ context: CallContext) async throws(ToolFailure) -> ToolResult

/// A read-only tool.
public struct Tool: Sendable {
    /// Unique; 1 to 64 of `A-Z a-z 0-9 _ - .`.
    public let name: String
    /// Name for people.
    public let title: String
    /// What it does, for a model.
    public let description: String
    /// JSON Schema of the arguments; an object at the root.
    public let inputSchema: JSON
    /// JSON Schema of the structured result; an object at the root.
    public let outputSchema: JSON?
    /// Icons of the tool.
    public let icons: [Icon]
    /// What runs.
    public let handler: ToolHandler

    /// A tool.
    public init(
        name: String, title: String, description: String, inputSchema: JSON, outputSchema: JSON? = nil,
        icons: [Icon] = [], handler: @escaping ToolHandler
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.inputSchema = inputSchema
        self.outputSchema = outputSchema
        self.icons = icons
        self.handler = handler
    }

    func json(for revision: ProtocolRevision) -> JSON {
        var tool: JSONObject = ["name": .string(name)]
        tool.add(title: title, icons: icons, for: revision)
        tool["description"] = .string(description)
        tool["inputSchema"] = inputSchema
        if revision.hasStructuredContent { tool["outputSchema"] = outputSchema }
        if revision.hasAnnotations {
            // A tool with a title of its own needs no second one here.
            var annotations: JSONObject = revision.hasTitles ? [:] : ["title": .string(title)]
            for hint in ["readOnlyHint", "idempotentHint", "openWorldHint"] { annotations[hint] = true }
            annotations["destructiveHint"] = false
            tool["annotations"] = .object(annotations)
        }
        return .object(tool)
    }
}
