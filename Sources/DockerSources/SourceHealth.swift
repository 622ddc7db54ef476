// How one source does, shared by all who ask it.
import NIOConcurrencyHelpers

/// The record of one source, behind one lock; whoever feeds it says when things happened.
public final class SourceHealth: Sendable {
    private struct State {
        var record = HealthRecord()
        /// Whether somebody probes when the circuit opens. Without, it never opens: nobody would close it.
        var isWatched = false
    }

    let label: SourceLabel
    private let limits: SourceLimits
    private let jitter: @Sendable () -> Double
    private let opened: @Sendable (_ number: Int) -> Void
    private let state = NIOLockedValueBox(State())

    /// `opened` is called when the circuit wants a prober; `jitter` gives numbers in 0..<1.
    init(
        _ label: SourceLabel, limits: SourceLimits,
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        opened: @escaping @Sendable (_ number: Int) -> Void
    ) {
        self.label = label
        self.limits = limits
        self.jitter = jitter
        self.opened = opened
    }

    /// What there is to say of the source, when its row says `shown`.
    public func condition(showing shown: SourceState) -> SourceCondition {
        state.withLockedValue { $0.record.condition(showing: shown, at: .now, limit: limits.total) }
    }

    // MARK: What happens to it

    /// Whether a question goes to the source.
    enum Admission: Sendable {
        /// It does; `isWatched` tells whether its silence would open the circuit.
        case asked(isWatched: Bool)
        /// Its circuit is open, and this is its answer.
        case refused(SourceError)
    }

    /// Whether a question goes to the source now.
    func admission(evenIfOpen: Bool = false) -> Admission {
        state.withLockedValue { state in
            guard !evenIfOpen, let refusal = state.record.circuit.refusal(at: .now, of: label) else {
                return .asked(isWatched: state.isWatched)
            }
            return .refused(refusal)
        }
    }

    /// The answer of a source whose circuit is open; nil when it is to be asked.
    var refusal: SourceError? {
        if case .refused(let error) = admission() { error } else { nil }
    }

    /// Whether somebody probes, so that the circuit may open.
    var isWatched: Bool { state.withLockedValue { $0.isWatched } }

    /// Whether what was found there the last time was no engine.
    var isStranger: Bool { state.withLockedValue { $0.record.circuit.trouble?.error.code == .notDocker } }

    func answered(at now: ContinuousClock.Instant, latency: Duration?) {
        state.withLockedValue { $0.record.answered(at: now, latency: latency) }
    }

    func heard() { state.withLockedValue { $0.record.heard(at: .now) } }

    func failed(_ error: SourceError, askedAt start: ContinuousClock.Instant) {
        change { record, isWatched in
            let now = ContinuousClock.now
            return record.failed(
                error, on: label.kind, after: now - start, at: now, isWatched: isWatched, jitter: jitter())
        }
    }

    /// The question's timer fired so much too late that it was this process that did not run, and not the engine.
    private static func wasAsleep(_ start: ContinuousClock.Instant, _ now: ContinuousClock.Instant, _ limit: Duration)
        -> Bool
    { now - start > limit * 1.25 + .seconds(1) }

    func missedDeadline(
        _ error: SourceError, askedAt start: ContinuousClock.Instant, pingedAt: ContinuousClock.Instant?
    ) {
        let now = ContinuousClock.now
        let isOurs = Self.wasAsleep(start, now, limits.total)
        change { record, isWatched in
            record.missedDeadline(
                error, limit: limits.total, pingedAt: isOurs ? nil : pingedAt, at: now, isWatched: isWatched,
                jitter: jitter())
        }
    }

    /// Questions go to the source again, whatever was before, and it is probed at once.
    func reconsider() { change { record, _ in record.circuit.reconsider(at: .now) } }

    /// Feeds the record, and tells of the circuit's opening outside the lock.
    private func change(_ feed: (inout HealthRecord, _ isWatched: Bool) -> Bool) {
        let number = state.withLockedValue { state -> Int? in
            feed(&state.record, state.isWatched) ? state.record.circuit.trouble?.number : nil
        }
        if let number { opened(number) }
    }

    // MARK: Probes

    /// From now on somebody probes, or nobody does any more: then the source is asked every time.
    func watch(_ isWatched: Bool) {
        state.withLockedValue { state in
            state.isWatched = isWatched
            if !isWatched { state.record.circuit = Circuit() }
        }
    }

    func probeTime(of number: Int) -> ContinuousClock.Instant? {
        state.withLockedValue { $0.record.circuit.probeTime(of: number) }
    }

    func beginProbe(of number: Int, limit: Duration) -> Bool {
        state.withLockedValue { $0.record.circuit.beginProbe(of: number, at: .now, limit: limit) }
    }

    func probed(_ number: Int, _ failure: SourceError?, askedAt start: ContinuousClock.Instant) {
        let now = ContinuousClock.now
        state.withLockedValue {
            $0.record.probed(number, failure, on: label.kind, after: now - start, at: now, jitter: jitter())
        }
    }
}
