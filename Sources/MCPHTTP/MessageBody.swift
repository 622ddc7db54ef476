// Reads a POST's body, within its limits.
import HummingbirdCore
import JSON
import MCP
import NIOCore

/// A request body that is no message, and the answer that says why.
struct UnreadableBody: Error {
    let answer: Answer
}

extension Visit {
    /// The message in the body, if the headers say that it is one.
    func message(_ core: Core, era: Era) async throws(UnreadableBody) -> JSON {
        guard MediaTypes.isJSON(head.value(of: "content-type")) else {
            throw UnreadableBody(answer: .refusal(415, "Content-Type must be application/json."))
        }
        var reader = BodyReader(limit: core.limits.bodyBytes, room: core.bodies)
        defer { reader.finish() }
        let bytes = try await reader.read(self)
        do { return try Session.parse(bytes) } catch {
            throw UnreadableBody(answer: .message(Reply(unreadable: error, era: era), status: 400))
        }
    }
}

/// Reads one body, within its own limit and that of all bodies together.
private struct BodyReader {
    let limit: Int
    let room: Gauge
    private var taken: [Gauge.Place] = []

    init(limit: Int, room: Gauge) {
        self.limit = limit
        self.room = room
    }

    func finish() { for place in taken { place.giveBack() } }

    mutating func read(_ visit: Visit) async throws(UnreadableBody) -> [UInt8] {
        if let length = visit.head.value(of: "content-length").flatMap({ Int($0) }), length > limit { throw tooLarge }
        var bytes: [UInt8] = []
        do {
            for try await buffer in visit.request.body {
                guard bytes.count + buffer.readableBytes <= limit else { throw tooLarge }
                guard let place = room.take(buffer.readableBytes) else { throw tooMuch }
                taken.append(place)
                bytes.append(contentsOf: buffer.readableBytesView)
            }
        } catch let error as UnreadableBody {
            throw error
        } catch is SlowSender {
            throw UnreadableBody(answer: .refusal(408, "The body took too long to arrive.", closes: true))
        } catch {
            throw UnreadableBody(answer: .refusal(400, "The body ended early.", closes: true))
        }
        return bytes
    }

    private var tooLarge: UnreadableBody {
        UnreadableBody(answer: .refusal(413, "The body is larger than \(limit) bytes.", closes: true))
    }

    private var tooMuch: UnreadableBody {
        var answer = Answer.tooMuch("Too many large requests at once.", retryAfter: 1)
        answer.closes = true
        return UnreadableBody(answer: answer)
    }
}
