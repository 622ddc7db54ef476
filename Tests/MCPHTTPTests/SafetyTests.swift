// Who is let in, and what is too much.
import JSON
import TestSupport
import Testing

@testable import MCPHTTP

@Suite struct SafetyTests {
    @Test(
        "Foreign hosts get 421",
        arguments: [
            ("localhost", 200), ("LOCALHOST:1234", 200), ("127.0.0.1", 200), ("127.0.0.1:80", 200), ("[::1]:9", 200),
            ("docker.example", 200), ("docker.example:8443", 200), ("other.example:99", 200), ("other.example", 421),
            ("evil.example", 421), ("localhost.evil.example", 421), ("localhost:x", 421), ("[::1", 421), ("", 421),
            ("127.0.0.1.evil.example", 421), ("localhost@evil.example", 421),
        ] as [(String, Int)])
    func hosts(host: String, status: Int) async throws {
        try await withSite {
            $0.allowedHosts = ["Docker.example", "other.example:99"]
        } _: { site in
            let reply = try await site.ask("GET", "/health", headers: ["Host": host])
            #expect(reply.status == status)
        }
    }

    @Test("Two hosts are none, and neither is none at all")
    func ambiguousHost() async throws {
        try await withSite { site in
            let twice = try await site.ask("GET", "/health", headers: ["Host": "localhost\r\nHost: localhost"])
            #expect(twice.status == 421 || twice.status == 400)
            #expect(try await site.ask("GET", "/health", headers: ["Host": nil]).status == 421)
        }
    }

    @Test(
        "A host in the request line counts like the header, and must agree with it",
        arguments: [
            ("http://localhost/health", "localhost", 200), ("HTTP://LOCALHOST:80/health?x", "localhost:80", 200),
            ("http://127.0.0.1/health", nil, 200), ("http://evil.example/health", "localhost", 421),
            ("http://evil.example/health", "evil.example", 421), ("http://evil.example/health", nil, 421),
            ("http://localhost/health", "evil.example", 421), ("http://localhost/health", "127.0.0.1", 421),
            ("http://localhost@evil.example/health", "localhost", 421), ("http://evil.example", "localhost", 421),
            ("https://evil.example:1/health", "localhost", 421), ("ws://evil.example/health", "localhost", 421),
            ("//evil.example/health", "localhost", 404), ("/health://evil.example", "localhost", 404),
            ("*", "localhost", 404),
        ] as [(String, String?, Int)])
    func absoluteForm(target: String, host: String?, status: Int) async throws {
        try await withSite { site in
            let reply = try await site.ask("GET", target, headers: ["Host": host])
            #expect(reply.status == status)
        }
    }

    @Test("What a request line names")
    func targets() {
        for (target, name) in [
            ("/mcp", nil), ("/", nil), ("*", nil), ("http://a.example/mcp", "a.example"), ("http://a:1?x", "a:1"),
            ("http://[::1]:1#x", "[::1]:1"), ("http:///mcp", ""), ("evil:/mcp", ""), ("a.example:80", ""), ("", ""),
        ] as [(String, String?)] {
            #expect(TargetHost.host(in: target) == name, "\(target)")
        }
    }

    @Test(
        "Foreign origins get 403",
        arguments: [
            ("http://localhost:5173", 200), ("https://127.0.0.1", 200), ("http://[::1]:3000", 200),
            ("https://app.example", 200), ("https://APP.example", 200), ("http://app.example", 403),
            ("https://app.example:444", 403), ("https://evil.example", 403), ("null", 403), ("", 403),
            ("file://localhost", 403), ("http://localhost.evil.example", 403),
        ] as [(String, Int)])
    func origins(origin: String, status: Int) async throws {
        try await withSite {
            $0.allowedOrigins = ["https://app.example/"]
        } _: { site in
            let reply = try await site.ask("GET", "/health", headers: ["Origin": origin])
            #expect(reply.status == status)
            #expect(!reply.headers.keys.contains { $0.hasPrefix("access-control") })
        }
    }

    @Test("The checks come before the body is read")
    func early() async throws {
        try await withSite(gatekeeper: StaticTokens([.init(name: "a", token: "one")])) { site in
            for (headers, status) in [
                (["Host": "evil"], 421), (["Origin": "http://evil"], 403), ([:], 401),
            ] as [([String: String?], Int)] {
                let client = try site.client()
                var all = headers
                all["Content-Length"] = "1000000"
                try await client.send(Site.request(headers: all))
                #expect(try await client.reply().status == status)
            }
        }
    }

