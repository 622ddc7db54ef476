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
    func message(limit: Int, era: Era) async throws(UnreadableBody) -> JSON {
        guard MediaTypes.isJSON(head.value(of: "content-type")) else {
            throw UnreadableBody(answer: .refusal(415, "Content-Type must be application/json."))
        }
        let bytes = try await body(limit: limit)
        do { return try JSON(parsing: bytes) } catch {
            let reply = Reply(refusing: nil, code: -32700, reason: "Not JSON: \(error.description)", era: era)
            throw UnreadableBody(answer: .message(reply, status: 400))
        }
    }

    private func body(limit: Int) async throws(UnreadableBody) -> [UInt8] {
        let tooLarge = UnreadableBody(
            answer: .refusal(413, "The body is larger than \(limit) bytes.", closes: true))
        if let length = head.value(of: "content-length").flatMap({ Int($0) }), length > limit { throw tooLarge }
        var bytes: [UInt8] = []
        do {
            for try await buffer in request.body {
                guard bytes.count + buffer.readableBytes <= limit else { throw tooLarge }
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
}
