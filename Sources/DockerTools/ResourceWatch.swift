// Tells which resources change, fed by the engines' own events.
import DockerEngine
import DockerSources
import MCP

/// What one client watches.
struct ResourceWatch: Sendable {
    let aggregator: Aggregator
    let addresses: Set<String>
    let changed: @Sendable (String) -> Void

    /// The longest wait before a source that failed is asked again.
    private static let longestPause = Duration.seconds(30)

    /// Watches until the task is cancelled. A source that fails is asked again, after a pause that grows.
    func run() async {
        await withDiscardingTaskGroup { group in
            for source in aggregator.sources where concerns(source.label) {
                group.addTask { await watch(source) }
            }
        }
    }

    private func concerns(_ source: SourceLabel) -> Bool {
        addresses.contains { $0 == ResourceAddress.sources || ResourceAddress($0)?.source == source.name }
    }

    private func watch(_ source: any Source) async {
        var pause = Duration.seconds(1)
        var isLost = false
        while !Task.isCancelled {
            do throws(SourceError) {
                let stream = try await source.stream(.containerEvents)
                // What happened while nobody listened is unknown, so everything may have changed.
                if isLost { report({ _ in true }, onlyOf: source.label) }
                isLost = false
                pause = .seconds(1)
                try await follow(stream, of: source.label)
            } catch {
                if error.code == .cancelled { return }
            }
            if !isLost, addresses.contains(ResourceAddress.sources) { changed(ResourceAddress.sources) }
            isLost = true
            do { try await Task.sleep(for: pause) } catch { return }
            pause = min(pause * 2, Self.longestPause)
        }
    }

    private func follow(_ stream: ByteStream, of source: SourceLabel) async throws(SourceError) {
        var lines = EventLines()
        while let chunk = try await stream.next() {
            // A stream that can't be read is a source that is lost.
            guard let events = try? lines.read(chunk) else { return }
            for event in events where event.type == "container" && !event.action.hasPrefix("exec_") {
                report({ $0.means(event) }, onlyOf: source)
            }
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
