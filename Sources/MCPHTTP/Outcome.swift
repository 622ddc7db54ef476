// What an endpoint makes of a request.
import HTTPTypes

enum Outcome: Sendable {
    case answer(Answer)
    case stream(EventAnswer)
}

/// An answer that goes on: server-sent events, until the feed ends or the client goes.
struct EventAnswer: Sendable {
    let feed: EventFeed
    /// What has been taken from the feed already.
    var opening: [UInt8] = []
    var headers: [(name: String, value: String)] = []
    /// Runs once when the client has gone; it lets the feed end.
    let onLeave: @Sendable () -> Void
    /// Runs once when all is written, or can't be.
    let onEnd: @Sendable () -> Void

    var head: HTTPResponse {
        let fixed = [
            ("Content-Type", "text/event-stream"), ("Cache-Control", "no-store"), ("X-Accel-Buffering", "no"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return HTTPResponse(status: .ok, headerFields: HTTPFields(fixed + headers))
    }
}
