// All sessions of the older revisions, bounded in number and in age.
import MCP
import NIOConcurrencyHelpers

final class SessionTable: Sendable {
    private let limits: HTTPServerSettings.Limits
    private let sessions = NIOLockedValueBox<[String: HTTPSession]>([:])

    init(_ limits: HTTPServerSettings.Limits) { self.limits = limits }

    var count: Int { sessions.withLockedValue { $0.count } }

    /// A new session in the table; nil when all that are there are busy.
    func open(_ session: Session, for caller: Caller, pair: EventFeed? = nil) -> HTTPSession? {
        let new = HTTPSession(session, caller, pair: pair, limits)
        let (isIn, oldest) = sessions.withLockedValue { sessions -> (Bool, HTTPSession?) in
            var oldest: HTTPSession?
            if sessions.count >= limits.sessions {
                oldest = Self.oldest(sessions.values)
                guard let oldest else { return (false, nil) }
                sessions[oldest.id] = nil
            }
            sessions[new.id] = new
            return (true, oldest)
        }
        oldest?.end()
        return isIn ? new : nil
    }

    /// The session, if it is this caller's and of this transport.
    func find(_ id: String, for caller: Caller, isPair: Bool = false) -> HTTPSession? {
        guard let session = sessions.withLockedValue({ $0[id] }), session.caller == caller,
            (session.pair != nil) == isPair
        else { return nil }
        return session
    }

    func end(_ session: HTTPSession) {
        sessions.withLockedValue { _ = $0.removeValue(forKey: session.id) }
        session.end()
    }

    /// Ends those that have been unused for too long.
    func sweep(at now: ContinuousClock.Instant = .now) {
        let old = sessions.withLockedValue { sessions in
            let old = sessions.values.filter { session in
                session.idleSince.map { now - $0 >= limits.sessionIdleTime } ?? false
            }
            for session in old { sessions[session.id] = nil }
            return old
        }
        for session in old { session.end() }
    }

    /// Lets clients go that only listen; calls go on.
    func endStreams() {
        for session in sessions.withLockedValue({ Array($0.values) }) { session.endStreams() }
    }

    func endAll() {
        let all = sessions.withLockedValue { sessions in
            defer { sessions = [:] }
            return Array(sessions.values)
        }
        for session in all { session.end() }
    }

    private static func oldest(_ sessions: some Sequence<HTTPSession>) -> HTTPSession? {
        let idle = sessions.compactMap { session in session.idleSince.map { (since: $0, session) } }
        return idle.min { $0.since < $1.since }?.1
    }
}
