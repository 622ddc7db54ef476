// Whether one source is asked, as a value: a state machine without a clock of its own.
import SafeText

/// Closed: the source is asked. Open: it is not asked, and its last failure is the answer. Half-open: it is asked, and
/// what comes next decides.
struct Circuit: Sendable {
    typealias Instant = ContinuousClock.Instant

    enum State: Hashable, Sendable { case closed, open, halfOpen }

    /// Why it is not closed.
    struct Trouble: Hashable, Sendable {
        /// The last failure.
        var error: SourceError
        /// When it opened.
        let since: Instant
        /// Failures that count for the pause between probes: the one that opened it, and each probe.
        var failures: Int
        /// When the next probe begins, or the present one has ended at the latest.
        var until: Instant
        /// Which of this circuit's troubles: whoever probes for another one stops.
        var number: Int
    }

    private(set) var state = State.closed
    /// Nil exactly when it is closed.
    private(set) var trouble: Trouble?
    private var troubles = 0
    /// The failures before it closed, while no question but a probe was answered since then; and when it closed.
    private var memory: (failures: Int, closedAt: Instant)?

    /// The pause after the first failure, and the longest one.
    static let shortestPause = Duration.seconds(1), longestPause = Duration.seconds(60)
    /// A circuit that opens again within this time goes on with its pauses where they were.
    static let memoryTime = Duration.seconds(60)

    /// A question failed in a way that means that the source is not there. `jitter` is in 0..<1.
    ///
    /// True when the circuit opened by it and wants a new prober. A failure while it is open comes from a question that was on its
    /// way before: its words are newer, and it is no reason to wait longer.
    mutating func fail(_ error: SourceError, at now: Instant, jitter: Double) -> Bool {
        switch state {
        case .open:
            trouble?.error = error
            return false
        case .halfOpen:
            postpone(error, at: now, jitter: jitter)
            state = .open
            return false
        case .closed:
            let isRelapse = memory.map { now - $0.closedAt < Self.memoryTime } ?? false
            let failures = (isRelapse ? memory?.failures ?? 0 : 0) + 1
            troubles += 1
            trouble = Trouble(
                error: error, since: now, failures: failures, until: now + Self.pause(after: failures, jitter: jitter),
                number: troubles)
            state = .open
            return true
        }
    }

    /// A question was answered: the source is there, whatever was thought of it.
    mutating func succeed() {
        memory = nil
        guard state != .closed else { return }
        state = .closed
        trouble = nil
    }

    /// The machine has slept, or its network is another one: the source is asked again, and probed at once. True when
    /// it wants a new prober.
    mutating func reconsider(at now: Instant) -> Bool {
        guard state != .closed else { return false }
        troubles += 1
        state = .halfOpen
        trouble?.until = now
        trouble?.number = troubles
        return true
    }

    /// When to probe for the trouble of this number; nil when it is over.
    func probeTime(of number: Int) -> Instant? { trouble?.number == number ? trouble?.until : nil }

    /// A probe begins that ends after `limit` at the latest; false when there is nothing to probe for any more.
    mutating func beginProbe(of number: Int, at now: Instant, limit: Duration) -> Bool {
        guard trouble?.number == number else { return false }
        trouble?.until = now + limit
        return true
    }

    /// The probe was answered.
    mutating func probeSucceeded(of number: Int, at now: Instant) {
        guard let trouble, trouble.number == number else { return }
        // An engine that answers pings and nothing else must not be tried, found wanting and probed each second.
        memory = (trouble.failures, now)
        state = .closed
        self.trouble = nil
    }

    /// The probe failed too. After one that cost nothing questions are let through: they cost nothing either.
    mutating func probeFailed(of number: Int, with error: SourceError, at now: Instant, isCheap: Bool, jitter: Double) {
        guard trouble?.number == number else { return }
        postpone(error, at: now, jitter: jitter)
        state = isCheap ? .halfOpen : .open
    }

    private mutating func postpone(_ error: SourceError, at now: Instant, jitter: Double) {
        let failures = (trouble?.failures ?? 0) + 1
        trouble?.failures = failures
        trouble?.error = error
        trouble?.until = now + Self.pause(after: failures, jitter: jitter)
    }

    /// Twice as long each time, up to the longest; shorter by up to a quarter, so that many who lost the same host do not all come at once.
    static func pause(after failures: Int, jitter: Double) -> Duration {
        let doubled = shortestPause * (1 << min(max(failures, 1) - 1, 6))
        return min(doubled, longestPause) * (1 - jitter / 4)
    }

    /// The answer of a source that is not asked; nil when it is to be asked.
    func refusal(at now: @autoclosure () -> Instant, of label: SourceLabel) -> SourceError? {
        guard state == .open, let trouble else { return nil }
        return .circuitOpen(trouble.error, at: label, retryIn: max(.zero, trouble.until - now()))
    }
}

extension SourceError {
    /// A source that failed with `last` and is not asked now.
    static func circuitOpen(_ last: SourceError, at label: SourceLabel, retryIn: Duration) -> SourceError {
        let place = label.place
        let words = last.message.hasPrefix("\(place): ") ? last.message.dropFirst(place.count + 2) : last.message[...]
        let seconds = max(1, retryIn.components.seconds + (retryIn.components.attoseconds > 0 ? 1 : 0))
        return SourceError(
            .circuitOpen,
            "\(place): not asked, since it failed with \(last.code.rawValue): \(SafeText.shortened(String(words), to: 400)) "
                + "It is tried again within \(seconds) s.",
            hint: last.hint, cause: last.code, retryIn: retryIn)
    }
}
