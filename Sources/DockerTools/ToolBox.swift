// Hands the tools to MCP: what they are told, and what a call becomes.
import DockerSources
import JSON
public import MCP

/// The tools over one set of sources.
public struct ToolBox: Sendable {
    let current: CurrentDeployment
    private let toolsets: Set<Toolset>
    private let audit: AuditTrail?
    private let rowLimit: Int

    /// Rows of a list that a model gets unless it asks for more, or the settings say otherwise.
    public static let standardRowLimit = 100

    /// The tools of `toolsets`; they ask the sources of `deployment`, leave a line in `audit` for each call, and give
    /// `rowLimit` rows of a list unless a call asks for more.
    public init(
        _ deployment: Deployment, toolsets: Set<Toolset> = Set(Toolset.allCases), audit: AuditTrail?,
        rowLimit: Int = Self.standardRowLimit
    ) {
        self.toolsets = toolsets
        current = CurrentDeployment(deployment)
        self.rowLimit = rowLimit
        self.audit = audit
    }

    /// From now on, asks the sources of `deployment`; calls that run go on with those that they began with.
    public func replaceDeployment(with deployment: Deployment) {
        current.replace(with: deployment)
    }

    /// Probes sources that are down, until the task is cancelled.
    public func probeSources() async {
        while !Task.isCancelled {
            let now = current.state
            await firstOf([{ await HealthMonitor(now.deployment.aggregator).run() }, { await now.replaced.wait() }])
        }
    }

    var aggregator: Aggregator { current.state.deployment.aggregator }

    /// The tools as MCP offers them.
    public var tools: [Tool] {
        DockerTool.all.filter { toolsets.contains($0.toolset) }.map { tool in
            Tool(
                name: tool.name, title: tool.title, description: tool.description,
                inputSchema: tool.inputSchema(rowLimit: rowLimit), outputSchema: Schema.outline(of: tool.outputSchema)
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
        let progress = context.wantsProgress ? CallProgress(context) : nil
        // Ends, cancelled, with this function.
        async let _: Void? = progress?.run()
        let result: Result<Document, CallFailure>
        do throws(CallFailure) { result = .success(try await tool.call(arguments, asking: asking(progress))) } catch {
            result = .failure(error)
        }
        audit?.record(
            event, tool: tool.name, arguments: arguments, client: context.client, start: start, result: result)
        return try result.get()
    }

    func asking(_ progress: CallProgress? = nil) -> Asking {
        Asking(current.state.deployment, rowLimit: rowLimit, progress: progress)
    }
}
