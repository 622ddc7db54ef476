// GET and DELETE /mcp, and which session a request belongs to.
import JSON
import MCP

struct SessionEndpoint {
    let core: Core

    /// Why a request belongs to no session.
    enum Problem: Error {
        case missing, ambiguous, unknown

        var status: Int { self == .unknown ? 404 : 400 }

        var reason: String {
            switch self {
            case .missing: "the header Mcp-Session-Id is missing; send initialize first"
            case .ambiguous: "the header Mcp-Session-Id comes more than once"
            case .unknown: "the session is unknown or has ended; send initialize again, without Mcp-Session-Id"
            }
        }
    }

    func session(of visit: Visit) -> Result<HTTPSession, Problem> {
        let ids = visit.head.values(of: MCPEndpoint.sessionHeader)
        guard let id = ids.first else { return .failure(.missing) }
        guard ids.count == 1 else { return .failure(.ambiguous) }
        guard let session = core.sessions.find(id, for: visit.caller) else { return .failure(.unknown) }
        return .success(session)
    }

    /// The server's own stream, or the rest of one that was lost.
    func get(_ visit: Visit) -> Outcome {
        if MCPEndpoint.era(of: visit.head) == .modern { return .answer(.wrongMethod(allowed: "POST")) }
        guard MediaTypes.accept(visit.head.values(of: "accept"), cover: "text/event-stream") else {
            return .answer(.refusal(406, "Accept must cover text/event-stream."))
        }
        let session: HTTPSession
        switch self.session(of: visit) {
        case .success(let found): session = found
        case .failure(let problem): return .answer(refusal(problem))
        }
        let lastSeen = visit.head.values(of: "last-event-id").last.map { $0.trimmed }
        let id = lastSeen.flatMap { History.EventID($0) }
        guard lastSeen == nil || id != nil else { return .answer(.refusal(400, "Last-Event-ID is none of ours.")) }
        guard let place = core.streams.take() else {
            return .answer(.tooMuch("Too many streams are open.", retryAfter: 30))
        }
        let feed = EventFeed()
        let primes = session.session.revision.map { $0 >= .november2025 } ?? false
        guard session.history.resume(after: id, feed, primes: primes && id == nil) else {
            place.giveBack()
            return .answer(.refusal(400, "The events after this Last-Event-ID are not kept any more."))
        }
        session.beginUse()
        return .stream(
            EventAnswer(
                feed: feed, onLeave: { session.history.detach(feed) },
                onEnd: {
                    session.history.detach(feed)
                    session.endUse()
                    place.giveBack()
                }))
    }

    func delete(_ visit: Visit) -> Answer {
        if MCPEndpoint.era(of: visit.head) == .modern { return .wrongMethod(allowed: "POST") }
        switch session(of: visit) {
        case .success(let session):
            core.sessions.end(session)
            return Answer(status: 204)
        case .failure(let problem): return refusal(problem)
        }
    }

    private func refusal(_ problem: Problem) -> Answer {
        .message(Reply(refusing: nil, code: -32600, reason: problem.reason, era: .legacy), status: problem.status)
    }
}
