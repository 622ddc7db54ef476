// One stream of events from each engine, however many clients watch it.
import DockerEngine
import DockerSources
import NIOConcurrencyHelpers

/// What is heard of one source.
enum EngineNews: Sendable {
    /// Something happened to a container.
    case event(EngineEvent)
    /// The source no longer tells.
    case lost
    /// The source tells again; what happened meanwhile is unknown.
    case found
}

/// Shares the events of one source: the first watcher reads them for all, and when it leaves, the next goes on.
final class EventHub: Sendable {
    private struct State {
        var nextListener = 0
        var listeners: [Int: @Sendable (EngineNews) -> Void] = [:]
        /// Whether the last that was heard is that the source is lost, or that nobody has listened for a while.
        var isLost = false
    }

    private let source: any Source
    private let turn = Turn()
    private let state = NIOLockedValueBox(State())

    /// The longest wait before a source that failed is asked again.
    private static let longestPause = Duration.seconds(30)

    init(_ source: any Source) { self.source = source }

    var label: SourceLabel { source.label }

    /// Tells `listener` the news until the task is cancelled.
    func listen(_ listener: @escaping @Sendable (EngineNews) -> Void) async {
        let id = state.withLockedValue { state in
            state.nextListener += 1
            state.listeners[state.nextListener] = listener
            // The first has missed nothing: it has just begun.
            if state.listeners.count == 1 { state.isLost = false }
            return state.nextListener
        }
        let isReader = await turn.take()
        if isReader { await read() }
        state.withLockedValue { state in
            state.listeners[id] = nil
            // The next reader has to open a stream of its own, and misses what happens until then.
            if isReader { state.isLost = true }
        }
        if isReader { turn.pass() }
    }

    /// Reads until the task is cancelled. A source that fails is asked again, after a pause that grows.
    private func read() async {
        var pause = Duration.seconds(1)
        while !Task.isCancelled {
            do throws(SourceError) {
                let stream = try await source.stream(.containerEvents)
                if state.withLockedValue({ $0.isLost }) { tell(.found) }
                state.withLockedValue { $0.isLost = false }
                pause = .seconds(1)
                try await follow(stream)
            } catch {
                if error.code == .cancelled { return }
            }
            if Task.isCancelled { return }
            if !state.withLockedValue({ $0.isLost }) { tell(.lost) }
            state.withLockedValue { $0.isLost = true }
            do { try await Task.sleep(for: pause) } catch { return }
            pause = min(pause * 2, Self.longestPause)
        }
    }

    private func follow(_ stream: ByteStream) async throws(SourceError) {
        var lines = EventLines()
        while let chunk = try await stream.next() {
            // A stream that can't be read is a source that is lost.
            guard let events = try? lines.read(chunk) else { return }
            for event in events where event.type == "container" && !event.action.hasPrefix("exec_") {
                tell(.event(event))
            }
        }
    }

    private func tell(_ news: EngineNews) {
        for listener in state.withLockedValue({ Array($0.listeners.values) }) { listener(news) }
    }
}
