// What becomes of the work when clients go, and of the server when it is told to stop.
import Glibc
import JSON
import MCPHTTP
import NIOConcurrencyHelpers
import TestSupport
import Testing

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
            #expect(throws: (any Error).self) { try site.client() }
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
            #expect(site.fixture.tally.count("cancelled") == 1)
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

    @Test("1,000 sessions opened and ended leave descriptors and memory as before")
    func manySessions() async throws {
        try await withSite { site in
            func round(_ count: Int) async throws {
                let client = try site.client()
                for _ in 0..<count {
                    try await client.send(Site.request(body: Message.initialize("2025-11-25")))
                    let id = try #require(try await client.reply().headers["mcp-session-id"])
                    let session: [String: String?] = ["Mcp-Session-Id": id]
                    let subscribe = Message.legacy("resources/subscribe", ["uri": "test://bell"])
                    try await client.send(Site.request(headers: session, body: subscribe))
                    #expect(try await client.reply().status == 200)
                    try await client.send(Site.request("DELETE", headers: session))
                    #expect(try await client.reply().status == 204)
                }
                await client.close()
                #expect(await eventually { site.fixture.bell.count == 0 })
            }
            try await round(200)
            let (descriptors, memory) = (Self.descriptors, Self.residentKilobytes)
            try await round(1000)
            #expect(await eventually { Self.descriptors <= descriptors + 64 })
            #expect(Self.residentKilobytes < memory + 64 << 10)
        }
    }

    /// Of the whole process: other tests run beside, so it is only roughly ours.
    private static var descriptors: Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        return count
    }

    private static var residentKilobytes: Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 256)
        guard fgets(&buffer, 256, file) != nil else { return 0 }
        let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 4 } ?? 0
    }
}
