// Probes sources that are down, so that nobody's call has to find out when they are back.
import DockerEngine

/// The one who closes circuits. While it runs, a source that is not there is not asked, and its last failure is its
/// answer; without it each question asks each source.
public struct HealthMonitor: Sendable {
    private let sources: [WatchedSource]
    private let bell: OpeningBell
    private let surroundings: Surroundings

    /// The longest that a probe waits for its answer; a source with a shorter limit has that. Connecting has the source's own limit.
    private static let longestProbe = Duration.seconds(10)

    /// Watches the sources of `aggregator`.
    public init(_ aggregator: Aggregator) {
        sources = aggregator.watched
        bell = aggregator.bell
        surroundings = aggregator.surroundings
    }

    /// Watches until the task is cancelled; one at a time for one aggregator. Costs nothing while all sources answer.
    public func run() async {
        for source in sources { source.health.watch(true) }
        surroundings.watch(true)
        await withDiscardingTaskGroup { group in
            while let opening = await bell.next() {
                group.addTask { await probe(sources[opening.source], for: opening.number) }
            }
        }
        surroundings.watch(false)
        for source in sources { source.health.watch(false) }
    }

    /// Pings the source again and again, until it answers or this trouble is over otherwise.
    private func probe(_ source: WatchedSource, for number: Int) async {
        let health = source.health
        let limit = min(source.limits.total, max(source.limits.connect, Self.longestProbe))
        while let time = health.probeTime(of: number) {
            do { try await Task.sleep(until: time, clock: .continuous) } catch { return }
            guard health.beginProbe(of: number, limit: limit) else { return }
            // A kept connection may lead to an engine that is gone; nothing else uses one now.
            source.base.forgetConnections()
            let start = ContinuousClock.now
            health.probed(number, await Self.failure(of: source.base, health.isStranger, within: limit), askedAt: start)
            if Task.isCancelled { return }
        }
    }

    /// What keeps the source from answering; nil when it answers. What was no engine has to prove that it is one.
    private static func failure(of source: any Source, _ isStranger: Bool, within limit: Duration) async -> SourceError?
    {
        await withTaskGroup(of: SourceError?.self) { race in
            race.addTask {
                do throws(SourceError) {
                    if isStranger {
                        _ = try await source.reply(to: .version)
                    } else {
                        try await source.reply(to: .ping)
                    }
                    return nil
                } catch { return error }
            }
            race.addTask {
                try? await Task.sleep(for: limit)
                return .deadlineExceeded(at: source.label, limit: limit)
            }
            defer { race.cancelAll() }
            return await race.next() ?? nil
        }
    }
}
