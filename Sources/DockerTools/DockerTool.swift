// A question about engines as one value: what MCP clients call as a tool and people as a command.
public import DockerSources
public import JSON

/// One of the seven tools.
public struct DockerTool: Sendable {
    /// Its name for programs, such as `docker_logs`.
    public let name: String
    /// Its name for people.
    public let title: String
    /// What it answers, for a model that has to choose.
    public let description: String
    let parameters: [Parameter]
    /// JSON Schema of the document that it answers with.
    public let outputSchema: JSON
    private let answer: @Sendable (Arguments, Asking) async throws(CallFailure) -> Document

    init(
        name: String, title: String, description: String, parameters: [Parameter], outputSchema: JSON,
        answer: @escaping @Sendable (Arguments, Asking) async throws(CallFailure) -> Document
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.parameters = parameters + [.format, .dockerHost]
        self.outputSchema = outputSchema
        self.answer = answer
    }

    /// JSON Schema of the arguments.
    public var inputSchema: JSON { Parameter.schema(of: parameters) }

    /// The answer of all sources together. Throws only when nothing could be answered.
    public func call(_ arguments: JSONObject, asking: Asking) async throws(CallFailure) -> Document {
        let checked = try Arguments(arguments, of: parameters)
        if asking.aggregator.sources.isEmpty { throw asking.whenNothingIsSet }
        return try await answer(checked, asking)
    }

    /// The seven tools, in the order in which clients show them.
    public static let all: [DockerTool] = [
        .listContainers, .inspect, .logs, .stats, .listImages, .imageInfo, .connectionStatus,
    ]
}

/// Who is asked, and on what terms.
public struct Asking: Sendable {
    /// The sources.
    public let aggregator: Aggregator
    /// `local`, `remote`, `dual`, `multi` or `none`.
    public let mode: String
    /// Rows of a list unless the call says otherwise; nil for all.
    public let rowLimit: Int?
    /// What to set when there is no source.
    public let adviceWhenNothingIsSet: String
    /// Called as each source answers, with how many have and how many there are.
    public let onAnswer: (@Sendable (_ answered: Int, _ asked: Int) -> Void)?

    /// Terms of these parts.
    public init(
        aggregator: Aggregator, mode: String, rowLimit: Int?, adviceWhenNothingIsSet: String,
        onAnswer: (@Sendable (_ answered: Int, _ asked: Int) -> Void)? = nil
    ) {
        self.aggregator = aggregator
        self.mode = mode
        self.rowLimit = rowLimit
        self.adviceWhenNothingIsSet = adviceWhenNothingIsSet
        self.onAnswer = onAnswer
    }

    var whenNothingIsSet: CallFailure {
        CallFailure("not_configured", "No Docker engine is configured.", hint: adviceWhenNothingIsSet)
    }

    /// One answer for each of `sources`.
    func gather<Value: Sendable>(from sources: [any Source], _ question: @escaping Question<Value>) async -> [Answer<
        Value
    >] {
        let onAnswer = onAnswer
        let count = sources.count
        return await aggregator.gather(from: sources, onAnswer: { onAnswer?($0, count) }, question)
    }

    /// The sources that a call wants to ask: all, or the one that `source` or `docker_host` names.
    func sources(_ arguments: Arguments) throws(CallFailure) -> [any Source] {
        let named = try arguments.text(.source).map { name throws(CallFailure) in
            try source(named: name, argument: "source")
        }
        let addressed = try arguments.text(.dockerHost).map { host throws(CallFailure) in try source(at: host) }
        if let named, let addressed, named.label != addressed.label {
            throw .invalidArgument("source and docker_host name different sources.", hint: "Leave docker_host out.")
        }
        return (named ?? addressed).map { [$0] } ?? aggregator.sources
    }

    private func source(at host: String) throws(CallFailure) -> any Source {
        if let known = aggregator.sources.first(where: { $0.label.endpoint == host || $0.label.name == host }) {
            return known
        }
        throw .invalidArgument(
            "docker_host is \(Arguments.shown(.string(host))), which is no configured endpoint.",
            hint:
                "A caller can't name an address: engines are set in this server's environment only. Use source with one of \(names)."
        )
    }

    func source(named name: String, argument: String) throws(CallFailure) -> any Source {
        if let source = aggregator.sources.first(where: { $0.label.name == name }) { return source }
        throw .invalidArgument(
            "\(argument) is \(Arguments.shown(.string(name))), and there is no such source.",
            hint: "The sources are \(names).")
    }

    var names: String { aggregator.sources.map(\.label.name).joined(separator: ", ") }
}
