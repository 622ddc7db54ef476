// GET /sse and POST /messages: the transport of 2024-11-05, for clients that know no other.
import JSON
import MCP

struct EventPairEndpoint {
    let core: Core

    /// A session that lasts as long as the stream.
    func get(_ visit: Visit) -> Outcome {
        guard MediaTypes.accept(visit.head.values(of: "accept"), cover: "text/event-stream") else {
            return .answer(.refusal(406, "Accept must cover text/event-stream."))
        }
        guard let place = core.streams.take() else {
            return .answer(.tooMuch("Too many streams are open.", retryAfter: 30))
        }
        let feed = EventFeed()
        let new = Session(registry: core.registry, caller: visit.caller.name)
        guard let session = core.sessions.open(new, for: visit.caller, pair: feed) else {
            place.giveBack()
            return .answer(.tooMuch("Too many sessions are in use.", retryAfter: 30))
        }
        session.beginUse()
        core.watch(session)
        let end: @Sendable () -> Void = { [core] in core.sessions.end(session) }
        return .stream(
            EventAnswer(
                feed: feed, opening: ServerSentEvent.endpoint("/messages?sessionId=\(session.id)"), onLeave: end,
                onEnd: {
                    end()
                    place.giveBack()
                }))
    }

    /// A message for the session; the reply comes on its stream.
    func post(_ visit: Visit) async -> Outcome {
        guard let id = sessionID(visit.head.query),
            let session = core.sessions.find(id, for: visit.caller, isPair: true), let feed = session.pair
        else { return .answer(.refusal(404, "The session is unknown or has ended; open /sse again.")) }
        let message: JSON
        do throws(UnreadableBody) {
            message = try await visit.message(core, era: .legacy)
        } catch {
            return .answer(error.answer)
        }
        guard let place = core.running.take() else {
            return .answer(.tooMuch("Too many calls are running.", retryAfter: 1))
        }
        let exchange = session.session.accept(message, era: .legacy)
        let say: @Sendable (JSON) -> Void = { feed.send(.event(ServerSentEvent.message($0.bytes))) }
        if exchange.isReady {
            if let reply = exchange.readyReply { say(reply.json) }
            place.giveBack()
        } else {
            session.beginUse()
            core.calls.start {
                if let reply = await exchange.reply(say) { say(reply.json) }
                session.endUse()
                place.giveBack()
            }
        }
        return .answer(Answer(status: 202))
    }

    private func sessionID(_ query: String?) -> String? {
        let pairs = (query ?? "").split(separator: "&").map { $0.split(separator: "=", maxSplits: 1) }
        let ids = pairs.filter { $0.count == 2 && $0[0] == "sessionId" }.map { String($0[1]) }
        return ids.count == 1 ? ids[0] : nil
    }
}
