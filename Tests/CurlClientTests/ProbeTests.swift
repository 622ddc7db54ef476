// A look at a server without a request: how far the connection comes, and what is seen.
import CurlClient
import TestSupport
import Testing

@Suite struct ProbeTests {
    let client = CurlClient()

    private func probe(_ route: Route, verifies: Bool = true) async -> ConnectionProbe {
        await client.probe(route, connectTimeout: .seconds(60), verifies: verifies)
    }

    @Test("A sound server is seen whole", arguments: [nil, "1.2"] as [String?], [false, true])
    func sound(newest: String?, isMutual: Bool) async throws {
        let server = try TLSServer(clients: isMutual ? "ca" : nil, newest: newest)
        let probe = await probe(server.route(try .trusting(client: "client")))
        #expect(probe.error == nil)
        #expect(probe.address == "127.0.0.1")
        #expect(probe.port == server.port)
        #expect(probe.tlsVersion == "TLSv\(newest ?? "1.3")")
        #expect(probe.cipher?.contains("AES") == true || probe.cipher?.contains("CHACHA") == true)
        #expect(probe.chain.first?.subject == "CN = engine sound, O = docker-mcp-secure tests")
        #expect(probe.asksForClientCertificate == isMutual)
        for time in [probe.lookupTime, probe.connectTime, probe.handshakeTime] {
            #expect(time.map { $0 >= .zero && $0 < .seconds(60) } == true)
        }
        #expect(try server.handshake() == "ok")
    }

    @Test("A chain that is not trusted is shown", arguments: ["unknown-chain", "expired", "future", "self-signed"])
    func distrusted(certificate: String) async throws {
        let server = try TLSServer(certificate)
        let probe = await probe(server.route(try .trusting()))
        guard case .tlsUntrusted(_, .some) = probe.error else {
            Issue.record("\(probe)")
            return
        }
        #expect(probe.chain.count == (certificate == "unknown-chain" ? 2 : 1))
        #expect(probe.address == "127.0.0.1")
        #expect(probe.connectTime != nil)
        #expect(probe.handshakeTime == nil)
    }

    @Test("Without verification the same chain is no failure, and our certificate is not shown")
    func unverified() async throws {
        let server = try TLSServer("expired", clients: "ca")
        let probe = await probe(server.route(try .trusting(client: "client")), verifies: false)
        #expect(probe.chain.first?.subject.contains("engine expired") == true)
        #expect(probe.error == nil || probe.error?.kind == "connectionClosed", "\(probe.error as Any)")
        #expect(probe.asksForClientCertificate)
        #expect(try server.handshake().hasPrefix("failed"))
    }

    @Test("A refused client is seen without a request", arguments: [nil, "1.2"] as [String?])
    func refusedClient(newest: String?) async throws {
        let server = try TLSServer(clients: "ca", newest: newest)
        #expect(await probe(server.route(try .trusting())).error == .tlsClientCertificate(.missing))
        let expired = await probe(server.route(try .trusting(client: "client-expired")))
        #expect(expired.error == .tlsClientCertificate(.expired(1_609_459_200)))
        #expect(expired.asksForClientCertificate)
    }

    @Test("A certificate of another host")
    func otherHost() async throws {
        let server = try TLSServer("other-host")
        let probe = await probe(server.route(try .trusting()))
        #expect(probe.error?.kind == "tlsHostname")
        #expect(probe.chain.first?.names.first == "other.example")
        let unverified = await self.probe(server.route(try .trusting()), verifies: false)
        #expect(unverified.error == nil)
    }

    @Test("Plain ways are probed, too")
    func plain() async throws {
        let server = try FakeServer(.loopback) { $1.reply() }
        let tcp = await probe(server.route)
        #expect(tcp.error == nil)
        #expect(tcp.port == server.port)
        #expect(tcp.connectTime != nil)
        #expect(tcp.tlsVersion == nil && tcp.chain.isEmpty && tcp.handshakeTime == nil)
        let local = try FakeServer { $1.reply() }
        let unix = await probe(local.route)
        #expect(unix.error == nil)
        #expect(unix.address == nil)
        #expect(server.requests.isEmpty && local.requests.isEmpty)
        #expect(await eventually { server.openConnections.isEmpty && local.openConnections.isEmpty })
    }

    @Test("What is not reached is told as for requests")
    func unreached() async throws {
        let port = try ClosedPort()
        let refused = await probe(.tcp(host: "127.0.0.1", port: port.port))
        #expect(refused.error == .connectionRefused)
        #expect(refused.address == "127.0.0.1")
        #expect(refused.connectTime == nil)
        let host = String(repeating: "a", count: 64) + ".invalid"
        let unknown = await probe(.tls(host: host, port: 1, try .trusting()))
        #expect(unknown.error == .hostNotFound)
        #expect(unknown.address == nil)
        let plain = try FakeServer(.loopback, answersAtOnce: "HTTP/1.1 400 Bad Request\r\n\r\n")
        let spoken = await probe(.tls(host: "127.0.0.1", port: plain.port, try .trusting()))
        #expect(spoken.error == .plainExpected)
        #expect(spoken.connectTime != nil)
    }

    @Test("A silent server costs the time allowed, and the connection is told")
    func silent() async throws {
        let server = try FakeServer(.loopback) { $1.waitForPeerToClose() }
        let probe = await client.probe(
            .tls(host: "127.0.0.1", port: server.port, try .trusting()), connectTimeout: .milliseconds(300))
        #expect(probe.error == .deadlineExceeded(after: .milliseconds(300)))
        #expect(probe.connectTime != nil)
        #expect(probe.address == "127.0.0.1")
    }

    @Test("Files are checked first")
    func files() async throws {
        let probe = await probe(.tls(host: "127.0.0.1", port: 1, TLSOptions(authority: "/nonexistent/ca.pem")))
        #expect(probe.error == .tlsFile(TLSFileError(.authority, "/nonexistent/ca.pem", .missing)))
    }
}
