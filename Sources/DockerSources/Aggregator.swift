// Asks many engines at once; a slow or broken one costs its own answer and no other.
import CurlClient

/// What is asked of each source; it may take several requests.
public typealias Question<Value> = @Sendable (any Source) async throws(SourceError) -> Value

/// The fan-out over all configured sources.
public struct Aggregator: Sendable {
    /// In configured order. What is asked of them is noted in their health.
    public let sources: [any Source]
    let watched: [WatchedSource]
    let bell = OpeningBell()
    let surroundings: Surroundings
    /// All calls together ask no more sources at once than the system's limit on connections has room for.
    private let window = Permits(DescriptorLimit.sourcesAtOnce())

    /// Asks these sources.
    public init(sources: [any Source]) {
        self.init(sources: sources, surroundings: Surroundings())
    }

    init(
        sources: [any Source], surroundings: Surroundings,
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        watched = sources.enumerated().map { [bell] index, source in
            let health = SourceHealth(source.label, limits: source.limits, jitter: jitter) { number in
                bell.ring(.init(source: index, number: number))
            }
            return WatchedSource(source, health: health)
        }
        self.sources = watched
        self.surroundings = surroundings
    }

    /// One answer for each of `chosen` (all sources when nil), in configured order whatever the order of arrival.
    ///
    /// Returns when each has answered, failed, or met its deadline; a task that is cancelled gets `cancelled` for those still open.
    /// A source whose circuit is open answers `circuit_open` at once, unless `evenIfOpen`. Very many are asked as far as the
    /// system's limit on connections allows, the next as soon as one has answered; its time begins then.
    /// `onAnswer` is called as each arrives, with how many have.
    public func gather<Value: Sendable>(
        from chosen: [any Source]? = nil, evenIfOpen: Bool = false, onAnswer: (@Sendable (Int) -> Void)? = nil,
        _ question: @escaping Question<Value>
    ) async -> [Answer<Value>] {
        let asked = chosen ?? sources
        if surroundings.haveChanged() { for source in watched { source.reconnect() } }
        if asked.count == 1, let source = asked.first {
            let (admission, watched) = Self.admission(to: source, evenIfOpen: evenIfOpen)
            let answer = await Self.ask(source, watched, admission, question)
            onAnswer?(1)
            return [answer]
        }
        return await withTaskGroup(of: (Int, Answer<Value>).self) { group in
            var answers = [Answer<Value>?](repeating: nil, count: asked.count)
            var arrived = 0
            func arrive(_ index: Int, _ answer: Answer<Value>) {
                answers[index] = answer
                arrived += 1
                onAnswer?(arrived)
            }
            for (index, source) in asked.enumerated() {
                // Whoever is not asked does not wait for its turn.
                if case (.refused(let error), _) = Self.admission(to: source, evenIfOpen: evenIfOpen) {
                    arrive(index, Answer(source: source.label, latency: .zero, result: .failure(error)))
                } else {
                    group.addTask { (index, await askInTurn(source, evenIfOpen: evenIfOpen, question)) }
                }
            }
            for await (index, answer) in group { arrive(index, answer) }
            return answers.compactMap(\.self)
        }
    }

    /// Waits until there is room for it. What is known of the source then counts.
    private func askInTurn<Value: Sendable>(
        _ source: any Source, evenIfOpen: Bool, _ question: @escaping Question<Value>
    ) async -> Answer<Value> {
        guard await window.take() else {
            let error = SourceError(TransferError.cancelled, at: source.label)
            return Answer(source: source.label, latency: .zero, result: .failure(error))
        }
        defer { window.giveBack() }
        let (admission, watched) = Self.admission(to: source, evenIfOpen: evenIfOpen)
        return await Self.ask(source, watched, admission, question)
    }

    /// Sources that come from elsewhere are always asked, and nobody pings them.
    private static func admission(to source: any Source, evenIfOpen: Bool) -> (SourceHealth.Admission, WatchedSource?) {
        guard let watched = source as? WatchedSource else { return (.asked(isWatched: false), nil) }
        return (watched.health.admission(evenIfOpen: evenIfOpen), watched)
    }

    private enum Event<Value: Sendable>: Sendable {
        case answered(Result<Value, SourceError>)
        case timeIsOver
        case timerCancelled
        case pinged
    }

    /// Races the question against the source's limit.
    ///
    /// A question that returns a value although its time is over (a log that hangs keeps the lines that came) has answered.
    /// Of a watched source half of the time is waited in silence; then a ping on a new connection asks whether anybody is there, so
    /// that at the deadline it is known whether the engine hangs or only this question.
    private static func ask<Value: Sendable>(
        _ source: any Source, _ watched: WatchedSource?, _ admission: SourceHealth.Admission,
        _ question: @escaping Question<Value>
    ) async -> Answer<Value> {
        let wantsPing: Bool
        switch admission {
        case .refused(let error): return Answer(source: source.label, latency: .zero, result: .failure(error))
        case .asked(let isWatched): wantsPing = isWatched
        }
        let start = ContinuousClock.now
        let limit = source.limits.total
        let asked: any Source = watched?.observed ?? source
        var pingedAt: ContinuousClock.Instant?
        let result = await withTaskGroup(of: Event<Value>.self) { race -> Result<Value, SourceError> in
            race.addTask {
                do throws(SourceError) { return .answered(.success(try await question(asked))) } catch {
                    return .answered(.failure(error))
                }
            }
            race.addTask { await timer(until: start + (wantsPing ? limit / 2 : limit)) }
            var isTimedOut = false
            for await event in race {
                switch event {
                case .timerCancelled, .pinged: continue
                case .timeIsOver where wantsPing && pingedAt == nil && !isTimedOut:
                    pingedAt = .now
                    race.addTask {
                        await watched?.ping()
                        return .pinged
                    }
                    race.addTask { await timer(until: start + limit) }
                    continue
                case .timeIsOver: isTimedOut = true
                case .answered(.failure(let error)) where isTimedOut && error.code == .cancelled:
                    return .failure(.deadlineExceeded(at: source.label, limit: limit))
                case .answered(let result):
                    race.cancelAll()
                    return result
                }
                // The group waits for the question, so sources must heed cancellation.
                race.cancelAll()
            }
            return .failure(.deadlineExceeded(at: source.label, limit: limit))
        }
        if let watched, case .failure(let error) = result, error.code == .deadlineExceeded {
            watched.health.missedDeadline(error, askedAt: start, pingedAt: pingedAt)
        }
        return Answer(source: source.label, latency: start.duration(to: .now), result: result)
    }

    private static func timer<Value>(until time: ContinuousClock.Instant) async -> Event<Value> {
        do { try await Task.sleep(until: time, clock: .continuous) } catch { return .timerCancelled }
        return .timeIsOver
    }
}
