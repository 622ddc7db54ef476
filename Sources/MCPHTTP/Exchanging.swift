// Runs one accepted message and gives its answer: at once, as JSON later, or as events.
import JSON
import MCP

struct Exchanging {
    let core: Core
    let visit: Visit
    let era: Era
    /// The session of an older revision.
    var session: HTTPSession?
    /// The session of a request that only listens; it takes a stream's place, not a call's.
    var listener: Session?

    /// `accept` must be called once there is room for the call that it may begin.
    func outcome(_ accept: () -> Exchange) async -> Outcome {
        guard let place = (listener == nil ? core.running : core.streams).take() else {
            return .answer(.tooMuch("Too many calls or streams are open.", retryAfter: 1))
        }
        let exchange = accept()
        guard !exchange.isReady else {
            place.giveBack()
            return .answer(.message(exchange.readyReply, status: Self.status(of: exchange.readyReply, in: era)))
        }
        let primes = session?.session.revision.map { $0 >= .november2025 } ?? false
        let replies = ReplyStream(history: session?.history, primes: primes)
        session?.beginUse()
        if let listener { core.letGoWhenDraining(listener) }
        core.calls.start { [core, session, listener] in
            replies.finish(await exchange.reply { replies.notify($0) })
            session?.endUse()
            if let listener { core.listeners.remove(listener) }
            place.giveBack()
        }
        return await firstWord(of: replies) {
            if !replies.leave() { exchange.cancel() }
        }
    }

    private func firstWord(of replies: ReplyStream, onLeave: @escaping @Sendable () -> Void) async -> Outcome {
        visit.connection.watch(onLeave)
        var items = replies.feed.items.makeAsyncIterator()
        let first = await items.next()
        visit.connection.unwatch()
        switch first {
        case .reply(let reply):
            return .answer(.message(reply, status: Self.status(of: reply, in: era)))
        case .event(let event):
            return .stream(EventAnswer(feed: replies.feed, opening: event, onLeave: onLeave, onEnd: {}))
        case nil:
            // Cancelled: a request has to be answered, and a stream without events says nothing.
            return .stream(EventAnswer(feed: replies.feed, onLeave: {}, onEnd: {}))
        }
    }

    /// The status that goes with a reply; 202 when there is nothing to say.
    static func status(of reply: Reply?, in era: Era) -> Int {
        guard let reply else { return 202 }
        switch (reply.errorCode, era) {
        case (nil, _), (-32603, _): return 200
        case (-32700, _), (-32600, _): return 400
        case (-32601, .modern): return 404
        case (_, .modern): return 400
        case (_, .legacy): return 200
        }
    }
}
