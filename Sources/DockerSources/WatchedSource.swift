// A source with a memory: each request through it is noted in its health, and while its circuit is open none gets through.
import CurlClient
import DockerEngine

/// What an aggregator makes of each source that it is given.
final class WatchedSource: Source {
    let label: SourceLabel
    let limits: SourceLimits
    let base: any Source
    let health: SourceHealth
    /// The same without the circuit, for a question that has been let through.
    let observed: ObservedSource

    init(_ base: any Source, health: SourceHealth) {
        self.base = base
        self.health = health
        label = base.label
        limits = base.limits
        observed = ObservedSource(base, health: health)
    }

    var negotiatedAPI: APIVersion? { base.negotiatedAPI }
    var certificate: PeerCertificate? { base.certificate }
    func forgetConnections() { base.forgetConnections() }

    func reply<Reply>(to endpoint: Endpoint<Reply>) async throws(SourceError) -> Reply {
        if let refusal = health.refusal { throw refusal }
        return try await observed.reply(to: endpoint)
    }

    func stream(_ endpoint: StreamEndpoint) async throws(SourceError) -> ByteStream {
        if let refusal = health.refusal { throw refusal }
        return try await observed.stream(endpoint)
    }

    /// Asks on a new connection whether anybody is there; what comes is noted.
    func ping() async {
        if label.kind != .localSocket { base.forgetConnections() }
        do throws(SourceError) { try await observed.reply(to: .ping) } catch {
            // Whoever refuses is there.
            if error.code.meaning == .fault { health.heard() }
        }
    }

    /// The machine has slept, or its network is another one: what was known of the way there is worth nothing.
    func reconnect() {
        if label.kind != .localSocket { base.forgetConnections() }
        health.reconsider()
    }
}

/// A source whose requests are noted in its health.
final class ObservedSource: Source {
    let label: SourceLabel
    let limits: SourceLimits
    private let base: any Source
    private let health: SourceHealth

    init(_ base: any Source, health: SourceHealth) {
        self.base = base
        self.health = health
        label = base.label
        limits = base.limits
    }

    var negotiatedAPI: APIVersion? { base.negotiatedAPI }
    var certificate: PeerCertificate? { base.certificate }
    func forgetConnections() { base.forgetConnections() }

    func reply<Reply>(to endpoint: Endpoint<Reply>) async throws(SourceError) -> Reply {
        let start = ContinuousClock.now
        do throws(SourceError) {
            let reply = try await base.reply(to: endpoint)
            let now = ContinuousClock.now
            // The engine takes one or two seconds for each sample, however well it is.
            health.answered(at: now, latency: Reply.self == ResourceSample.self ? nil : start.duration(to: now))
            return reply
        } catch {
            health.failed(error, askedAt: start)
            throw error
        }
    }

    func stream(_ endpoint: StreamEndpoint) async throws(SourceError) -> ByteStream {
        let start = ContinuousClock.now
        do throws(SourceError) {
            let stream = try await base.stream(endpoint)
            health.answered(at: .now, latency: nil)
            return ByteStream { [health] () throws(SourceError) in
                let chunk = try await stream.next()
                health.heard()
                return chunk
            }
        } catch {
            health.failed(error, askedAt: start)
            throw error
        }
    }
}

extension Source {
    /// How the source has done so far; nil for one that no aggregator watches.
    public var recordedHealth: SourceHealth? { (self as? WatchedSource)?.health }
}
