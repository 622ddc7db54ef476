// A remote source over TLS, from its first question on.
import CurlClient
import DockerEngine
import DockerSources
import TestSupport
import Testing

@Suite struct TLSSourceTests {
    let client = CurlClient()

    private func source(_ port: Int, _ tls: TLSOptions) -> RemoteTCPSource {
        RemoteTCPSource(
            name: "cloud", host: "127.0.0.1", port: port, tls: tls,
            limits: SourceLimits(connect: .seconds(600), total: .seconds(600)), client: client)
    }

    private func mutual(_ authority: String = "ca", client: String? = "client") throws -> TLSOptions {
        TLSOptions(
            authority: try Certificates.path("\(authority).pem"),
            certificate: try client.map { try Certificates.path("\($0)/cert.pem") },
            key: try client.map { try Certificates.path("\($0)/key.pem") })
    }

    private func failure(of source: any Source) async -> SourceError? {
        await SourceError.of { () throws(SourceError) in try await source.reply(to: .version) }
    }

    @Test("An engine behind mutual TLS answers, and its certificate is known from then on")
    func answers() async throws {
        let server = try TLSServer(clients: "ca")
        let source = source(server.port, try mutual())
        #expect(
            source.label == SourceLabel(name: "cloud", kind: .remoteTLS, endpoint: "tcp://127.0.0.1:\(server.port)"))
        #expect(source.certificate == nil)
        let version = try await source.reply(to: .version)
        #expect(version.version == "20.10.24")
        #expect(source.certificate?.subject == "CN = engine sound, O = docker-mcp-secure tests")
        #expect(source.certificate?.notAfter == 7_226_582_400)
        _ = try await source.reply(to: .version)
        #expect(source.certificate != nil)
    }

    @Test("A forgotten connection is not used again; the source goes on as before")
    func forgets() async throws {
        let server = try TLSServer()
        let source = source(server.port, try mutual())
        _ = try await source.reply(to: .version)
        #expect(try server.handshake() == "ok")
        source.forgetConnections()
        _ = try await source.reply(to: .version)
        // Waits for the second handshake.
        #expect(try server.handshake() == "ok")
        // Sources that keep no connections take the call, too.
        StubSource("stub").forgetConnections()
        #expect(StubSource("stub").certificate == nil)
    }

    private static let faults: [(server: String, authority: String, client: String?, SourceError.Code, String)] = [
        ("sound", "other-ca", "client", .tlsUntrusted, "CN = authority"),
        ("expired", "ca", "client", .tlsUntrusted, "expired on 2021-01-01 00:00 UTC"),
        ("future", "ca", "client", .tlsUntrusted, "not valid before 2100-01-01 00:00 UTC"),
        ("self-signed", "ca", "client", .tlsUntrusted, "itself only"),
        ("other-host", "ca", "client", .tlsHostname, "other.example, *.third.example, 192.0.2.1"),
        ("sound", "ca", nil, .tlsClientCertificate, "none is set"),
        ("sound", "ca", "client-unknown", .tlsClientCertificate, "away"),
        ("sound", "ca", "client-expired", .tlsClientCertificate, "expired on 2021-01-01"),
        ("sound", "ca", "client-wrong-key", .tlsClientCertificate, "does not belong"),
    ]

    @Test("What is wrong is said in one answer", arguments: faults.indices)
    func broken(index: Int) async throws {
        let (certificate, authority, client, code, words) = Self.faults[index]
        let server = try TLSServer(certificate, clients: "ca")
        let source = source(server.port, try mutual(authority, client: client))
        let error = try #require(await failure(of: source))
        #expect(error.code == code)
        #expect(error.message.contains(words), "\(error.message)")
        #expect(error.isWellPut(for: source.label))
        #expect(source.certificate == nil)
    }

    @Test("Plain and TLS, each at the other's port")
    func crossed() async throws {
        let plain = try FakeServer(.loopback, answersAtOnce: "HTTP/1.1 400 Bad Request\r\n\r\n")
        #expect(await failure(of: source(plain.port, try mutual()))?.code == .plainExpected)
        let go = try FakeServer(
            .loopback,
            answersAtOnce: "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n")
        let source = RemoteTCPSource(
            name: "cloud", host: "127.0.0.1", port: go.port, limits: SourceLimits(total: .seconds(600)), client: client)
        let error = await failure(of: source)
        #expect(error?.code == .tlsExpected)
        #expect(error?.hint.contains("DOCKER_TLS_VERIFY") == true)
    }

    @Test("A file that is missing is told before anything is connected")
    func missingFile() async throws {
        let closed = try ClosedPort()
        let error = await failure(of: source(closed.port, TLSOptions(authority: "/nonexistent/ca.pem")))
        #expect(error?.code == .tlsUntrusted)
        #expect(error?.message.contains("/nonexistent/ca.pem does not exist") == true)
    }
}
