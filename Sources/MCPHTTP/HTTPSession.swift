// A session of the older revisions: what its id stands for.
import JSON
import MCP
import NIOConcurrencyHelpers

/// One client's session over HTTP. The id finds it but proves nothing: the caller has to be the one who began it.
final class HTTPSession: Sendable {
    let id: String
    let session: Session
    let caller: Caller
    /// The stream of `/sse`, for a session of 2024-11-05 that lives as long as it; nil for one of `/mcp`.
    let pair: EventFeed?
    let history: History
    private let state: NIOLockedValueBox<State>

    private struct State {
        var usedAt: ContinuousClock.Instant
        /// Requests, calls and streams.
        var uses = 0
        var isLeaving = false
    }

    init(_ session: Session, _ caller: Caller, pair: EventFeed?, _ limits: HTTPServerSettings.Limits) {
        id = Self.makeID()
        self.session = session
        self.caller = caller
        self.pair = pair
        history = History(limits)
        state = NIOLockedValueBox(State(usedAt: .now))
    }

    /// When it was last used; nil while it is in use.
    var idleSince: ContinuousClock.Instant? { state.withLockedValue { $0.uses == 0 ? $0.usedAt : nil } }

    func beginUse() { state.withLockedValue { $0.uses += 1 } }

    func endUse() {
        let isDone = state.withLockedValue { state in
            state.uses -= 1
            state.usedAt = .now
            return state.isLeaving && state.uses <= 1
        }
        if isDone { pair?.finish() }
    }

    /// Says something that belongs to no request.
    func say(_ message: JSON) {
        if let pair {
            pair.send(.event(ServerSentEvent.message(message.bytes)))
        } else {
            history.say(message.bytes, on: History.serverStream)
        }
    }

    /// Ends what only listens; the stream of a pair carries replies too and ends once it has no more to carry.
    func endStreams() {
        session.endSubscriptions()
        history.endServerStream()
        let isDone = state.withLockedValue { state in
            state.isLeaving = true
            return state.uses <= 1
        }
        if isDone { pair?.finish() }
    }

    /// Cancels what runs in it and ends its streams.
    func end() {
        session.end()
        history.end()
        pair?.finish()
    }

    /// 128 bits from the system's generator.
    private static func makeID() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(UInt64.random(in: .min ... .max, using: &generator), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
