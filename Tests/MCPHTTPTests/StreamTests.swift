// Event streams: progress, the server's own stream, coming back after a loss, and subscriptions/listen.
import JSON
import MCP
import MCPHTTP
import TestSupport
import Testing

@Suite struct StreamTests {
    @Test("2026-07-28: events without ids, and only when there is something to say")
    func modernProgress() async throws {
        try await withSite { site in
            let headers = Message.headers("tools/call", name: "gated")
            site.fixture.open()
            let plain = try await site.ask(headers: headers, body: Message.modernCall("gated"))
            #expect(plain.headers["content-type"] == "application/json")
            let client = try site.client()
            try await client.send(Site.request(headers: headers, body: Message.modernCall("gated", progress: true)))
            let head = try await client.head()
            #expect(head.headers["content-type"] == "text/event-stream" && head.headers["x-accel-buffering"] == "no")
            let progress = try await client.message()
            #expect(progress.json?["params"] == ["progressToken": "p", "progress": 1, "total": 2, "message": "half"])
            #expect(progress.id == nil)
            #expect(try await client.message().json?["result"]?["resultType"] == "complete")
            #expect(try await client.event() == nil)
            // The connection is still good.
            try await client.send(Site.request("GET", "/health"))
            #expect(try await client.reply().status == 200)
        }
    }

    @Test("A client that lost its stream gets the rest", arguments: ["2025-03-26", "2025-06-18", "2025-11-25"])
    func resume(revision: String) async throws {
        try await withSite { site in
            let id = try await site.begin(revision)
            let client = try site.client()
            let call = Message.call("gated", progress: true)
            try await client.send(Site.request(headers: ["Mcp-Session-Id": id], body: call))
            #expect(try await client.head().status == 200)
            let first = try #require(try await client.event())
            // The first event without data tells newer clients how to come back.
            #expect((first.data == "") == (revision == "2025-11-25"))
            let progress = first.data == "" ? try #require(try await client.event()) : first
            #expect(progress.json?["method"] == "notifications/progress")
            let eventID = try #require(progress.id)
            await client.close()

            let again = try site.client()
            let headers: [String: String?] = ["Mcp-Session-Id": id, "Last-Event-ID": eventID]
            try await again.send(Site.request("GET", headers: headers))
            #expect(try await again.head().status == 200)
            #expect(site.fixture.tally.count("through") == 0)
            site.fixture.open()
            #expect(try await again.message().json?["result"]?["content"]?.array?.first?["text"] == "through")
            #expect(try await again.event() == nil)

            // Once more, though the call has ended by now; from the start, and from an event that never was.
            let third = try site.client()
            let fromStart = eventID.split(separator: "-")[0] + "-0"
            try await third.send(
                Site.request("GET", headers: ["Mcp-Session-Id": id, "Last-Event-ID": String(fromStart)]))
            #expect(try await third.head().status == 200)
            #expect(try await third.message().json?["method"] == "notifications/progress")
            #expect(try await third.message().json?["result"] != nil)
            #expect(try await third.event() == nil)
            for unknown in ["99-1", "x", "1--1", "-"] {
                let reply = try await site.ask(
                    "GET", headers: ["Mcp-Session-Id": id, "Last-Event-ID": unknown])
                #expect(reply.status == 400, "\(unknown)")
            }
        }
    }

    @Test("The server's own stream tells of changes, also of those while nobody listened")
    func subscribe() async throws {
        try await withSite { site in
            let session: [String: String?] = ["Mcp-Session-Id": try await site.begin("2025-06-18")]
            let subscribe = Message.legacy("resources/subscribe", ["uri": "test://bell"])
            #expect(try await site.ask(headers: session, body: subscribe).json?["result"] == [:])
            #expect(await eventually { site.fixture.bell.count == 1 })
            site.fixture.bell.ring("test://bell")
            let client = try site.client()
            try await client.send(Site.request("GET", headers: session))
            #expect(try await client.head().headers["content-type"] == "text/event-stream")
            let event = try await client.message()
            #expect(event.json?["method"] == "notifications/resources/updated")
            #expect(event.json?["params"] == ["uri": "test://bell"])

            // A newer stream replaces the older one, and doesn't repeat what that one said.
            let newer = try site.client()
            try await newer.send(Site.request("GET", headers: session))
            #expect(try await newer.head().status == 200)
            #expect(try await client.event() == nil)
            site.fixture.bell.ring("test://bell")
            let second = try await newer.message()
            #expect(second.id != event.id)

            let unsubscribe = Message.legacy("resources/unsubscribe", ["uri": "test://bell"])
            #expect(try await site.ask(headers: session, body: unsubscribe).json?["result"] == [:])
            #expect(await eventually { site.fixture.bell.count == 0 })
            #expect(try await site.ask("DELETE", headers: session).status == 204)
            #expect(try await newer.event() == nil)
        }
    }

