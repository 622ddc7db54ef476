// Hands the tools to MCP: what they are told, and what a call becomes.
public import DockerSources
import JSON
public import MCP

/// The seven tools over one set of sources.
public struct ToolBox: Sendable {
    let aggregator: Aggregator
    private let mode: String
    private let adviceWhenNothingIsSet: String
    private let audit: AuditTrail?

    /// Rows of a list that a model gets unless it asks for more.
    private static let rowLimit = 100

    /// Tools that ask `aggregator` and leave a line in `audit` for each call.
    public init(aggregator: Aggregator, mode: String, adviceWhenNothingIsSet: String, audit: AuditTrail?) {
        self.aggregator = aggregator
        self.mode = mode
        self.adviceWhenNothingIsSet = adviceWhenNothingIsSet
        self.audit = audit
    }

    /// The tools as MCP offers them.
    public var tools: [Tool] {
        DockerTool.all.map { tool in
            Tool(
                name: tool.name, title: tool.title, description: tool.description, inputSchema: tool.inputSchema,
                outputSchema: tool.outputSchema
            ) { arguments, context throws(ToolFailure) in try await call(tool, arguments, context) }
        }
    }

    private func call(_ tool: DockerTool, _ arguments: JSONObject, _ context: CallContext) async throws(ToolFailure)
        -> ToolResult
    {
        let document: Document
        do throws(CallFailure) { document = try await answer(tool, arguments, context, for: "tool_call") } catch {
            throw ToolFailure(text: error.text)
        }
        let wantsJSON = arguments["format"]?.string == "json"
        return ToolResult(
            text: wantsJSON ? JSON.object(document.structured).text : document.text, structured: document.structured)
    }

    /// A tool's answer, with a line in the audit trail that says what it was asked for.
    func answer(
        _ tool: DockerTool, _ arguments: JSONObject, _ context: CallContext, for event: String
    ) async throws(CallFailure) -> Document {
        let start = ContinuousClock.now
        let result: Result<Document, CallFailure>
        do throws(CallFailure) { result = .success(try await tool.call(arguments, asking: asking(context))) } catch {
            result = .failure(error)
        }
        audit?.record(
            event, tool: tool.name, arguments: arguments, client: context.client, start: start, result: result)
        return try result.get()
    }

    func asking(_ context: CallContext) -> Asking {
        Asking(
            aggregator: aggregator, mode: mode, rowLimit: Self.rowLimit, adviceWhenNothingIsSet: adviceWhenNothingIsSet
        ) { answered, asked in
            context.report(
                progress: Double(answered), total: Double(asked), message: "\(answered) of \(asked) sources answered")
        }
    }
}
