// One client's conversation, whatever carries it.
public import JSON
import NIOConcurrencyHelpers

/// One client: the revision it agreed on, and its calls in flight.
///
/// `accept` takes messages in their order of arrival and never waits; the `Exchange` that it returns does the work. A
/// stdio connection or a legacy HTTP session is one session; a stateless request may have one of its own, since
/// making it is cheap.
public final class Session: Sendable {
    /// What the session offers.
    public let registry: Registry
    /// Who a transport knows the client to be, such as the name of its token; nil when nothing proves it.
    public let caller: String?
    /// How many calls may be in flight.
    public let maximumCalls: Int
    private let state = NIOLockedValueBox(State())

    private struct State {
        var revision: ProtocolRevision?
        var client: String?
        var hasSeenModern = false
        var calls: [RequestID: Call] = [:]
        var idle: Signal?
        var subscriptions: Subscriptions?
        var hasEnded = false
    }

    /// At most this many members of a batch are looked at.
    static let maximumBatch = 100

    /// Values that one message may hold: far more than any client's has, and few enough that the largest line that is
    /// read becomes no more than some megabytes of values.
    static let maximumValues = 100_000

    /// The value of one message, for a transport that looks into it before `accept`.
    public static func parse(_ message: [UInt8]) throws(JSONError) -> JSON {
        try JSON(parsing: message, maximumValues: maximumValues)
    }

    /// A session that hasn't agreed on anything yet.
    public init(registry: Registry, caller: String? = nil, maximumCalls: Int = 256) {
        self.registry = registry
        self.caller = caller
        self.maximumCalls = maximumCalls
    }

    /// The legacy revision that `initialize` agreed on; nil before.
    public var revision: ProtocolRevision? { state.withLockedValue { $0.revision } }

    /// Takes one message as it came: UTF-8 without the framing.
    public func accept(_ message: [UInt8], era: Era? = nil) -> Exchange {
        let json: JSON
        do { json = try Self.parse(message) } catch { return refuse(.parse(error), era: era) }
        return accept(json, era: era)
    }

    /// Takes one message. `era` is for a transport that knows it better than the message shows.
    public func accept(_ message: JSON, era: Era? = nil) -> Exchange {
        if case .array(let members) = message { return accept(batch: members, era: era) }
        return Exchange(self, [accept(member: message, era: era ?? Era(of: message))].compactMap { $0 }, isBatch: false)
    }

    /// Ends the session: its calls are cancelled and nothing more is said about them.
    public func end() {
        let (calls, subscriptions) = state.withLockedValue { state in
            state.hasEnded = true
            return (Array(state.calls.values), state.subscriptions)
        }
        for call in calls { call.cancel() }
        subscriptions?.end()
    }

    /// Lets those go that only listen: `subscriptions/listen` gets its result, and changes are told no more.
    public func endSubscriptions() { state.withLockedValue { $0.subscriptions }?.end() }

    /// Made when first needed, since most stateless requests subscribe to nothing.
    func subscriptions(_ watcher: ResourceWatcher) -> Subscriptions {
        let (subscriptions, hasEnded) = state.withLockedValue { state in
            let subscriptions = state.subscriptions ?? Subscriptions(watcher)
            state.subscriptions = subscriptions
            return (subscriptions, state.hasEnded)
        }
        if hasEnded { subscriptions.end() }
        return subscriptions
    }

    /// An exchange that only says why a message is refused.
    func refuse(_ error: ProtocolError, era: Era? = nil) -> Exchange {
        Exchange(self, [.reply(refusal(error, era: era))], isBatch: false)
    }

    /// Waits until no call is in flight, or the task is cancelled.
    func whenIdle() async {
        let idle = state.withLockedValue { state -> Signal? in
            if state.calls.isEmpty { return nil }
            let idle = state.idle ?? Signal()
            state.idle = idle
            return idle
        }
        await idle?.wait()
    }

    /// The call has ended.
    func forget(_ call: Call) {
        let idle = state.withLockedValue { state -> Signal? in
            state.calls[call.id] = nil
            guard state.calls.isEmpty else { return nil }
            defer { state.idle = nil }
            return state.idle
        }
        idle?.fire()
    }

