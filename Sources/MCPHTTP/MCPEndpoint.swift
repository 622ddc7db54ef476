// POST /mcp: which era a message belongs to, and the checks of each.
import JSON
import MCP

/// The Streamable HTTP endpoint for messages.
struct MCPEndpoint {
    static let versionHeader = "mcp-protocol-version"
    static let sessionHeader = "mcp-session-id"
    let core: Core

    func post(_ visit: Visit) async -> Outcome {
        let accept = visit.head.values(of: "accept")
        let isAccepted = ["application/json", "text/event-stream"].allSatisfy { MediaTypes.accept(accept, cover: $0) }
        guard isAccepted else {
            return .answer(.refusal(406, "Accept must cover application/json and text/event-stream."))
        }
        let headerEra = Self.era(of: visit.head)
        do throws(UnreadableBody) {
            let message = try await visit.message(core, era: headerEra ?? .legacy)
            let hasEnvelope = message["params"]?["_meta"]?[Envelope.protocolVersionKey] != nil
            return await headerEra == .modern || hasEnvelope ? modern(message, visit) : legacy(message, visit)
        } catch {
            return .answer(error.answer)
        }
    }

    /// The era that the version header shows: an unknown version is a newer one's. Nil without the header.
    static func era(of head: RequestHead) -> Era? {
        let versions = head.values(of: versionHeader)
        if versions.isEmpty { return nil }
        return versions.allSatisfy { ProtocolRevision(rawValue: $0.trimmed)?.era == .legacy } ? .legacy : .modern
    }

    // MARK: 2026-07-28

    private func modern(_ message: JSON, _ visit: Visit) async -> Outcome {
        guard let object = message.object else { return refused(message, "a request must be one object") }
        guard object["method"] != nil else { return refused(message, "a server takes no responses") }
        let meta = message["params"]?["_meta"]
        let hasEnvelope =
            meta?[Envelope.protocolVersionKey]?.string != nil && meta?[Envelope.clientCapabilitiesKey]?.object != nil
        // What an envelope lacks is said before what the headers contradict.
        if object["id"] != nil, hasEnvelope, let reason = HeaderAgreement(head: visit.head).mismatch(with: message) {
            let reply = Reply(refusing: message, code: -32020, reason: "Header mismatch: \(reason)", era: .modern)
            return .answer(.message(reply, status: 400))
        }
        let session = Session(registry: core.registry, caller: visit.caller.name)
        let listener = object["method"]?.string == "subscriptions/listen" ? session : nil
        return await Exchanging(core: core, visit: visit, era: .modern, listener: listener).outcome {
            session.accept(message, era: .modern)
        }
    }

    private func refused(_ message: JSON, _ reason: String) -> Outcome {
        .answer(.message(Reply(refusing: message, code: -32600, reason: reason, era: .modern), status: 400))
    }

    // MARK: The revisions before

    private func legacy(_ message: JSON, _ visit: Visit) async -> Outcome {
        switch SessionEndpoint(core: core).session(of: visit) {
        case .success(let session):
            return await Exchanging(core: core, visit: visit, era: .legacy, session: session).outcome {
                session.session.accept(message, era: .legacy)
            }
        case .failure(.missing) where message["method"]?.string == "initialize" && message["id"] != nil:
            return .answer(begin(message, visit))
        case .failure(let problem):
            let reply = Reply(refusing: message, code: -32600, reason: problem.reason, era: .legacy)
            return .answer(.message(reply, status: problem.status))
        }
    }

    private func begin(_ message: JSON, _ visit: Visit) -> Answer {
        let session = Session(registry: core.registry, caller: visit.caller.name)
        let reply = session.accept(message, era: .legacy).readyReply
        let answer = Answer.message(reply, status: Exchanging.status(of: reply, in: .legacy))
        guard session.revision != nil else { return answer }
        guard let opened = core.sessions.open(session, for: visit.caller) else {
            return .tooMuch("Too many sessions are in use.", retryAfter: 30)
        }
        core.watch(opened)
        return answer.with("Mcp-Session-Id", opened.id)
    }
}
