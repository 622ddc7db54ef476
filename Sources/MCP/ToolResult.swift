// What a tool gives back: a result, or a failure that a model can act on.
public import JSON

/// A tool's result: blocks to read, and the same as a document.
public struct ToolResult: Hashable, Sendable {
    /// The blocks, in order.
    public let content: [Content]
    /// Conforms to the tool's `outputSchema`; left out for revisions before 2025-06-18.
    public let structured: JSONObject?

    /// One block of text.
    public init(text: String, structured: JSONObject?) {
        self.init(content: [.text(text)], structured: structured)
    }

    /// Any blocks.
    public init(content: [Content], structured: JSONObject? = nil) {
        self.content = content
        self.structured = structured
    }

    /// The blocks of text, joined by newlines.
    public var text: String {
        content.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined(separator: "\n")
    }

    func json(for revision: ProtocolRevision) -> JSONObject {
        var result: JSONObject = ["content": .array(content.map { $0.json(for: revision) })]
        if revision.hasStructuredContent { result["structuredContent"] = structured.map(JSON.object) }
        result["isError"] = false
        return result
    }
}

/// A call that failed. It is a result with `isError: true`, so that a model reads why and tries better.
public struct ToolFailure: Error, Hashable, Sendable {
    /// What went wrong and what to do.
    public let text: String

    /// A failure.
    public init(text: String) { self.text = text }

    var json: JSONObject {
        ["content": [["type": "text", "text": .string(text)]], "isError": true]
    }
}
