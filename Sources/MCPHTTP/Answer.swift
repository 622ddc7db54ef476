// A whole HTTP answer as a value, and the answers that only say no.
import HTTPTypes
import JSON
import MCP

/// Status, headers and a body that is there already.
struct Answer: Sendable {
    var status: Int
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []
    /// Whether the connection ends with it, as when a body is left unread.
    var closes = false

    /// A message, or nothing but a status where nothing is to be said.
    static func message(_ reply: Reply?, status: Int) -> Answer {
        guard let reply else { return Answer(status: status) }
        return Answer(status: status, headers: [("Content-Type", "application/json")], body: reply.bytes)
    }

    static func json(_ json: JSON, status: Int = 200) -> Answer {
        Answer(status: status, headers: [("Content-Type", "application/json")], body: json.bytes)
    }

    /// A refusal outside of the protocol, for people. Clients of the protocol get by with the status.
    static func refusal(
        _ status: Int, _ reason: String, headers: [(name: String, value: String)] = [], closes: Bool = false
    ) -> Answer {
        let body = JSON.object(["error": .string(reason)]).bytes
        return Answer(
            status: status, headers: [("Content-Type", "application/json")] + headers, body: body, closes: closes)
    }

    static func tooMuch(_ reason: String, retryAfter seconds: Int) -> Answer {
        refusal(429, reason, headers: [("Retry-After", String(seconds))])
    }

    static func wrongMethod(allowed: String) -> Answer {
        refusal(405, "Use \(allowed) here.", headers: [("Allow", allowed)])
    }

    func with(_ name: String, _ value: String) -> Answer {
        var copy = self
        copy.headers.append((name, value))
        return copy
    }

    var head: HTTPResponse {
        var headers = headers
        headers.append(("Content-Length", String(body.count)))
        headers.append(("Cache-Control", "no-store"))
        headers.append(("X-Content-Type-Options", "nosniff"))
        if closes { headers.append(("Connection", "close")) }
        return HTTPResponse(status: .init(code: status), headerFields: HTTPFields(headers))
    }
}
