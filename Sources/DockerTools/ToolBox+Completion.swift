// What a client suggests while a person fills in a source or a container.
import DockerEngine
import DockerSources
public import MCP
import SafeText

extension ToolBox {
    /// Names of sources, and names of containers on the source that is filled in already, or on all.
    public var completion: CompletionHandler {
        { request, context throws(HandlerFailure) in
            switch request.argument {
            case "source": aggregator.sources.map(\.label.name).filter { $0.hasPrefix(request.value) }
            case "container", "id":
                await containerNames(from: request.value, source: request.resolved["source"], context)
            default: []
            }
        }
    }

    /// Sources that fail suggest nothing: a person who types can't be told of errors here.
    private func containerNames(from beginning: String, source: String?, _ context: CallContext) async -> [String] {
        let chosen = source.map { name in aggregator.sources.filter { $0.label.name == name } } ?? aggregator.sources
        let answers = await asking().gather(from: chosen) { source throws(SourceError) in
            try await source.reply(to: .containers(all: true))
        }
        let names = Merged(answers).rows.compactMap { $0.row.name.map(SafeText.line) }
        return Set(names).filter { $0.hasPrefix(beginning) }.sorted()
    }
}
