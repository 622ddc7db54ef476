// What all endpoints of one server share.
import Logging
import MCP
import NIOConcurrencyHelpers

/// The server's state: what it offers, who is there, and how much is going on.
final class Core: Sendable {
    let registry: Registry
    let settings: HTTPServerSettings
    let gatekeeper: any Gatekeeper
    let logger: Logger
    let hosts: HostCheck
    let rate: RateLimiter?
    let connections = Connections()
    let sessions: SessionTable
    let calls = Calls()
    /// Requests that are being read or answered.
    let requests: Gauge
    /// Bytes of bodies that are being read.
    let bodies: Gauge
    /// Calls that run.
    let running: Gauge
    /// Event streams that stay open.
    let streams: Gauge
    let openFeeds = OpenFeeds()
    let listeners = Listeners()
    private let draining = NIOLockedValueBox(false)

    var limits: HTTPServerSettings.Limits { settings.limits }
    var isDraining: Bool { draining.withLockedValue { $0 } }

    init(_ registry: Registry, _ settings: HTTPServerSettings, _ gatekeeper: any Gatekeeper, _ logger: Logger) {
        self.registry = registry
        self.settings = settings
        self.gatekeeper = gatekeeper
        self.logger = logger
        hosts = HostCheck(settings)
        rate = RateLimiter(perSecond: settings.limits.requestsPerSecond, burst: settings.limits.burst)
        sessions = SessionTable(settings.limits)
        requests = Gauge(limit: settings.limits.requests)
        bodies = Gauge(limit: settings.limits.allBodiesBytes)
        running = Gauge(limit: settings.limits.requests)
        streams = Gauge(limit: settings.limits.streams)
    }

    /// Refuses new requests and lets those go that only listen.
    func drain() {
        draining.withLockedValue { $0 = true }
        sessions.endStreams()
        listeners.endAll()
    }

    /// For a session that only listens, until it is removed from the listeners.
    func letGoWhenDraining(_ listener: Session) {
        listeners.insert(listener)
        if isDraining { listener.endSubscriptions() }
    }

    /// Tells a session of the changes that it subscribes to.
    func watch(_ session: HTTPSession) {
        guard registry.watcher != nil else { return }
        calls.start { await session.session.watchSubscriptions { session.say($0) } }
    }

    /// Comments for silent streams, and an end for silent sessions; until the task is cancelled.
    func keepHouse() async {
        let sweepTime = min(limits.sessionIdleTime / 4, .seconds(15))
        await withDiscardingTaskGroup { group in
            group.addTask { [self] in await every(limits.keepAliveTime) { openFeeds.keepAlive() } }
            group.addTask { [self] in await every(sweepTime) { sessions.sweep() } }
        }
    }

    private func every(_ time: Duration, _ action: @Sendable () -> Void) async {
        while true {
            do { try await Task.sleep(for: time) } catch { return }
            action()
        }
    }
}

/// The event streams that connections are writing.
final class OpenFeeds: Sendable {
    private let feeds = NIOLockedValueBox<[ObjectIdentifier: EventFeed]>([:])

    func insert(_ feed: EventFeed) { feeds.withLockedValue { $0[ObjectIdentifier(feed)] = feed } }

    func remove(_ feed: EventFeed) { feeds.withLockedValue { $0[ObjectIdentifier(feed)] = nil } }

    func keepAlive() {
        for feed in feeds.withLockedValue({ Array($0.values) }) { feed.send(.event(ServerSentEvent.keepAlive)) }
    }
}

/// Stateless clients that listen for changes, so that they can be let go.
final class Listeners: Sendable {
    private let sessions = NIOLockedValueBox<[ObjectIdentifier: Session]>([:])

    func insert(_ session: Session) { sessions.withLockedValue { $0[ObjectIdentifier(session)] = session } }

    func remove(_ session: Session) { sessions.withLockedValue { $0[ObjectIdentifier(session)] = nil } }

    func endAll() {
        for session in sessions.withLockedValue({ Array($0.values) }) { session.endSubscriptions() }
    }
}
