// One message that answers one message.
public import JSON

/// The answer to one message: a response, an error, or an array of them for a batch.
public struct Reply: Hashable, Sendable {
    /// The message.
    public let json: JSON
    /// The code when it is an error; a transport may choose a status by it.
    public let errorCode: Int?

    /// The message on one line, without its end.
    public var bytes: [UInt8] { json.bytes }

    init(_ result: JSONObject, to id: RequestID) {
        json = ["jsonrpc": "2.0", "id": id.json, "result": .object(result)]
        errorCode = nil
    }

    /// An error whose id couldn't be read is answered with null, as JSON-RPC says; 2026-07-28 wants the member left
    /// out.
    init(_ error: ProtocolError, to id: RequestID?, in era: Era) {
        var message: JSONObject = ["jsonrpc": "2.0"]
        if let id {
            message["id"] = id.json
        } else if era == .legacy {
            message["id"] = JSON.null
        }
        message["error"] = error.json
        json = .object(message)
        errorCode = error.code
    }

    /// A transport's own refusal of a message; echoes the id if the message has a good one.
    public init(refusing message: JSON?, code: Int, reason: String, era: Era) {
        let id = message?["id"].flatMap(RequestID.init)
        self.init(ProtocolError(code: code, message: reason), to: id, in: era)
    }

    /// A transport's answer to bytes that are no message.
    public init(unreadable error: JSONError, era: Era) { self.init(.parse(error), to: nil, in: era) }

    init(batch replies: [Reply]) {
        json = .array(replies.map(\.json))
        errorCode = nil
    }
}
