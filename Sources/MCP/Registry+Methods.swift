// The methods of each era, and the marks that a 2026-07-28 result carries.
import JSON

/// What a method gives: a result at once, or work to run.
enum Answer: Sendable {
    case now(JSONObject)
    case later(Work)
}

/// How long a client may keep a result, and whether for everybody.
struct CacheHint: Sendable {
    let ttlMilliseconds: Int64
    let scope: String

    /// Lists that never change while the program runs.
    static let list = CacheHint(ttlMilliseconds: 3_600_000, scope: "public")
    /// What engines say: good for one look.
    static let reading = CacheHint(ttlMilliseconds: 0, scope: "private")
}

extension Registry {
    /// Answers any method but `initialize` and those that subscribe to something, which belong to a session.
    func answer(_ request: Request, for revision: ProtocolRevision) throws(ProtocolError) -> Answer {
        let params = request.params
        switch request.method {
        case "ping" where revision.era == .legacy: return .now([:])
        case "server/discover" where revision.era == .modern: return .now(discover(for: revision))
        case "tools/list" where !tools.isEmpty: return listed(try listTools(params, for: revision), revision)
        case "tools/call" where !tools.isEmpty: return called(try callTool(params, for: revision), revision)
        case "prompts/list" where !prompts.isEmpty: return listed(try listPrompts(params, for: revision), revision)
        case "prompts/get" where !prompts.isEmpty: return called(try getPrompt(params, for: revision), revision)
        case "resources/list" where hasResources: return listed(try listResources(params, for: revision), revision)
        case "resources/templates/list" where hasResources:
            return listed(try listTemplates(params, for: revision), revision)
        case "resources/read" where hasResources:
            return called(try readResource(params, for: revision), revision, hint: .reading)
        case "completion/complete" where completion != nil: return called(try complete(params, for: revision), revision)
        default: throw .unknownMethod(request.method)
        }
    }

    /// The result of `initialize`.
    func welcome(for revision: ProtocolRevision) -> JSONObject {
        var result: JSONObject = [
            "protocolVersion": .string(revision.rawValue), "capabilities": capabilities(for: revision),
            "serverInfo": .object(server.full(for: revision)),
        ]
        result["instructions"] = server.instructions.map(JSON.string)
        return result
    }

    /// The result that ends `subscriptions/listen`.
    func endOfListening(_ id: RequestID) -> JSONObject {
        let result: JSONObject = ["_meta": [Envelope.subscriptionKey: id.json]]
        return marked(result, .july2026, hint: nil, info: server.brief)
    }

    private func discover(for revision: ProtocolRevision) -> JSONObject {
        let versions = ProtocolRevision.allCases.filter { $0.era == .modern }
        var result: JSONObject = [
            "supportedVersions": .array(versions.map { .string($0.rawValue) }),
            "capabilities": capabilities(for: revision),
        ]
        result["instructions"] = server.instructions.map(JSON.string)
        return marked(result, revision, hint: .list, info: server.full(for: revision))
    }

    private func listed(_ result: JSONObject, _ revision: ProtocolRevision) -> Answer {
        .now(marked(result, revision, hint: .list, info: server.brief))
    }

    private func called(_ work: @escaping Work, _ revision: ProtocolRevision, hint: CacheHint? = nil) -> Answer {
        .later { context throws(ProtocolError) in
            marked(try await work(context), revision, hint: hint, info: server.brief)
        }
    }

    /// Legacy results stay as they are.
    private func marked(
        _ result: JSONObject, _ revision: ProtocolRevision, hint: CacheHint?, info: JSONObject
    ) -> JSONObject {
        guard revision.era == .modern else { return result }
        var marked: JSONObject = ["resultType": "complete"]
        for (key, value) in result { marked[key] = value }
        marked["ttlMs"] = hint.map { .integer($0.ttlMilliseconds) }
        marked["cacheScope"] = hint.map { .string($0.scope) }
        var meta = result["_meta"]?.object ?? JSONObject()
        meta[Envelope.serverInfoKey] = .object(info)
        marked["_meta"] = .object(meta)
        return marked
    }
}