    private func accept(batch members: [JSON], era: Era?) -> Exchange {
        guard era != .modern, let revision, revision.hasBatches else {
            return refuse(
                .invalidRequest("batches belong to sessions of 2025-03-26; send one message at a time"), era: era)
        }
        guard !members.isEmpty else { return refuse(.invalidRequest("an empty batch")) }
        guard members.count <= Self.maximumBatch else {
            return refuse(.invalidRequest("a batch of \(members.count); at most \(Self.maximumBatch) are taken"))
        }
        let parts = members.compactMap { member -> Exchange.Part? in
            if member["method"]?.string == "initialize" || Era(of: member) == .modern {
                let error = ProtocolError.invalidRequest(
                    "neither initialize nor a 2026-07-28 request can be in a batch")
                return .reply(Reply(error, to: member["id"].flatMap(RequestID.init), in: .legacy))
            }
            return accept(member: member, era: .legacy)
        }
        return Exchange(self, parts, isBatch: true)
    }

    private func accept(member: JSON, era: Era) -> Exchange.Part? {
        switch Incoming(member) {
        case .invalid(nil, let error): return .reply(refusal(error, era: era == .modern ? .modern : nil))
        case .invalid(let id, let error): return .reply(Reply(error, to: id, in: era))
        case .response: return nil
        case .notification("notifications/cancelled", let params): cancel(params)
        case .notification: break
        case .request(let request):
            do throws(ProtocolError) {
                return try answer(request, in: era)
            } catch {
                return .reply(Reply(error, to: request.id, in: era))
            }
        }
        return nil
    }

    private func cancel(_ params: JSONObject) {
        guard let id = params["requestId"].flatMap(RequestID.init) else { return }
        state.withLockedValue { $0.calls[id] }?.cancel()
    }

    private func answer(_ request: Request, in era: Era) throws(ProtocolError) -> Exchange.Part {
        if state.withLockedValue({ $0.calls[request.id] != nil }) { throw Self.duplicate }
        if era == .legacy, request.method == "initialize" {
            return .reply(Reply(try initialize(request.params), to: request.id))
        }
        let (revision, client) = try terms(of: request, in: era)
        switch try answer(request, for: revision) {
        case .now(let result): return .reply(Reply(result, to: request.id))
        case .later(let work):
            let call = try Call(request, revision, audited(client), work)
            try enroll(call)
            return .call(call)
        }
    }

    private func answer(_ request: Request, for revision: ProtocolRevision) throws(ProtocolError) -> Answer {
        if let answer = try subscriptionAnswer(request, for: revision) { return answer }
        return try registry.answer(request, for: revision)
    }

    /// The caller that is known and the client that calls itself so, for the audit.
    private func audited(_ client: String?) -> String? {
        guard let caller else { return client }
        return client.map { "\(caller) \($0)" } ?? caller
    }

    /// The revision under which a request is answered, and who asks.
    private func terms(of request: Request, in era: Era) throws(ProtocolError) -> (ProtocolRevision, String?) {
        if era == .modern {
            state.withLockedValue { $0.hasSeenModern = true }
            let envelope = try Envelope(request.params)
            return (envelope.revision, envelope.client)
        }
        let (revision, client) = state.withLockedValue { ($0.revision, $0.client) }
        if let revision { return (revision, client) }
        if request.method == "ping" { return (.latestLegacy, nil) }
        let keys = "\(Envelope.protocolVersionKey) and \(Envelope.clientCapabilitiesKey)"
        throw .invalidRequest("send initialize first, or put \(keys) into params._meta")
    }

    private func initialize(_ params: JSONObject) throws(ProtocolError) -> JSONObject {
        guard let version = params["protocolVersion"]?.string else {
            throw .invalidParams("protocolVersion must be a string")
        }
        for key in ["capabilities", "clientInfo"] {
            if let value = params[key], value.object == nil { throw .invalidParams("\(key) must be an object") }
        }
        let asked = ProtocolRevision(rawValue: version)
        let revision = asked.flatMap { $0.era == .legacy ? $0 : nil } ?? .latestLegacy
        state.withLockedValue { state in
            state.revision = revision
            state.client = clientName(params["clientInfo"])
        }
        return registry.welcome(for: revision)
    }

    private static let duplicate = ProtocolError.invalidRequest("a request with this id is in flight")

    private func enroll(_ call: Call) throws(ProtocolError) {
        let error = state.withLockedValue { state -> ProtocolError? in
            if state.calls[call.id] != nil { return Self.duplicate }
            if state.hasEnded { return .invalidRequest("the session has ended") }
            if state.calls.count >= maximumCalls {
                return .internal("too many requests in flight (\(maximumCalls)); wait for replies")
            }
            state.calls[call.id] = call
            return nil
        }
        if let error { throw error }
    }

    private func refusal(_ error: ProtocolError, era: Era?) -> Reply {
        let knowsModernOnly = state.withLockedValue { $0.hasSeenModern && $0.revision == nil }
        return Reply(error, to: nil, in: era ?? (knowsModernOnly ? .modern : .legacy))
    }
}
