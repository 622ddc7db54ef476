// The last events of a session, for a client that lost a stream and comes back with Last-Event-ID.
import NIOConcurrencyHelpers

/// A session's event streams: number 0 is the server's own (GET), each POST that streams has one of its own.
///
/// Event ids are `stream-number`; what is said on a stream is only ever said again on a stream that continues it.
final class History: Sendable {
    /// Where an event stands.
    struct EventID: Hashable, Sendable {
        var stream: Int
        var number: Int

        init(stream: Int, number: Int) {
            self.stream = stream
            self.number = number
        }

        init?(_ text: String) {
            let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard parts.count == 2, let stream = parts[0], let number = parts[1], stream >= 0, number >= 0 else {
                return nil
            }
            self.init(stream: stream, number: number)
        }

        var text: String { "\(stream)-\(number)" }
    }

    static let serverStream = 0

    private struct Stream {
        var lastNumber = 0
        /// What was handed to a connection.
        var sentNumber = 0
        var isFinished = false
        var feed: EventFeed?
    }

    private struct Entry {
        let id: EventID
        let event: [UInt8]
    }

    private struct State {
        var streams: [Int: Stream] = [History.serverStream: Stream()]
        var nextStream = 1
        var entries: [Entry] = []
        var bytes = 0
        var hasEnded = false
    }

    private let maximumEvents: Int
    private let maximumBytes: Int
    private let state = NIOLockedValueBox(State())

    init(_ limits: HTTPServerSettings.Limits) {
        maximumEvents = limits.replayEvents
        maximumBytes = limits.replayBytes
    }

    /// A new stream that is written to the feed; `primes` gives it an id to come back with before its first event.
    func open(_ feed: EventFeed, primes: Bool = false) -> Int {
        state.withLockedValue { state in
            let number = state.nextStream
            state.nextStream += 1
            if primes { feed.send(.event(ServerSentEvent.priming(EventID(stream: number, number: 0)))) }
            state.streams[number] = Stream(feed: feed)
            return number
        }
    }

    /// Says something on a stream. `isLast` ends it.
    func say(_ json: [UInt8], on number: Int, isLast: Bool = false) {
        state.withLockedValue { state in
            guard !state.hasEnded, var stream = state.streams[number], !stream.isFinished else { return }
            stream.lastNumber += 1
            let id = EventID(stream: number, number: stream.lastNumber)
            let entry = Entry(id: id, event: ServerSentEvent.message(json, id: id.text))
            stream.isFinished = isLast
            if let feed = stream.feed {
                feed.send(.event(entry.event))
                stream.sentNumber = stream.lastNumber
                if isLast { feed.finish() }
            }
            state.streams[number] = stream
            keep(entry, &state)
        }
    }

    /// Ends a stream without a last word.
    func finish(_ number: Int) {
        state.withLockedValue { state in
            state.streams[number]?.isFinished = true
            state.streams[number]?.feed?.finish()
            clean(&state)
        }
    }

    /// Continues a stream on another connection: after an event that the client has seen, or, without one, the
    /// server's own stream after what was handed out. A connection that still had it loses it. False when the stream
    /// is not known any more.
    @discardableResult
    func resume(after id: EventID?, _ feed: EventFeed, primes: Bool = false) -> Bool {
        state.withLockedValue { state in
            let number = id?.stream ?? Self.serverStream
            guard !state.hasEnded, var stream = state.streams[number] else { return false }
            stream.feed?.finish()
            let seen = id?.number ?? stream.sentNumber
            if primes { feed.send(.event(ServerSentEvent.priming(EventID(stream: number, number: seen)))) }
            for entry in state.entries where entry.id.stream == number && entry.id.number > seen {
                feed.send(.event(entry.event))
            }
            stream.sentNumber = stream.lastNumber
            stream.feed = feed
            if stream.isFinished { feed.finish() }
            state.streams[number] = stream
            return true
        }
    }

    /// The connection that had this feed has gone.
    func detach(_ feed: EventFeed) {
        feed.finish()
        state.withLockedValue { state in
            for (number, stream) in state.streams where stream.feed === feed { state.streams[number]?.feed = nil }
        }
    }

    /// Ends the server's own stream on its connection.
    func endServerStream() { state.withLockedValue { $0.streams[Self.serverStream]?.feed?.finish() } }

    /// Ends all streams, for good.
    func end() {
        state.withLockedValue { state in
            state.hasEnded = true
            for stream in state.streams.values { stream.feed?.finish() }
            state.streams = [:]
            state.entries = []
        }
    }

    private func keep(_ entry: Entry, _ state: inout State) {
        state.entries.append(entry)
        state.bytes += entry.event.count
        while state.entries.count > maximumEvents || state.bytes > maximumBytes, !state.entries.isEmpty {
            state.bytes -= state.entries.removeFirst().event.count
        }
        clean(&state)
    }

    /// A finished stream of which nothing is kept is forgotten.
    private func clean(_ state: inout State) {
        let kept = Set(state.entries.map(\.id.stream))
        state.streams = state.streams.filter { number, stream in
            number == Self.serverStream || !stream.isFinished || kept.contains(number)
        }
    }
}