    @Test(
        "Tokens",
        arguments: [
            ("Bearer one", 200), ("bearer   one", 200), ("Bearer two", 200), ("Bearer on", 401), ("Bearer onee", 401),
            ("Bearer One", 401), ("Bearer", 401), ("Bearer ", 401), ("Basic one", 401), ("one", 401), (nil, 401),
            ("Bearer one two", 401), ("Bearer \u{FC}", 401),
        ] as [(String?, Int)])
    func tokens(header: String?, status: Int) async throws {
        let gate = StaticTokens([
            .init(name: "a", token: "one"), .init(name: "b", token: "two"), .init(name: "c", token: ""),
        ])
        try await withSite(gatekeeper: gate) { site in
            let reply = try await site.ask("GET", "/tools", headers: ["Authorization": header])
            #expect(reply.status == status)
            #expect((reply.headers["www-authenticate"]?.hasPrefix("Bearer") ?? false) == (status == 401))
            #expect(!reply.text.contains("one") || status == 200)
            #expect(try await site.ask("GET", "/health", headers: ["Authorization": header]).status == 200)
        }
    }

    @Test("A body too large gets 413, by its length or on the way")
    func largeBody() async throws {
        try await withSite {
            $0.limits.bodyBytes = 1000
        } _: { site in
            let announced = try site.client()
            try await announced.send(Site.request(headers: ["Content-Length": "1001"]))
            #expect(try await announced.reply().status == 413)
            try await announced.waitForClose()
            let chunked = try site.client()
            try await chunked.send(
                Site.request(headers: ["Content-Length": nil, "Transfer-Encoding": "chunked"]))
            for _ in 0..<3 { try await chunked.send("200\r\n\(String(repeating: "x", count: 512))\r\n") }
            #expect(try await chunked.reply().status == 413)
            try await chunked.waitForClose()
            let fits = Message.modern("tools/list")
            let reply = try await site.ask(headers: Message.headers("tools/list"), body: fits)
            #expect(reply.status == 200)
        }
    }

    @Test("A client that waits for leave to send its body gets it, once it is let in")
    func expectContinue() async throws {
        try await withSite { site in
            let body = Message.modern("tools/list")
            var headers = Message.headers("tools/list")
            headers["Expect"] = "100-continue"
            headers["Content-Length"] = String(body.utf8.count)
            let client = try site.client()
            try await client.send(Site.request(headers: headers))
            #expect(try await client.head().status == 100)
            try await client.send(body)
            #expect(try await client.reply().status == 200)
            headers["Origin"] = "http://evil.example"
            let foreign = try site.client()
            try await foreign.send(Site.request(headers: headers))
            #expect(try await foreign.reply().status == 403)
        }
    }

    @Test("Bodies that are read at one time have a limit together")
    func allBodies() async throws {
        try await withSite {
            $0.limits.allBodiesBytes = 1000
        } _: { site in
            let half = try site.client()
            let body = Message.modern("tools/list")
            try await half.send(Site.request(headers: ["Content-Length": "2000"]) + String(repeating: " ", count: 900))
            let refused = await eventually {
                (try? await site.ask(headers: Message.headers("tools/list"), body: body).status) == 429
            }
            #expect(refused)
            await half.close()
            let served = await eventually {
                (try? await site.ask(headers: Message.headers("tools/list"), body: body).status) == 200
            }
            #expect(served)
        }
    }

    @Test("A client that doesn't read what it asked for loses its connection")
    func slowReader() async throws {
        try await withSite {
            $0.limits.stalledWriteTime = .milliseconds(100)
        } _: { site in
            let client = try site.client()
            let call = Message.modern(
                "tools/call", ["name": "echo", "arguments": ["x": .string(String(repeating: "x", count: 1 << 20))]])
            let request = Site.request(headers: Message.headers("tools/call", name: "echo"), body: call)
            try await client.sendUntilHungUp(request)
            #expect(try await site.ask("GET", "/health").status == 200)
        }
    }