    @Test("Ending a session ends its watches")
    func watchesEnd() async throws {
        try await withSite { site in
            let session: [String: String?] = ["Mcp-Session-Id": try await site.begin()]
            let subscribe = Message.legacy("resources/subscribe", ["uri": "test://bell"])
            #expect(try await site.ask(headers: session, body: subscribe).status == 200)
            #expect(await eventually { site.fixture.bell.count == 1 })
            #expect(try await site.ask("DELETE", headers: session).status == 204)
            #expect(await eventually { site.fixture.bell.count == 0 })
        }
    }

    @Test("Silent streams are kept alive by comments")
    func keepAlive() async throws {
        try await withSite {
            $0.limits.keepAliveTime = .milliseconds(20)
        } _: { site in
            let client = try site.client()
            try await client.send(Site.request("GET", headers: ["Mcp-Session-Id": try await site.begin("2025-06-18")]))
            #expect(try await client.head().status == 200)
            for _ in 0..<3 { #expect(try await client.event()?.comment == "keep-alive") }
        }
    }

    private func listen(_ site: Site, id: JSON) async throws -> RawClient {
        let client = try site.client()
        let wanted: JSON = [
            "toolsListChanged": true, "resourceSubscriptions": ["test://bell", "test://no", "test://bell"],
        ]
        try await client.send(
            Site.request(
                headers: Message.headers("subscriptions/listen"),
                body: Message.modern("subscriptions/listen", ["notifications": wanted], id: id)))
        let head = try await client.head()
        #expect(head.status == 200 && head.headers["content-type"] == "text/event-stream")
        return client
    }

    @Test(
        "subscriptions/listen: first what is agreed, then changes, at last a result", arguments: [7, "seven"] as [JSON])
    func listen(id: JSON) async throws {
        try await withSite { site in
            let client = try await listen(site, id: id)
            let meta: JSON = ["io.modelcontextprotocol/subscriptionId": id]
            let first = try await client.message()
            #expect(first.json?["method"] == "notifications/subscriptions/acknowledged")
            #expect(first.json?["params"]?["notifications"] == ["resourceSubscriptions": ["test://bell"]])
            #expect(first.json?["params"]?["_meta"] == meta && first.id == nil)
            #expect(await eventually { site.fixture.bell.count == 1 })
            site.fixture.bell.ring("test://bell")
            let second = try await client.message()
            #expect(second.json?["params"] == ["uri": "test://bell", "_meta": meta])
            await site.server.shutdown(drain: .seconds(60))
            let last = try await client.message()
            #expect(last.json?["id"] == id && last.json?["result"]?["resultType"] == "complete")
            #expect(last.json?["result"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == id)
            #expect(await eventually { site.fixture.bell.count == 0 })
        }
    }

    @Test("A listening client that goes is forgotten")
    func listenerGoes() async throws {
        try await withSite { site in
            let client = try await listen(site, id: 1)
            #expect(await eventually { site.fixture.bell.count == 1 })
            await client.close()
            #expect(await eventually { site.fixture.bell.count == 0 })
        }
    }

    @Test("/sse and /messages: replies come on the stream")
    func pair() async throws {
        try await withSite { site in
            let client = try site.client()
            try await client.send(Site.request("GET", "/sse", headers: ["Accept": "text/event-stream"]))
            #expect(try await client.head().headers["content-type"] == "text/event-stream")
            let first = try #require(try await client.event())
            #expect(first.name == "endpoint")
            let path = try #require(first.data)
            #expect(path.hasPrefix("/messages?sessionId="))
            #expect(try await site.ask("POST", path, body: Message.initialize("2024-11-05")).status == 202)
            #expect(try await client.message().json?["result"]?["protocolVersion"] == "2024-11-05")
            site.fixture.open()
            #expect(
                try await site.ask("POST", path, body: Message.call("gated", progress: true, id: "g")).status == 202)
            #expect(try await client.message().json?["params"] == ["progressToken": "p", "progress": 1, "total": 2])
            #expect(try await client.message().json?["id"] == "g")
            #expect(try await site.ask("POST", path, body: "{").code == -32700)
            let subscribe = Message.legacy("resources/subscribe", ["uri": "test://bell"])
            #expect(try await site.ask("POST", path, body: subscribe).status == 202)
            #expect(try await client.message().json?["result"] == [:])
            #expect(await eventually { site.fixture.bell.count == 1 })
            site.fixture.bell.ring("test://bell")
            #expect(try await client.message().json?["method"] == "notifications/resources/updated")

            // Its id is good here only, and only as long as the stream.
            let id = String(path.dropFirst("/messages?sessionId=".count))
            let wrongDoor = try await site.ask(headers: ["Mcp-Session-Id": id], body: Message.legacy("ping"))
            #expect(wrongDoor.status == 404)
            let other = try await site.begin()
            #expect(try await site.ask("POST", "/messages?sessionId=\(other)", body: "{}").status == 404)
            #expect(try await site.ask("POST", path, body: Message.call("hang")).status == 202)
            #expect(await eventually { site.fixture.tally.count("hanging") == 1 })
            await client.close()
            #expect(await eventually { site.fixture.tally.count("cancelled") == 1 })
            #expect(await eventually { site.fixture.bell.count == 0 })
            #expect(try await site.ask("POST", path, body: Message.legacy("ping")).status == 404)
        }
    }
}
