// What one client wants to hear of: resources/subscribe of the older revisions, and the count for all.
import JSON
import NIOConcurrencyHelpers

/// A session's subscriptions. The watching itself runs in `run`, which the transport owns.
final class Subscriptions: Sendable {
    /// More addresses at a time are refused.
    static let maximum = 64

    private struct Order: Sendable {
        let uri: String
        let stop: Signal
    }

    private struct State {
        var hasEnded = false
        /// By `resources/subscribe`.
        var stops: [String: Signal] = [:]
        /// Held by `subscriptions/listen`.
        var listened = 0
    }

    private let watcher: ResourceWatcher
    private let orders: AsyncStream<Order>
    private let feed: AsyncStream<Order>.Continuation
    private let state = NIOLockedValueBox(State())
    /// Fires when listening clients are to be let go.
    let listeningEnds = Signal()

    init(_ watcher: ResourceWatcher) {
        self.watcher = watcher
        (orders, feed) = AsyncStream.makeStream()
    }

    /// False when there are too many. Subscribing twice is once.
    func subscribe(to uri: String) -> Bool {
        state.withLockedValue { state in
            if state.stops[uri] != nil || state.hasEnded { return true }
            guard state.stops.count + state.listened < Self.maximum else { return false }
            let stop = Signal()
            state.stops[uri] = stop
            feed.yield(Order(uri: uri, stop: stop))
            return true
        }
    }

    func unsubscribe(from uri: String) {
        state.withLockedValue { $0.stops.removeValue(forKey: uri) }?.fire()
    }

    /// Watches for `resources/subscribe` until `end`, or until the task is cancelled.
    func run(_ notify: @escaping @Sendable (JSON) -> Void) async {
        await withDiscardingTaskGroup { group in
            for await order in orders {
                group.addTask { [watcher] in
                    await firstOf([
                        { await watcher.watch([order.uri]) { notify(Self.updated($0)) } }, { await order.stop.wait() },
                    ])
                }
            }
        }
    }

    /// Watches for one `subscriptions/listen` and returns when it is to end. False when there are too many.
    func listen(to uris: Set<String>, _ changed: @escaping ResourceWatcher.Changed) async {
        defer { state.withLockedValue { $0.listened -= uris.count } }
        guard !uris.isEmpty else { return await listeningEnds.wait() }
        await firstOf([{ await self.watcher.watch(uris, changed) }, { await self.listeningEnds.wait() }])
    }

    /// Takes room for what `listen` will watch; false when there are too many.
    func reserve(_ count: Int) -> Bool {
        state.withLockedValue { state in
            guard state.stops.count + state.listened + count <= Self.maximum else { return false }
            state.listened += count
            return true
        }
    }

    /// Ends all of them.
    func end() {
        let stops = state.withLockedValue { state in
            state.hasEnded = true
            defer { state.stops = [:] }
            return state.stops.values
        }
        feed.finish()
        for stop in stops { stop.fire() }
        listeningEnds.fire()
    }

    /// The notification; `subscription` is the id of the `subscriptions/listen` that asked for it.
    static func updated(_ uri: String, for subscription: RequestID? = nil) -> JSON {
        notification("notifications/resources/updated", ["uri": .string(uri)], for: subscription)
    }

    static func notification(_ method: String, _ params: JSONObject, for subscription: RequestID?) -> JSON {
        var params = params
        params["_meta"] = subscription.map { [Envelope.subscriptionKey: $0.json] }
        return ["jsonrpc": "2.0", "method": .string(method), "params": .object(params)]
    }
}
