// Sessions of the older revisions: how they begin, who may use them, and how they end.
import JSON
import MCP
import MCPHTTP
import TestSupport
import Testing

@Suite struct SessionTests {
    static let legacy = ProtocolRevision.allCases.filter { $0.era == .legacy }.map(\.rawValue)

    @Test("initialize begins one, in every older revision", arguments: legacy)
    func begins(revision: String) async throws {
        try await withSite { site in
            let reply = try await site.ask(body: Message.initialize(revision))
            let id = try #require(reply.headers["mcp-session-id"])
            #expect(id.count == 32 && id.allSatisfy { $0.isHexDigit })
            #expect(reply.json?["result"]?["protocolVersion"]?.string == revision)
            let session: [String: String?] = ["Mcp-Session-Id": id, "MCP-Protocol-Version": revision]
            let note = try await site.ask(
                headers: session, body: #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
            #expect(note.status == 202 && note.body.isEmpty)
            #expect(try await site.ask(headers: session, body: Message.legacy("ping")).json?["result"] == [:])
            let call = try await site.ask(headers: session, body: Message.call("client"))
            #expect(call.json?["result"]?["content"]?.array?.first?["text"] == "tester/9")
            #expect(call.headers["mcp-session-id"] == nil)
            #expect(try await site.begin(revision) != id)
        }
    }

    @Test("An unknown version gets the newest of them")
    func unknownVersion() async throws {
        try await withSite { site in
            let reply = try await site.ask(body: Message.initialize("1900-01-01"))
            #expect(reply.json?["result"]?["protocolVersion"] == "2025-11-25")
        }
    }

    @Test("A failed initialize begins none")
    func failed() async throws {
        try await withSite { site in
            let reply = try await site.ask(body: Message.legacy("initialize"))
            #expect(reply.code == -32602 && reply.headers["mcp-session-id"] == nil)
            let note = #"{"jsonrpc":"2.0","method":"initialize","params":{}}"#
            #expect(try await site.ask(body: note).status == 400)
        }
    }

    @Test("Without the header 400, with a wrong one 404, with two 400", arguments: ["POST", "GET", "DELETE"])
    func wrong(method: String) async throws {
        try await withSite { site in
            let body = method == "POST" ? Message.legacy("ping") : ""
            let missing = try await site.ask(method, body: body)
            #expect(missing.status == 400 && missing.code == -32600)
            let unknown = try await site.ask(method, headers: ["Mcp-Session-Id": "0"], body: body)
            #expect(unknown.status == 404 && unknown.code == -32600)
            let id = try await site.begin()
            let client = try site.client()
            let twice = Site.request(method, headers: ["Mcp-Session-Id": "\(id)\r\nMcp-Session-Id: \(id)"], body: body)
            try await client.send(twice)
            #expect(try await client.reply().status == 400)
        }
    }

    @Test("DELETE ends it and what runs in it")
    func delete() async throws {
        try await withSite { site in
            let id = try await site.begin()
            let client = try site.client()
            try await client.send(Site.request(headers: ["Mcp-Session-Id": id], body: Message.call("hang")))
            #expect(await eventually { site.fixture.tally.count("hanging") == 1 })
            #expect(try await site.ask("DELETE", headers: ["Mcp-Session-Id": id]).status == 204)
            #expect(await eventually { site.fixture.tally.count("cancelled") == 1 })
            let late = try await site.ask(headers: ["Mcp-Session-Id": id], body: Message.legacy("ping"))
            #expect(late.status == 404)
        }
    }

    @Test("It belongs to the caller that began it")
    func otherCaller() async throws {
        let gate = StaticTokens([.init(name: "a", token: "one"), .init(name: "b", token: "two")])
        try await withSite(gatekeeper: gate) { site in
            let id = try await site.begin(headers: ["Authorization": "Bearer one"])
            let mine: [String: String?] = ["Authorization": "Bearer one", "Mcp-Session-Id": id]
            let other: [String: String?] = ["Authorization": "Bearer two", "Mcp-Session-Id": id]
            #expect(try await site.ask(headers: other, body: Message.legacy("ping")).status == 404)
            let call = try await site.ask(headers: mine, body: Message.call("client"))
            #expect(call.json?["result"]?["content"]?.array?.first?["text"] == "a tester/9")
        }
    }

    @Test("A silent one ends")
    func idle() async throws {
        // Shorter than the pauses between the questions, which would keep it alive.
        try await withSite {
            $0.limits.sessionIdleTime = .milliseconds(4)
        } _: { site in
            let id = try await site.begin()
            let hasEnded = await eventually {
                let reply = try? await site.ask(headers: ["Mcp-Session-Id": id], body: Message.legacy("ping"))
                return reply?.status == 404
            }
            #expect(hasEnded)
        }
    }

    @Test("When there is no room, the longest idle one ends; busy ones stay")
    func room() async throws {
        try await withSite {
            $0.limits.sessions = 2
        } _: { site in
            let first = try await site.begin()
            let client = try site.client()
            try await client.send(Site.request(headers: ["Mcp-Session-Id": first], body: Message.call("hang")))
            #expect(await eventually { site.fixture.tally.count("hanging") == 1 })
            let second = try await site.begin()
            let third = try await site.begin()
            let replaced = try await site.ask(headers: ["Mcp-Session-Id": second], body: Message.legacy("ping"))
            #expect(replaced.status == 404)
            try await client.send(Site.request(headers: ["Mcp-Session-Id": third], body: Message.call("hang")))
            let other = try site.client()
            try await other.send(Site.request(headers: ["Mcp-Session-Id": third], body: Message.call("hang")))
            #expect(await eventually { site.fixture.tally.count("hanging") == 2 })
            let refused = try await site.ask(body: Message.initialize("2025-11-25"))
            #expect(refused.status == 429 && refused.headers["retry-after"] != nil)
        }
    }

    @Test("Batches belong to 2025-03-26 only")
    func batches() async throws {
        try await withSite { site in
            let batch = "[\(Message.legacy("ping", id: 1)),\(Message.call("echo", id: "x"))]"
            let id = try await site.begin("2025-03-26")
            let reply = try await site.ask(headers: ["Mcp-Session-Id": id], body: batch)
            #expect(reply.status == 200 && reply.json?.array?.map { $0["id"] } == [1, "x"])
            let notes = #"[{"jsonrpc":"2.0","method":"notifications/initialized"}]"#
            #expect(try await site.ask(headers: ["Mcp-Session-Id": id], body: notes).status == 202)
            let newer = try await site.begin("2025-06-18")
            let refused = try await site.ask(headers: ["Mcp-Session-Id": newer], body: batch)
            #expect(refused.status == 400 && refused.code == -32600)
            #expect(try await site.ask(body: batch).status == 400)
        }
    }

    @Test("notifications/cancelled ends a call, and its POST")
    func cancelled() async throws {
        try await withSite { site in
            let session: [String: String?] = ["Mcp-Session-Id": try await site.begin()]
            let client = try site.client()
            try await client.send(Site.request(headers: session, body: Message.call("hang", id: 7)))
            #expect(await eventually { site.fixture.tally.count("hanging") == 1 })
            let cancel = #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}"#
            #expect(try await site.ask(headers: session, body: cancel).status == 202)
            #expect(await eventually { site.fixture.tally.count("cancelled") == 1 })
            #expect(try await client.head().status == 200)
            #expect(try await client.event() == nil)
        }
    }
}
