// One call in flight: what may still be said about it, and how it is stopped.
import JSON
import NIOConcurrencyHelpers

/// A request whose answer takes time. Once it is answered or cancelled, nothing more is said about it.
final class Call: Sendable {
    let id: RequestID
    let revision: ProtocolRevision
    let client: String?
    let work: Work
    /// Fires when the client takes the request back.
    let cancelled = Signal()
    private let progressToken: JSON?
    private let state = NIOLockedValueBox(State())

    private struct State {
        var isOpen = true
        var progress = -Double.infinity
    }

    init(
        _ request: Request, _ revision: ProtocolRevision, _ client: String?, _ work: @escaping Work
    ) throws(ProtocolError) {
        id = request.id
        self.revision = revision
        self.client = client
        self.work = work
        progressToken = try Self.progressToken(request.params)
    }

    /// A null token is none.
    private static func progressToken(_ params: JSONObject) throws(ProtocolError) -> JSON? {
        guard let token = params["_meta"]?["progressToken"], !token.isNull else { return Optional.none }
        guard let token = RequestID(token) else {
            throw .invalidParams("_meta.progressToken must be a string or an integer")
        }
        return token.json
    }

    func cancel() {
        close()
        cancelled.fire()
    }

    /// Whether the call was open until now.
    @discardableResult
    func close() -> Bool {
        state.withLockedValue { state in
            defer { state.isOpen = false }
            return state.isOpen
        }
    }

    /// The context for the handler; `notify` is called under a lock, so that no progress can follow the reply.
    func context(_ notify: @escaping @Sendable (JSON) -> Void) -> CallContext {
        let say: @Sendable (JSON) -> Void = { [self] message in
            state.withLockedValue { if $0.isOpen { notify(message) } }
        }
        guard let progressToken else { return CallContext(client: client, say: say, onProgress: nil) }
        return CallContext(client: client, say: say) { [self] progress, total, message in
            state.withLockedValue { state in
                guard state.isOpen, progress.isFinite, progress > state.progress else { return }
                state.progress = progress
                var params: JSONObject = ["progressToken": progressToken, "progress": .amount(progress)]
                if let total, total.isFinite { params["total"] = .amount(total) }
                if revision.hasProgressMessages { params["message"] = message.map(JSON.string) }
                notify(["jsonrpc": "2.0", "method": "notifications/progress", "params": .object(params)])
            }
        }
    }
}

extension JSON {
    /// A whole number without a fraction, any other as it is.
    static func amount(_ value: Double) -> JSON {
        Int64(exactly: value).map { .integer($0) } ?? .number(value)
    }
}
