// Tells which resources change, fed by the engines' own events.
import DockerEngine
import DockerSources
import MCP

/// What one client watches.
struct ResourceWatch: Sendable {
    let hubs: [EventHub]
    let addresses: Set<String>
    let changed: @Sendable (String) -> Void

    /// Watches until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for hub in hubs where concerns(hub.label) {
                group.addTask { await hub.listen { heard($0, of: hub.label) } }
            }
        }
    }

    private func concerns(_ source: SourceLabel) -> Bool {
        addresses.contains { $0 == ResourceAddress.sources || ResourceAddress($0)?.source == source.name }
    }

    private func heard(_ news: EngineNews, of source: SourceLabel) {
        switch news {
        case .event(let event): report({ $0.means(event) }, onlyOf: source)
        case .lost: if addresses.contains(ResourceAddress.sources) { changed(ResourceAddress.sources) }
        case .found: report({ _ in true }, onlyOf: source)
        }
    }

    private func report(_ isMeant: (ResourceAddress) -> Bool, onlyOf source: SourceLabel) {
        for text in addresses.sorted() {
            if text == ResourceAddress.sources {
                changed(text)
            } else if let address = ResourceAddress(text), address.source == source.name, isMeant(address) {
                changed(text)
            }
        }
    }
}

/// The address of a container or of its log: `docker://SOURCE/containers/ID[/logs]`.
struct ResourceAddress: Hashable {
    static let sources = "docker://sources"

    let source: String
    let container: String

    init?(_ text: String) {
        guard let variables = ToolBox.logAddress.match(text) ?? ToolBox.containerAddress.match(text),
            let source = variables["source"], let container = variables["id"]
        else { return nil }
        self.source = source
        self.container = container
    }

    /// Whether `event` is of the container that the address names, by its name or the beginning of its id.
    func means(_ event: EngineEvent) -> Bool {
        container == event.name || (container.utf8.count >= 4 && event.id.hasPrefix(container))
    }
}
