// The errors of JSON-RPC and of the protocol, as they go out.
import JSON

/// An error reply: a code, a message for people, data for programs.
struct ProtocolError: Error, Hashable, Sendable {
    let code: Int
    let message: String
    var data: JSON?

    static func parse(_ error: JSONError) -> Self {
        let problem = error.exceedsBound ? "Too large a message" : "Not JSON"
        return Self(code: -32700, message: "\(problem): \(error.description)")
    }
    static func invalidRequest(_ reason: String) -> Self { Self(code: -32600, message: "Invalid request: \(reason)") }
    static func unknownMethod(_ method: String) -> Self {
        Self(code: -32601, message: "Unknown method: \(excerpt(method))")
    }
    static func invalidParams(_ reason: String) -> Self { Self(code: -32602, message: "Invalid params: \(reason)") }
    static func `internal`(_ reason: String) -> Self { Self(code: -32603, message: reason) }

    static func unsupportedVersion(requested: String) -> Self {
        let supported = ProtocolRevision.allCases.filter { $0.era == .modern }.map { JSON.string($0.rawValue) }
        return Self(
            code: -32022, message: "Unsupported protocol version",
            data: ["supported": .array(supported), "requested": .string(excerpt(requested))])
    }

    /// Legacy revisions have a code of their own; from 2026-07-28 on it is a wrong parameter.
    static func resourceNotFound(_ uri: String, _ message: String, _ revision: ProtocolRevision) -> Self {
        Self(
            code: revision.era == .modern ? -32602 : -32002, message: message,
            data: ["uri": .string(excerpt(uri, upTo: 2048))])
    }

    var json: JSON {
        var error: JSONObject = ["code": .integer(Int64(code)), "message": .string(message)]
        error["data"] = data
        return .object(error)
    }
}
