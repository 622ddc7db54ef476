// What a server asks now; replaced as a whole when its settings are read anew.
public import DockerSources
import MCP
import NIOConcurrencyHelpers

/// The engines that are asked, and what is said of them together.
public struct Deployment: Sendable {
    /// The sources.
    public let aggregator: Aggregator
    /// `local`, `remote`, `dual`, `multi` or `none`.
    public let mode: String
    /// What to set when there is no source.
    public let adviceWhenNothingIsSet: String
    /// What containers used when they were last asked.
    let samples = SampleMemory()

    /// A deployment of these parts.
    public init(aggregator: Aggregator, mode: String, adviceWhenNothingIsSet: String) {
        self.aggregator = aggregator
        self.mode = mode
        self.adviceWhenNothingIsSet = adviceWhenNothingIsSet
    }
}

/// The deployment at this moment. Calls that began with one end with it.
final class CurrentDeployment: Sendable {
    struct State: Sendable {
        let deployment: Deployment
        /// One for each source, shared by all who watch.
        let hubs: [EventHub]
        /// Fires when this is no longer the current one.
        let replaced = Signal()

        init(_ deployment: Deployment) {
            self.deployment = deployment
            hubs = deployment.aggregator.sources.map(EventHub.init)
        }
    }

    private let box: NIOLockedValueBox<State>

    init(_ deployment: Deployment) { box = NIOLockedValueBox(State(deployment)) }

    var state: State { box.withLockedValue { $0 } }

    func replace(with deployment: Deployment) {
        let new = State(deployment)
        let old = box.withLockedValue { state in
            defer { state = new }
            return state
        }
        old.replaced.fire()
    }

    /// Watches `addresses` on whatever engines are the current ones, until the task is cancelled.
    func watch(_ addresses: Set<String>, _ changed: @escaping ResourceWatcher.Changed) async {
        while !Task.isCancelled {
            let now = state
            await firstOf([
                {
                    await ResourceWatch(hubs: now.hubs, addresses: addresses, changed: changed).run()
                    await now.replaced.wait()
                },
                { await now.replaced.wait() },
            ])
            // With other engines, everything may be otherwise.
            if !Task.isCancelled { for address in addresses.sorted() { changed(address) } }
        }
    }
}