    @Test("Headers too large get 431, garbage gets 400, and the connection ends")
    func largeHeaders() async throws {
        try await withSite { site in
            let long = String(repeating: "x", count: 20_000)
            let many = (0..<200).map { "X-\($0): y\r\n" }.joined()
            for (request, status) in [
                (Site.request("GET", "/health", headers: ["X-Long": long]), 431),
                ("GET /health HTTP/1.1\r\nHost: localhost\r\n\(many)\r\n", 431),
                ("GET /\(long)\(long) HTTP/1.1\r\nHost: localhost\r\n\r\n", 431),
                ("HELLO\r\n\r\n", 400), ("\u{16}\u{3}\u{1}\r\n\r\n", 400),
            ] {
                let client = try site.client()
                try await client.send(request)
                #expect(try await client.reply().status == status)
                try await client.waitForClose()
            }
        }
    }

    @Test("A slow sender gets 408")
    func slowSender() async throws {
        try await withSite {
            $0.limits.bodyTime = .milliseconds(100)
        } _: { site in
            let client = try site.client()
            try await client.send(Site.request(headers: ["Content-Length": "10"]))
            #expect(try await client.reply().status == 408)
            try await client.waitForClose()
        }
    }

    @Test("A silent connection ends, before a request and within its head")
    func idleConnection() async throws {
        try await withSite {
            $0.limits.idleTime = .milliseconds(100)
        } _: { site in
            let silent = try site.client()
            try await silent.waitForClose()
            let slow = try site.client()
            try await slow.send("POST /mcp HTTP/1.1\r\nHost: loc")
            try await slow.waitForClose()
        }
    }

    @Test("Too many requests a second get 429 and are told when to come back")
    func rate() async throws {
        try await withSite { settings in
            settings.limits.requestsPerSecond = 0.001
            settings.limits.burst = 3
        } _: { site in
            for _ in 0..<3 { #expect(try await site.ask("GET", "/health").status == 200) }
            let refused = try await site.ask("GET", "/health")
            #expect(refused.status == 429)
            #expect(try #require(refused.headers["retry-after"].flatMap { Int($0) }) > 1)
        }
    }

    @Test("Each caller has a rate of its own, and so have wrong tokens")
    func rateByCaller() async throws {
        let gate = StaticTokens([.init(name: "a", token: "one"), .init(name: "b", token: "two")])
        try await withSite(gatekeeper: gate) { settings in
            settings.limits.requestsPerSecond = 0.001
            settings.limits.burst = 1
        } _: { site in
            for (token, statuses) in [("one", [200, 429]), ("two", [200, 429]), ("three", [401, 429])] {
                for status in statuses {
                    let reply = try await site.ask("GET", "/tools", headers: ["Authorization": "Bearer \(token)"])
                    #expect(reply.status == status)
                }
            }
        }
    }

    @Test("Calls and streams have limits of their own")
    func places() async throws {
        try await withSite { settings in
            settings.limits.requests = 2
            settings.limits.streams = 1
        } _: { site in
            let id = try await site.begin()
            let stream = try site.client()
            try await stream.send(Site.request("GET", headers: ["Mcp-Session-Id": id]))
            #expect(try await stream.head().status == 200)
            for path in ["/sse", "/mcp"] {
                let refused = try await site.ask("GET", path, headers: ["Mcp-Session-Id": id])
                #expect(refused.status == 429 && refused.headers["retry-after"] != nil)
            }
            let listen = Message.modern("subscriptions/listen", ["notifications": [:]])
            #expect(try await site.ask(headers: Message.headers("subscriptions/listen"), body: listen).status == 429)
            let headers = Message.headers("tools/call", name: "hang")
            let callers = try [site.client(), site.client()]
            for caller in callers {
                try await caller.send(Site.request(headers: headers, body: Message.modernCall("hang")))
            }
            #expect(await eventually { site.fixture.tally.count("hanging") == 2 })
            #expect(try await site.ask(headers: headers, body: Message.modernCall("hang")).status == 429)
            for caller in callers { await caller.close() }
            await stream.close()
            #expect(
                await eventually {
                    (try? await site.ask(headers: Message.headers("tools/list"), body: Message.modern("tools/list")))?
                        .status == 200
                })
            let isFree = await eventually {
                guard let again = try? site.client() else { return false }
                try? await again.send(Site.request("GET", headers: ["Mcp-Session-Id": id]))
                return (try? await again.head().status) == 200
            }
            #expect(isFree)
        }
    }
}
