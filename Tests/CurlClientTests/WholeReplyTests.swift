// Whole replies: what is sent, what comes back, and what is not done.
import CurlClient
import Testing
import TestSupport

@Suite struct WholeReplyTests {
    let client = CurlClient()

    @Test("A reply comes whole, over both kinds of socket", arguments: [FakeServer.Place.unixSocket, .loopback])
    func whole(place: FakeServer.Place) async throws {
        let server = try FakeServer(place) { $1.reply("404 Not Found", headers: ["X-Kind:  plain \t"], body: "none") }
        let reply = try await client.send(server.request("/v1.41/containers/json?all=1"))
        #expect(reply.status == 404)
        #expect(reply.headers["x-kind"] == "plain")
        #expect(reply.headers["X-KIND"] == "plain")
        #expect(reply.headers["X-Kin"] == nil)
        #expect(reply.body == Array("none".utf8))
    }

    @Test func sentExactlyAsAsked() async throws {
        let server = try FakeServer { $1.reply() }
        var request = server.request("/a/../b%2F?x=1&y=%20")
        request.headers = [("X-One", "1"), ("X-None", "")]
        _ = try await client.send(request)
        let lines = try #require(server.requests.first).split(separator: "\r\n")
        #expect(lines.first == "GET /a/../b%2F?x=1&y=%20 HTTP/1.1")
        #expect(
            Set(lines.dropFirst()) == [
                "Host: localhost", "User-Agent: docker-mcp-secure", "Accept: */*", "X-One: 1", "X-None:",
            ])
    }

    @Test func chunkedBody() async throws {
        let server = try FakeServer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for piece in ["one ", "two ", "three", ""] { connection.chunk(Array(piece.utf8)) }
        }
        let reply = try await client.send(server.request())
        #expect(reply.body == Array("one two three".utf8))
    }

    @Test func bodyThatEndsWithTheConnection() async throws {
        let server = try FakeServer { _, connection in
            connection.write("HTTP/1.0 200 OK\r\n\r\nall of it")
            connection.close()
        }
        let reply = try await client.send(server.request())
        #expect(reply.body == Array("all of it".utf8))
    }

    @Test func headHasNoBody() async throws {
        let server = try FakeServer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\nApi-Version: 1.41\r\n\r\n")
        }
        let reply = try await client.send(server.request("/_ping", method: .head))
        #expect(reply.headers["Api-Version"] == "1.41")
        #expect(reply.body.isEmpty)
        #expect(server.requests.first?.hasPrefix("HEAD /_ping ") == true)
    }

    @Test func interimRepliesAreSkipped() async throws {
        let server = try FakeServer { _, connection in
            connection.write("HTTP/1.1 100 Continue\r\nX-From: interim\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n")
            connection.reply("201 Created", body: "final")
        }
        let reply = try await client.send(server.request())
        #expect(reply.status == 201)
        #expect(reply.headers["X-From"] == nil)
        #expect(reply.body == Array("final".utf8))
    }

    @Test func redirectsAreNotFollowed() async throws {
        let server = try FakeServer { $1.reply("302 Found", headers: ["Location: /other"]) }
        let reply = try await client.send(server.request("/here"))
        #expect(reply.status == 302)
        #expect(server.requests.count == 1)
    }

    @Test("Connections are used again, each for its own server only")
    func keepAlive() async throws {
        let first = try FakeServer { $1.reply(body: "first") }
        let second = try FakeServer { $1.reply(body: "second") }
        let third = try FakeServer(.loopback) { $1.reply(body: "third") }
        for _ in 0..<10 {
            for (server, body) in [(first, "first"), (second, "second"), (third, "third")] {
                let reply = try await client.send(server.request())
                #expect(reply.body == Array(body.utf8))
            }
        }
        #expect([first, second, third].map(\.connectionCount) == [1, 1, 1])
    }

    @Test func aConnectionThatTheServerEndedIsReplaced() async throws {
        let server = try FakeServer { _, connection in
            connection.reply(body: "once")
            connection.close()
        }
        for _ in 0..<5 {
            let reply = try await client.send(server.request())
            #expect(reply.body == Array("once".utf8))
        }
        #expect(server.connectionCount == 5)
    }

    @Test("Many at once, also when the server's queue of waiting connections is short", arguments: [1024, 1])
    func manyAtOnce(backlog: Int32) async throws {
        let server = try FakeServer(backlog: backlog) { head, connection in
            connection.reply(body: String(head.split(separator: " ")[1]))
        }
        let wrong = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask { [client] in
                    let reply = try? await client.send(server.request("/\(number)"))
                    return reply?.body != Array("/\(number)".utf8)
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(wrong == 0)
        #expect(server.requests.count == 200)
    }

    @Test("A body over the cap fails, announced or not", arguments: [true, false])
    func cap(isAnnounced: Bool) async throws {
        let server = try FakeServer { _, connection in
            let framing = isAnnounced ? "Content-Length: 100001" : "Transfer-Encoding: chunked"
            connection.write("HTTP/1.1 200 OK\r\n\(framing)\r\n\r\n")
            // Never ends by itself: it is the cap that must end it.
            while connection.chunk([UInt8](repeating: 120, count: 1000)) {}
        }
        var request = server.request()
        request.maximumReplyBytes = 100_000
        #expect(await client.failure(of: request) == .replyTooLarge(limit: 100_000))
        #expect(await eventually { server.openConnections.isEmpty })
    }

    @Test func aBodyOfExactlyTheCapIsTaken() async throws {
        let server = try FakeServer { $1.reply(body: String(repeating: "x", count: 100_000)) }
        var request = server.request()
        request.maximumReplyBytes = 100_000
        let reply = try await client.send(request)
        #expect(reply.body.count == 100_000)
    }

    @Test("Proxies of the environment are ignored unless asked for")
    func environmentProxies() async throws {
        // In a process of its own, since the environment is the whole process's.
        await #expect(processExitsWith: .success) {
            let proxy = try FakeServer(.loopback) { $1.reply("203 Non-Authoritative Information") }
            let server = try FakeServer(.loopback) { $1.reply() }, local = try FakeServer { $1.reply() }
            ProcessEnvironment.set("http_proxy", "http://127.0.0.1:\(proxy.port)")
            ProcessEnvironment.set("all_proxy", "http://127.0.0.1:\(proxy.port)")
            #expect(try await CurlClient().send(server.request()).status == 200)
            let proxied = CurlClient(useEnvironmentProxies: true)
            #expect(try await proxied.send(server.request()).status == 203)
            #expect(try await proxied.send(local.request()).status == 200)
        }
    }

    @Test func theLastOwnerClosesEverything() async throws {
        let server = try FakeServer { $1.reply() }
        for _ in 0..<3 { _ = try await CurlClient().send(server.request()) }
        #expect(server.connectionCount == 3)
        #expect(await eventually { server.openConnections.isEmpty })
    }

    @Test("As many connections as it may keep are used again; of more the oldest are closed", arguments: [100, 70])
    func keptConnections(kept: Int) async throws {
        let client = CurlClient(keptConnections: kept)
        let servers = try (0..<100).map { _ in try FakeServer { $1.reply(body: "ok") } }
        for _ in 1...3 {
            for server in servers { _ = try await client.send(server.request()) }
        }
        let made = servers.map(\.connectionCount).reduce(0, +)
        if kept == 100 {
            #expect(made == 100)
        } else {
            // Asked in turn, each finds that its connection was the oldest.
            #expect(made > 200)
        }
        let open = await eventually { servers.map(\.openConnections.count).reduce(0, +) <= kept }
        #expect(open)
    }
}
