// Asks many engines at once; a slow or broken one costs its own answer and no other.

/// What is asked of each source; it may take several requests.
public typealias Question<Value> = @Sendable (any Source) async throws(SourceError) -> Value

/// The fan-out over all configured sources.
public struct Aggregator: Sendable {
    /// In configured order.
    public let sources: [any Source]

    /// Asks these sources.
    public init(sources: [any Source]) {
        self.sources = sources
    }

    /// One answer for each of `chosen` (all sources when nil), in configured order whatever the order of arrival.
    ///
    /// Returns when each has answered, failed, or met its deadline; a task that is cancelled gets `cancelled` for those still open.
    /// `onAnswer` is called as each arrives, with how many have.
    public func gather<Value: Sendable>(
        from chosen: [any Source]? = nil, onAnswer: (@Sendable (Int) -> Void)? = nil,
        _ question: @escaping Question<Value>
    ) async -> [Answer<Value>] {
        let asked = chosen ?? sources
        if asked.count == 1, let source = asked.first {
            let answer = await Self.ask(source, question)
            onAnswer?(1)
            return [answer]
        }
        return await withTaskGroup(of: (Int, Answer<Value>).self) { group in
            for (index, source) in asked.enumerated() {
                group.addTask { (index, await Self.ask(source, question)) }
            }
            var answers: [(Int, Answer<Value>)] = []
            for await answer in group {
                answers.append(answer)
                onAnswer?(answers.count)
            }
            return answers.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private enum Event<Value: Sendable>: Sendable {
        case answered(Result<Value, SourceError>)
        case timedOut
        case timerCancelled
    }

    /// Races the question against the source's limit.
    ///
    /// A question that returns a value although its time is over (a log that hangs keeps the lines that came) has answered.
    private static func ask<Value: Sendable>(_ source: any Source, _ question: @escaping Question<Value>) async
        -> Answer<Value>
    {
        let start = ContinuousClock.now
        let limit = source.limits.total
        let result = await withTaskGroup(of: Event<Value>.self) { race -> Result<Value, SourceError> in
            race.addTask {
                do throws(SourceError) { return .answered(.success(try await question(source))) } catch {
                    return .answered(.failure(error))
                }
            }
            race.addTask {
                do { try await Task.sleep(for: limit) } catch { return .timerCancelled }
                return .timedOut
            }
            var isTimedOut = false
            for await event in race {
                switch event {
                case .timedOut: isTimedOut = true
                case .timerCancelled: continue
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
        return Answer(source: source.label, latency: start.duration(to: .now), result: result)
    }
}
