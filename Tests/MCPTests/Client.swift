// Drives a session in memory, as a transport would.
import JSON
import MCP
import Testing

/// What came back for one message.
struct Heard: Sendable {
    let reply: JSON?
    let notifications: [JSON]

    var result: JSON? { reply?["result"] }
    var code: Int? { reply?["error"]?["code"]?.int }
    var message: String { reply?["error"]?["message"]?.string ?? "" }
}

struct Client: Sendable {
    let session: Session

    /// `revision` is agreed on first when it is a legacy one.
    init(_ registry: Registry = Fixture().registry, _ revision: ProtocolRevision? = .november2025, calls: Int = 256)
        async
    {
        session = Session(registry: registry, maximumCalls: calls)
        if let revision, revision.era == .legacy { _ = await initialize(revision.rawValue) }
    }

    @discardableResult
    func initialize(_ version: String) async -> Heard {
        await ask(
            "initialize",
            [
                "protocolVersion": .string(version), "capabilities": [:],
                "clientInfo": ["name": "tester", "version": "9"],
            ])
    }

    func ask(_ method: String, _ params: JSON? = nil, id: JSON = 1, era: Era? = nil) async -> Heard {
        var message: JSONObject = ["jsonrpc": "2.0", "id": id, "method": .string(method)]
        message["params"] = params
        return await hear(session.accept(.object(message), era: era))
    }

    /// The same with the envelope of 2026-07-28.
    func askModern(_ method: String, _ params: JSONObject = [:], meta: JSONObject = [:], id: JSON = 1) async -> Heard {
        await ask(method, Self.modern(params, meta), id: id)
    }

    /// Asks in the way of `revision`.
    func ask(_ revision: ProtocolRevision, _ method: String, _ params: JSONObject = [:], meta: JSONObject = [:]) async
        -> Heard
    {
        if revision.era == .modern { return await askModern(method, params, meta: meta) }
        var params = params
        if !meta.isEmpty { params["_meta"] = .object(meta) }
        return await ask(method, .object(params))
    }

    func send(_ text: String) async -> Heard { await hear(session.accept(Array(text.utf8))) }

    func send(_ bytes: [UInt8]) async -> Heard { await hear(session.accept(bytes)) }

    func hear(_ exchange: Exchange) async -> Heard {
        let (notifications, sink) = AsyncStream<JSON>.makeStream()
        let reply = await exchange.reply { sink.yield($0) }
        sink.finish()
        var heard: [JSON] = []
        for await notification in notifications { heard.append(notification) }
        return Heard(reply: reply?.json, notifications: heard)
    }

    static func modern(_ params: JSONObject = [:], _ meta: JSONObject = [:]) -> JSON {
        var params = params
        var envelope: JSONObject = [
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": [:],
            "io.modelcontextprotocol/clientInfo": ["name": "tester", "version": "9"],
        ]
        for (key, value) in meta { envelope[key] = value }
        params["_meta"] = .object(envelope)
        return .object(params)
    }
}

/// Waits until it is so; gives up after a time that no healthy machine needs.
func eventually(
    _ what: Comment, isolation: isolated (any Actor)? = #isolation,
    sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while !(await condition()) {
        guard ContinuousClock.now < deadline else {
            Issue.record(what, sourceLocation: sourceLocation)
            throw CancellationError()
        }
        try await Task.sleep(for: .milliseconds(2))
    }
}
