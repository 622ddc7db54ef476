// A question about engines as one value: what MCP clients call as a tool and people as a command.
import DockerSources
public import JSON

/// One of the tools.
public struct DockerTool: Sendable {
    /// Its name for programs, such as `docker_logs`.
    public let name: String
    /// Its name for people.
    public let title: String
    /// What it answers, for a model that has to choose.
    public let description: String
    let parameters: [Parameter]
    /// JSON Schema of the document that it answers with, every field described.
    public let outputSchema: JSON
    /// Which part of the tools it belongs to.
    public let toolset: Toolset
    private let answer: @Sendable (Arguments, Asking) async throws(CallFailure) -> Document

    init(
        name: String, title: String, description: String, parameters: [Parameter], outputSchema: JSON,
        toolset: Toolset = .core, answer: @escaping @Sendable (Arguments, Asking) async throws(CallFailure) -> Document
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.parameters = parameters + [.format, .dockerHost]
        self.outputSchema = outputSchema
        self.toolset = toolset
        self.answer = answer
    }

    /// JSON Schema of the arguments.
    public var inputSchema: JSON { Parameter.schema(of: parameters) }

    /// The same, for lists that have `rowLimit` rows unless a call says otherwise.
    func inputSchema(rowLimit: Int) -> JSON {
        Parameter.schema(of: parameters.map { $0.name == Parameter.limit.name ? $0.with(standard: rowLimit) : $0 })
    }

    /// The answer of all sources together. Throws only when nothing could be answered.
    public func call(_ arguments: JSONObject, asking: Asking) async throws(CallFailure) -> Document {
        let checked = try Arguments(arguments, of: parameters)
        if asking.aggregator.sources.isEmpty { throw asking.whenNothingIsSet }
        return try await answer(checked, asking)
    }

    /// Every tool, in the order in which clients show them.
    public static let all: [DockerTool] = [
        .listContainers, .inspect, .logs, .stats, .listImages, .imageInfo, .connectionStatus,
        .problems, .compare, .events, .find, .top, .diskUsage, .networks, .volumes, .services,
    ]
}

/// Who is asked, and on what terms.
public struct Asking: Sendable {
    private let deployment: Deployment
    /// Rows of a list unless the call says otherwise; nil for all.
    let rowLimit: Int?
    /// What is told while the call runs; nil for nothing.
    let progress: CallProgress?

    /// Asks the sources of `deployment`; `rowLimit` is nil for all rows.
    public init(_ deployment: Deployment, rowLimit: Int?) {
        self.init(deployment, rowLimit: rowLimit, progress: nil)
    }

    init(_ deployment: Deployment, rowLimit: Int?, progress: CallProgress?) {
        self.deployment = deployment
        self.rowLimit = rowLimit
        self.progress = progress
    }

    var aggregator: Aggregator { deployment.aggregator }

    var mode: String { deployment.mode }

    var samples: SampleMemory { deployment.samples }

    var whenNothingIsSet: CallFailure {
        CallFailure("not_configured", "No Docker engine is configured.", hint: deployment.adviceWhenNothingIsSet)
    }

    /// One answer for each of `sources`; those that failed a moment ago are asked too when `evenIfOpen`.
    func gather<Value: Sendable>(
        from sources: [any Source], evenIfOpen: Bool = false, _ question: @escaping Question<Value>
    ) async -> [Answer<Value>] {
        guard let progress else { return await aggregator.gather(from: sources, evenIfOpen: evenIfOpen, question) }
        progress.ask(sources.count)
        return await aggregator.gather(
            from: sources, evenIfOpen: evenIfOpen, onAnswer: { _ in progress.answer() }, question)
    }
}
