// What is known of one source's health, as a value: what came, what failed, and what follows.

/// The history of one source, fed with what each request and question came to.
struct HealthRecord: Sendable {
    typealias Instant = ContinuousClock.Instant

    var circuit = Circuit()
    private var latencies = LatencyWindow()
    /// When the engine last answered something.
    private(set) var lastAnswerAt: Instant?
    /// Failures one after another.
    private(set) var consecutiveFailures = 0
    /// What the last answer or absence said; nil before the first.
    private(set) var state: SourceState?
    private var stateSince: Instant?
    /// The last times at which it went away or came back.
    private var changes: [Instant] = []
    /// What was last shown of it where that is another state than the one above, and since when.
    private var shown: (state: SourceState, since: Instant)?

    /// A source that goes away and comes back twice within this time flaps.
    static let flappingTime = Duration.seconds(300), flappingChanges = 4
    /// A source is slow when so many of its last replies took more than half of its limit.
    static let slowReplies = 3, slowSample = 20

    /// The engine answered; `latency` is nil for what takes its time by nature.
    mutating func answered(at now: Instant, latency: Duration?) {
        if let latency { latencies.add(latency) }
        lastAnswerAt = now
        consecutiveFailures = 0
        circuit.succeed()
        if state != .connected { enter(.connected, at: now) }
    }

    /// Bytes of a stream came: a sign of life.
    mutating func heard(at now: Instant) { lastAnswerAt = now }

    /// A request failed after `time`. True when the circuit opened and wants a prober; it opens only where somebody probes.
    mutating func failed(
        _ error: SourceError, on kind: SourceKind, after time: Duration, at now: Instant, isWatched: Bool,
        jitter: Double
    ) -> Bool {
        switch error.code.meaning {
        case .nothing, .silence: return false
        case .answer:
            answered(at: now, latency: time)
            return false
        case .fault:
            consecutiveFailures += 1
            if state != .connected { enter(error.state, at: now) }
            return false
        case .absence:
            consecutiveFailures += 1
            enter(error.state, at: now)
            guard isWatched, !error.isCheap(on: kind, after: time) else { return false }
            return circuit.fail(error, at: now, jitter: jitter)
        }
    }

    /// A question had no answer by its deadline, and neither had a ping of `pingedAt`, if there was one.
    ///
    /// Whoever answers the ping, or anything else since then, is there and only slow. Without a ping nobody knows.
    mutating func missedDeadline(
        _ error: SourceError, limit: Duration, pingedAt: Instant?, at now: Instant, isWatched: Bool, jitter: Double
    ) -> Bool {
        consecutiveFailures += 1
        if let pingedAt, let lastAnswerAt, lastAnswerAt >= pingedAt {
            latencies.add(limit)
            return false
        }
        enter(error.state, at: now)
        guard isWatched, pingedAt != nil else { return false }
        return circuit.fail(error, at: now, jitter: jitter)
    }

    /// A probe came to this. The circuit knows its number.
    mutating func probed(
        _ number: Int, _ failure: SourceError?, on kind: SourceKind, after time: Duration, at now: Instant,
        jitter: Double
    ) {
        guard circuit.probeTime(of: number) != nil else { return }
        switch failure?.code.meaning {
        case nil, .answer, .fault:
            // A refusal is an answer: whatever is wrong is told by the next question, and costs it no time.
            circuit.probeSucceeded(of: number, at: now)
            lastAnswerAt = now
            consecutiveFailures = 0
            enter(failure?.state ?? .connected, at: now)
        case .absence, .silence:
            guard let failure else { return }
            consecutiveFailures += 1
            enter(failure.state, at: now)
            circuit.probeFailed(
                of: number, with: failure, at: now, isCheap: failure.isCheap(on: kind, after: time), jitter: jitter)
        case .nothing: return
        }
    }

    private mutating func enter(_ new: SourceState, at now: Instant) {
        guard new != state else { return }
        if state != nil, (state == .connected) != (new == .connected) {
            changes = changes.suffix(Self.flappingChanges * 2 - 1) + [now]
        }
        state = new
        stateSince = now
    }

    private func recentChanges(at now: Instant) -> Int { changes.count { now - $0 < Self.flappingTime } }

    /// What there is to say of it, when its row says `state` (connected, where the check of now found nothing wrong).
    mutating func condition(showing state: SourceState, at now: Instant, limit: Duration) -> SourceCondition {
        let slow = latencies.slow(ofLast: Self.slowSample, over: limit / 2)
        let changes = recentChanges(at: now)
        var condition = SourceCondition(
            state: state, since: now, lastSuccessAt: lastAnswerAt, consecutiveFailures: consecutiveFailures,
            medianLatency: latencies.percentile(50), latency95: latencies.percentile(95),
            isSlow: slow >= Self.slowReplies, changes: changes >= Self.flappingChanges ? changes : 0)
        if state == .connected, condition.isSlow || condition.isFlapping { condition.state = .degraded }
        if condition.state == self.state, let stateSince {
            condition.since = stateSince
            shown = nil
        } else if let shown, shown.state == condition.state {
            condition.since = shown.since
        } else {
            shown = (condition.state, now)
        }
        return condition
    }
}

/// How one source has done, beyond the check of this moment.
public struct SourceCondition: Hashable, Sendable {
    /// What its row says: what the check found, or degraded when it is well now and slow, or not well for long.
    public internal(set) var state: SourceState
    /// Since when, as far as anybody looked.
    public internal(set) var since: ContinuousClock.Instant
    /// When it last answered; nil when it never did.
    public let lastSuccessAt: ContinuousClock.Instant?
    /// Failures one after another; 0 when the last request was answered.
    public let consecutiveFailures: Int
    /// Half of the last 100 replies came within this time; nil when there was none.
    public let medianLatency: Duration?
    /// 95 of 100 came within this time; nil when there was none.
    public let latency95: Duration?
    /// Whether several of its last replies took more than half of its limit.
    public let isSlow: Bool
    /// How often it went away or came back in the last five minutes, when that is often; else 0.
    public let changes: Int

    /// Whether it goes away and comes back.
    public var isFlapping: Bool { changes > 0 }
}
