// The answer to one POST in the making: plain JSON as long as nothing but the reply is said, else events.
import JSON
import MCP
import NIOConcurrencyHelpers

/// Takes what a call says and puts it on the connection's feed, by way of a session's history where there is one.
final class ReplyStream: Sendable {
    let feed = EventFeed()
    private let history: History?
    private let primes: Bool
    private let state = NIOLockedValueBox(State())

    private struct State {
        var isStreaming = false
        /// Its number in the history.
        var number: Int?
        var isAbandoned = false
    }

    /// `primes`: whether the client's revision knows events without data.
    init(history: History? = nil, primes: Bool = false) {
        self.history = history
        self.primes = primes
    }

    /// Says something before the reply.
    func notify(_ message: JSON) {
        state.withLockedValue { state in
            guard !state.isAbandoned else { return }
            state.isStreaming = true
            guard let history else { return feed.send(.event(ServerSentEvent.message(message.bytes))) }
            let number = state.number ?? history.open(feed, primes: primes)
            state.number = number
            history.say(message.bytes, on: number)
        }
    }

    /// Says the reply, if there is one, and ends.
    func finish(_ reply: Reply?) {
        state.withLockedValue { state in
            if let history, let number = state.number {
                guard let reply else { return history.finish(number) }
                return history.say(reply.bytes, on: number, isLast: true)
            }
            if let reply {
                feed.send(state.isStreaming ? .event(ServerSentEvent.message(reply.bytes)) : .reply(reply))
            }
            feed.finish()
        }
    }

    /// The client has gone. False when it can't come back for the rest: then nobody needs the call any more.
    func leave() -> Bool {
        let mayReturn = state.withLockedValue { state in
            state.isAbandoned = state.number == nil
            return state.number != nil
        }
        if mayReturn { history?.detach(feed) } else { feed.finish() }
        return mayReturn
    }
}
