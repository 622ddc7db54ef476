// What becomes of the work when clients go, and of the server when it is told to stop.
import JSON
import TestSupport
import Testing

@testable import MCPHTTP

@Suite struct ConnectionTests {
    @Test("A client that goes takes its call along; its neighbour is unharmed")
    func disconnect() async throws {
        try await withSite { site in
            let headers = Message.headers("tools/call", name: "gated")
            let neighbour = try site.client()
            try await neighbour.send(Site.request(headers: headers, body: Message.modernCall("gated")))
            #expect(await eventually { site.fixture.tally.count("waiting") == 1 })
            let client = try site.client()
            try await client.send(
                Site.request(headers: Message.headers("tools/call", name: "hang"), body: Message.modernCall("hang")))
            #expect(await eventually { site.fixture.tally.count("hanging") == 1 })
            await client.close()
            #expect(await eventually { site.fixture.tally.count("cancelled") == 1 })
            site.fixture.open()
            let reply = try await neighbour.reply()
            #expect(reply.json?["result"]?["content"]?.array?.first?["text"] == "through")
        }
    }

    @Test("Closing the sending half counts as going")
    func halfClose() async throws {
        try await withSite { site in
            let client = try site.client()
            try await client.send(
                Site.request(headers: Message.headers("tools/call", name: "hang"), body: Message.modernCall("hang")))
            #expect(await eventually { site.fixture.tally.count("hanging") == 1 })
            await client.closeSendingHalf()
            #expect(await eventually { site.fixture.tally.count("cancelled") == 1 })
            try await client.waitForClose()
        }
    }

    @Test("A call of an older session that nobody can come back for ends with its client")
    func legacyDisconnect() async throws {
        try await withSite { site in
            let client = try site.client()
            try await client.send(
                Site.request(headers: ["Mcp-Session-Id": try await site.begin()], body: Message.call("hang")))
            #expect(await eventually { site.fixture.tally.count("hanging") == 1 })
            await client.close()
            #expect(await eventually { site.fixture.tally.count("cancelled") == 1 })
        }
    }

    @Test("Stopping lets a call finish, refuses new ones, and ends streams")
    func drain() async throws {
        try await withSite { site in
            let id = try await site.begin()
            let stream = try site.client()
            try await stream.send(Site.request("GET", headers: ["Mcp-Session-Id": id]))
            #expect(try await stream.head().status == 200)
            let silent = try site.client()
            let caller = try site.client()
            try await caller.send(
                Site.request(headers: Message.headers("tools/call", name: "gated"), body: Message.modernCall("gated")))
            #expect(await eventually { site.fixture.tally.count("waiting") == 1 })
            async let stopped: Void = site.server.shutdown(drain: .seconds(60))
            while try await stream.event() != nil {}
            try await silent.waitForClose()
            #expect(await eventually { (try? site.client()) == nil })
            site.fixture.open()
            #expect(try await caller.reply().status == 200)
            try await caller.waitForClose()
            await stopped
        }
    }

    @Test("Stopping cuts a call that takes too long")
    func cut() async throws {
        try await withSite { site in
            let caller = try site.client()
            try await caller.send(
                Site.request(headers: Message.headers("tools/call", name: "hang"), body: Message.modernCall("hang")))
            #expect(await eventually { site.fixture.tally.count("hanging") == 1 })
            await site.server.shutdown(drain: .milliseconds(50))
            #expect(await eventually { site.fixture.tally.count("cancelled") == 1 })
            try await caller.waitForClose()
        }
    }

    @Test("Cancelling the task ends the server")
    func taskCancellation() async throws {
        var settings = HTTPServerSettings()
        settings.port = 0
        let fixture = HTTPFixture()
        let server = MCPHTTPServer(registry: fixture.registry, settings: settings)
        let (ports, feed) = AsyncStream<Int>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run { feed.yield($0) } }
            for await port in ports.prefix(1) {
                let client = try RawClient(port: port)
                try await client.send(
                    Site.request(headers: Message.headers("tools/call", name: "hang"), body: Message.modernCall("hang"))
                )
                #expect(await eventually { fixture.tally.count("hanging") == 1 })
                group.cancelAll()
                try await client.waitForClose()
            }
            try? await group.waitForAll()
        }
        #expect(fixture.tally.count("cancelled") == 1)
    }

    @Test("A port that is taken is a failure with a reason; stopping before the start is none")
    func starts() async throws {
        try await withSite { site in
            var settings = HTTPServerSettings()
            settings.port = site.port
            let second = MCPHTTPServer(registry: site.fixture.registry, settings: settings)
            await #expect(throws: HTTPServerFailure.self) { try await second.run() }
            let third = MCPHTTPServer(registry: site.fixture.registry, settings: settings)
            await third.shutdown()
            try await third.run()
        }
    }

    @Test("Sessions, connections, streams and calls that have ended are forgotten")
    func forgotten() async throws {
        try await withSite { site in
            for _ in 0..<100 {
                let client = try site.client()
                try await client.send(Site.request(body: Message.initialize("2025-11-25")))
                let id = try #require(try await client.reply().headers["mcp-session-id"])
                let session: [String: String?] = ["Mcp-Session-Id": id]
                let subscribe = Message.legacy("resources/subscribe", ["uri": "test://bell"])
                try await client.send(Site.request(headers: session, body: subscribe))
                #expect(try await client.reply().status == 200)
                let stream = try site.client()
                try await stream.send(Site.request("GET", headers: session))
                #expect(try await stream.head().status == 200)
                try await client.send(Site.request("DELETE", headers: session))
                #expect(try await client.reply().status == 204)
                await client.close()
            }
            let core = site.server.core
            let isQuiet = await eventually {
                core.sessions.count + core.connections.count + core.requests.count + core.running.count
                    + core.streams.count + core.bodies.count + site.fixture.bell.count == 0
            }
            #expect(isQuiet)
        }
    }
}
