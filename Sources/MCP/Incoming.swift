// Sorts a JSON value into what JSON-RPC calls a request, a notification, a response, or none of them.
import JSON

struct Request: Sendable {
    let id: RequestID
    let method: String
    let params: JSONObject
}

enum Incoming: Sendable {
    case request(Request)
    case notification(method: String, params: JSONObject)
    /// This server asks nothing, so there is nothing that a response could answer.
    case response
    case invalid(id: RequestID?, ProtocolError)

    init(_ message: JSON) {
        guard case .object(let object) = message else {
            self = .invalid(id: nil, .invalidRequest("a message must be an object"))
            return
        }
        let id = object["id"].flatMap(RequestID.init)
        guard object["jsonrpc"]?.string == "2.0" else {
            self = .invalid(id: id, .invalidRequest("jsonrpc must be \"2.0\""))
            return
        }
        if let error = object["id"], id == nil, object["method"] != nil {
            self = .invalid(id: nil, .invalidRequest("id must be a string or an integer, not \(error.kind)"))
            return
        }
        guard let method = object["method"] else {
            let answers = object["result"] != nil || object["error"] != nil
            self = answers ? .response : .invalid(id: id, .invalidRequest("method is missing"))
            return
        }
        guard let method = method.string else {
            self = .invalid(id: id, .invalidRequest("method must be a string"))
            return
        }
        self.init(id, method, object["params"] ?? .null)
    }

    private init(_ id: RequestID?, _ method: String, _ params: JSON) {
        let object = params.isNull ? JSONObject() : params.object
        switch (id, object) {
        case (let id?, let object?): self = .request(Request(id: id, method: method, params: object))
        case (let id?, nil): self = .invalid(id: id, .invalidParams("params must be an object"))
        case (nil, let object?): self = .notification(method: method, params: object)
        case (nil, nil): self = .notification(method: method, params: JSONObject())
        }
    }
}

extension JSON {
    /// What the value is, in words for a message.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer: "an integer"
        case .number: "a fraction or too large a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
