// Each way in which a transfer can fail, and the one error that it becomes.
import CurlClient
import Glibc
import Testing
import TestSupport

@Suite struct TransferErrorTests {
    let client = CurlClient()

    private func request(_ route: Route, _ path: String = "/") -> HTTPRequest {
        HTTPRequest(route: route, path: path, connectTimeout: .seconds(60), deadline: .seconds(60))
    }

    @Test func missingSocket() async throws {
        let folder = try TemporaryFolder()
        #expect(await client.failure(of: request(.unixSocket(path: folder.path(to: "none")))) == .socketMissing)
        #expect(await client.failure(of: request(.unixSocket(path: folder.path(to: "no/ne")))) == .socketMissing)
    }

    @Test("A socket of somebody else", .enabled(if: geteuid() != 0, "root may open every socket"))
    func forbiddenSocket() async throws {
        let server = try FakeServer { $1.reply() }
        #expect(chmod(server.socketPath, 0) == 0)
        #expect(await client.failure(of: server.request()) == .permissionDenied)
    }

    @Test func nobodyListens() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("", to: "file")
        #expect(await client.failure(of: request(.unixSocket(path: file))) == .connectionRefused)
        let closed = try ClosedPort()
        #expect(await client.failure(of: request(.tcp(host: "127.0.0.1", port: closed.port))) == .connectionRefused)
        #expect(await client.failure(of: request(.tcp(host: "localhost", port: closed.port))) == .connectionRefused)
    }

    @Test func unknownHost() async {
        // A label of 64 letters is refused before any name server is asked.
        let host = String(repeating: "a", count: 64) + ".invalid"
        #expect(await client.failure(of: request(.tcp(host: host, port: 80))) == .hostNotFound)
    }

    @Test func noRoute() async {
        // TCP to the broadcast address is refused by the system itself.
        #expect(await client.failure(of: request(.tcp(host: "255.255.255.255", port: 80))) == .noRoute)
    }

    @Test("A connection that is never made", arguments: [FakeServer.Place.unixSocket, .loopback])
    func connectionThatIsNeverMade(place: FakeServer.Place) async throws {
        let listener = try DeafListener(place)
        let isUnix = listener.port == 0
        var request = request(
            isUnix ? .unixSocket(path: listener.socketPath) : .tcp(host: "127.0.0.1", port: listener.port))
        request.connectTimeout = .milliseconds(100)
        #expect(await client.failure(of: request) == .connectTimedOut(after: .milliseconds(100)))
        #expect(await client.streamFailure(of: request) == .connectTimedOut(after: .milliseconds(100)))
    }

    @Test func serverThatNeverAnswers() async throws {
        let server = try FakeServer { $1.waitForPeerToClose() }
        var request = server.request()
        request.deadline = .seconds(1)
        #expect(await client.failure(of: request) == .deadlineExceeded(after: .seconds(1)))
        #expect(await client.streamFailure(of: request) == .deadlineExceeded(after: .seconds(1)))
        #expect(await eventually { server.openConnections.isEmpty })
    }

    @Test("Interim replies alone are no answer to a stream either")
    func serverThatOnlySaysWait() async throws {
        let server = try FakeServer { _, connection in
            connection.write("HTTP/1.1 102 Processing\r\n\r\n")
            connection.waitForPeerToClose()
        }
        var request = server.request()
        request.deadline = .seconds(1)
        #expect(await client.streamFailure(of: request) == .deadlineExceeded(after: .seconds(1)))
    }

    @Test func tlsAlert() async throws {
        let server = try FakeServer(.loopback) { _, connection in
            connection.write([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46])
            connection.close()
        }
        #expect(await client.failure(of: server.request()) == .tlsExpected)
        #expect(await client.streamFailure(of: server.request()) == .tlsExpected)
    }

    @Test(
        "What TLS servers of Go and nginx say to plain requests",
        arguments: [
            "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n",
            "HTTP/1.1 400 Bad Request\r\nContent-Length: 49\r\n\r\n<h1>The plain HTTP request was sent to HTTPS port",
        ])
    func tlsServer(words: String) async throws {
        let server = try FakeServer(.loopback) { _, connection in
            connection.write(words)
            connection.close()
        }
        #expect(await client.failure(of: server.request()) == .tlsExpected)
    }

    @Test("Where there is no body to read, Go's bare 400 is enough", arguments: [true, false])
    func bareBadRequest(isGo: Bool) async throws {
        let server = try FakeServer(.loopback) { _, connection in
            connection.write("HTTP/1.0 400 Bad Request\r\n\(isGo ? "" : "Server: x\r\n")\r\n")
            connection.close()
        }
        let failure = await client.failure(of: server.request(method: .head))
        #expect(failure == (isGo ? .tlsExpected : nil))
    }

    @Test(
        "Bytes that are not HTTP",
        arguments: [
            "SSH-2.0-OpenSSH_9.2\r\n", "220 mail.example ESMTP\r\n", "<html>hello</html>", "\r\n\r\n",
            "\u{0}\u{1}\u{2}",
            "HTTP/9.9 200 OK\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a size\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        ])
    func garbage(words: String) async throws {
        let server = try FakeServer(.loopback) { _, connection in
            connection.write(words)
            connection.close()
        }
        #expect(await client.failure(of: server.request())?.kind == "malformedReply")
    }

    @Test("Headers without end, in many lines or in one", arguments: ["X-Flood: 0123456789\r\n", "x"])
    func headerFlood(unit: String) async throws {
        let server = try FakeServer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nX-Start: ")
            let block = Array(String(repeating: unit, count: 1000).utf8)
            while connection.write(block) {}
        }
        #expect(await client.failure(of: server.request())?.kind == "malformedReply")
        #expect(await client.streamFailure(of: server.request())?.kind == "malformedReply")
        #expect(await eventually { server.openConnections.isEmpty })
    }

    @Test(
        "A connection that ends early",
        arguments: [
            "", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        ])
    func earlyEnd(words: String) async throws {
        let server = try FakeServer { _, connection in
            connection.write(words)
            connection.close()
        }
        #expect(await client.failure(of: server.request())?.kind == "connectionClosed")
    }

    @Test("A reply cut at any byte is no reply")
    func cutAnywhere() async throws {
        let whole = Array("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello".utf8)
        let server = try FakeServer { head, connection in
            let count = Int(head.split(separator: " ")[1].dropFirst()) ?? 0
            connection.write(Array(whole.prefix(count)))
            connection.close()
        }
        for count in 0...whole.count {
            let failure = await client.failure(of: server.request("/\(count)"))
            let expected: Set = count < whole.count ? ["connectionClosed", "malformedReply"] : ["none"]
            #expect(expected.contains(failure?.kind ?? "none"), "cut after \(count) bytes")
        }
    }

    @Test("A reply that starts with a folded line harms no other")
    func foldedFirstLine() async throws {
        let server = try FakeServer { head, connection in
            let line = head.hasPrefix("GET /folded ") ? "\t" + String(repeating: "x", count: 300) : "X-Sound: 1"
            connection.reply(headers: [line])
        }
        for _ in 0..<50 {
            #expect(await client.failure(of: server.request("/sound")) == nil)
            _ = await client.failure(of: server.request("/folded"))
        }
    }

    @Test("Whatever comes, there is an answer")
    func brokenAnywhere() async throws {
        let whole = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n".utf8)
        let server = try FakeServer { head, connection in
            var generator = SeededGenerator(seed: UInt64(head.split(separator: " ")[1].dropFirst()) ?? 0)
            var bytes = whole
            for _ in 0..<3 {
                let place = Int.random(in: bytes.indices, using: &generator)
                bytes[place] = UInt8.random(in: 0...255, using: &generator)
            }
            connection.write(bytes)
            connection.close()
        }
        for seed in 0..<300 {
            let failure = await client.failure(of: server.request("/\(seed)"))
            #expect(
                [nil, "connectionClosed", "malformedReply"].contains(failure?.kind), "seed \(seed): \(failure as Any)")
        }
    }

    @Test func reset() async throws {
        let server = try FakeServer(.loopback) { $1.reset() }
        #expect(await client.failure(of: server.request())?.kind == "connectionClosed")
    }

    @Test(
        "What could be read as two requests is never sent",
        arguments: [
            "", "x", "/a b", "/a\r\nX: y", "/a\u{0}", "/ä", "/a#b", "/a\u{7f}",
        ])
    func refusedPath(path: String) async throws {
        let server = try FakeServer { $1.reply() }
        #expect(await client.failure(of: server.request(path))?.kind == "other")
        #expect(await client.streamFailure(of: server.request(path))?.kind == "other")
        #expect(server.connectionCount == 0)
    }

    @Test(
        "Headers that would break the request",
        arguments: [
            ("X-A", "1\r\nX-B: 2"), ("X A", "1"), ("", "1"), ("X:", "1"), ("Content-Length", "5"),
            ("transfer-encoding", "chunked"), ("Upgrade", "tcp"), ("Connection", "Upgrade"), ("X-A", "\u{0}"),
        ])
    func refusedHeader(name: String, value: String) async throws {
        let server = try FakeServer { $1.reply() }
        var request = server.request()
        request.headers = [(name, value)]
        #expect(await client.failure(of: request)?.kind == "other")
        #expect(server.connectionCount == 0)
    }

    @Test(
        "Addresses that are none",
        arguments: [
            Route.tcp(host: "", port: 80), .tcp(host: "127.0.0.1", port: 0), .tcp(host: "127.0.0.1", port: 65536),
            .tcp(host: "a/b", port: 80), .tcp(host: "user@host", port: 80), .tcp(host: "[::1]", port: 80),
            .tcp(host: "a b", port: 80), .tcp(host: "a%2fb", port: 80), .unixSocket(path: ""),
            .unixSocket(path: "/tmp/a\u{0}b"),
            .unixSocket(path: "/tmp/" + String(repeating: "x", count: 103)),
        ])
    func refusedRoute(route: Route) async {
        #expect(await client.failure(of: request(route))?.kind == "other")
    }

    @Test func theLongestSocketPathIsTriedAsItIs() async {
        let path = "/tmp/" + String(repeating: "x", count: 102)
        #expect(await client.failure(of: request(.unixSocket(path: path))) == .socketMissing)
    }
}
