// Why a prompt, a resource or a completion has no answer.

/// What a handler other than a tool's throws; it becomes a JSON-RPC error.
public enum HandlerFailure: Error, Hashable, Sendable {
    /// An argument is wrong; the text names it. Becomes -32602.
    case invalidArgument(String)
    /// There is no such thing. Becomes -32002 or, from 2026-07-28 on, -32602.
    case notFound(String)
    /// It exists, but can't be had now. Becomes -32603.
    case failed(String)

    func error(_ revision: ProtocolRevision, uri: String? = nil) -> ProtocolError {
        switch self {
        case .invalidArgument(let text): .invalidParams(text)
        case .notFound(let text):
            if let uri { .resourceNotFound(uri, text, revision) } else { .invalidParams(text) }
        case .failed(let text): .internal(text)
        }
    }
}
