// Over TLS: who is trusted, who we are, and that no connection serves two of either.
import CurlClient
import Glibc
import TestSupport
import Testing

@Suite struct TLSTests {
    let client = CurlClient()

    @Test("A server that is trusted answers, over TLS 1.3 or 1.2", arguments: [nil, "1.2"] as [String?])
    func answers(newest: String?) async throws {
        let server = try TLSServer(newest: newest)
        let reply = try await client.send(.to(server.route(try .trusting())))
        #expect(reply.status == 200)
        #expect(reply.said("version") == "TLSv\(newest ?? "1.3")")
        #expect(reply.said("alpn") == "http/1.1")
        #expect(reply.said("host") == "127.0.0.1:\(server.port)")
        #expect(reply.said("client") == "null")
    }

    @Test("The certificate is told by the reply that made the handshake, with exact dates")
    func certificate() async throws {
        let server = try TLSServer()
        let request = HTTPRequest.to(server.route(try .trusting()))
        let first = try await client.send(request), second = try await client.send(request)
        #expect(
            first.certificate
                == PeerCertificate(
                    subject: "CN = engine sound, O = docker-mcp-secure tests",
                    issuer: "CN = authority, O = docker-mcp-secure tests", notBefore: 1_704_067_200,
                    notAfter: 7_226_582_400,
                    names: ["localhost", "engine.example", "127.0.0.1", "0:0:0:0:0:0:0:1"]))
        #expect(first.certificate?.isSelfSigned == false)
        #expect(second.certificate == nil)
        #expect(second.said("connection") == "1")
        let stream = try await CurlClient().stream(request)
        #expect(stream.certificate == first.certificate)
        stream.cancel()
    }

    private static let distrusted: [(String, String?, DistrustReason, subject: String?)] = [
        ("unknown", "ca", .unknownAuthority, "engine unknown"),
        ("unknown-chain", "ca", .unknownAuthority, "engine unknown"),
        ("sound", "other-ca", .unknownAuthority, "engine sound"),
        ("sound", nil, .unknownAuthority, "engine sound"),
        ("self-signed", "ca", .selfSigned, "self-signed engine"),
        ("self-signed", nil, .selfSigned, "self-signed engine"),
        ("expired", "ca", .expired, "engine expired"),
        ("future", "ca", .notYetValid, "engine future"),
        ("old-authority", "expired-ca", .authorityExpired, nil),
        ("old-authority-chain", "expired-ca", .authorityExpired, "expired authority"),
    ]

    @Test("A server that is not trusted, and why", arguments: distrusted)
    func distrust(certificate: String, authority: String?, reason: DistrustReason, subject: String?) async throws {
        let server = try TLSServer(certificate)
        let request = HTTPRequest.to(server.route(try .trusting(authority)))
        for failure in [await client.failure(of: request), await client.streamFailure(of: request)] {
            guard case .tlsUntrusted(reason, let found) = failure else {
                Issue.record("\(failure as Any)")
                continue
            }
            #expect(found?.subject.contains(subject ?? "") ?? false == (subject != nil))
            if reason == .expired { #expect(found?.notAfter == 1_609_459_200) }
            if reason == .notYetValid { #expect(found?.notBefore == 4_102_444_800) }
        }
    }

    @Test("Engines that want client certificates are looked at without one", arguments: ["expired", "unknown"])
    func distrustOfMutualServer(certificate: String) async throws {
        let server = try TLSServer(certificate, clients: "ca")
        let failure = await client.failure(of: .to(server.route(try .trusting(client: "client"))))
        guard case .tlsUntrusted(_, let found?) = failure else {
            Issue.record("\(failure as Any)")
            return
        }
        #expect(found.subject.contains("engine \(certificate)"))
    }

    @Test("Nothing is sent before the server is trusted")
    func nothingSent() async throws {
        let server = try TLSServer("unknown", clients: "ca")
        _ = await client.failure(of: .to(server.route(try .trusting(client: "client"))))
        // Our certificate was shown in neither of the two handshakes.
        for _ in 0..<2 {
            #expect(try server.handshake().hasPrefix("failed"))
        }
    }

    @Test("A sound certificate of somebody else")
    func otherHost() async throws {
        let server = try TLSServer("other-host")
        let failure = await client.failure(of: .to(server.route(try .trusting())))
        guard case .tlsHostname("127.0.0.1", let certificate?) = failure else {
            Issue.record("\(failure as Any)")
            return
        }
        #expect(certificate.names == ["other.example", "*.third.example", "192.0.2.1"])
    }

    @Test(
        "A server name takes the place of the host",
        arguments: [
            ("other.example", true), ("x.third.example", true), ("192.0.2.1", true), ("third.example", false),
            ("sound.example", false), ("::1", false),
        ])
    func serverName(name: String, fits: Bool) async throws {
        let server = try TLSServer("other-host")
        let request = HTTPRequest.to(server.route(try .trusting(serverName: name)))
        guard fits else {
            let failure = await client.failure(of: request)
            #expect(failure?.kind == "tlsHostname", "\(failure as Any)")
            return
        }
        let reply = try await client.send(request)
        #expect(reply.said("host") == "\(name):\(server.port)")
        #expect(reply.said("sni") == (name == "192.0.2.1" ? "null" : name))
    }

    @Test("IPv6, by address and by server name", arguments: [nil, "engine.example", "::1"] as [String?])
    func version6(name: String?) async throws {
        let server = try TLSServer(host: "::1")
        let reply = try await client.send(.to(server.route(try .trusting(serverName: name), host: "::1")))
        #expect(reply.status == 200)
    }

    @Test("Without verification anybody may answer", arguments: ["self-signed", "expired", "other-host", "unknown"])
    func unverified(certificate: String) async throws {
        let server = try TLSServer(certificate)
        let reply = try await client.send(.to(server.route(try .trusting(nil, verifies: false))))
        #expect(reply.status == 200)
        #expect(reply.certificate?.subject.isEmpty == false)
    }

    @Test(
        "Client certificates, by the form of their key",
        arguments: [
            ("client/cert", "client/key"), ("client/cert", "client-forms/ec-traditional-key"),
            ("client-forms/both", nil), ("client-forms/rsa", "client-forms/rsa-key"),
            ("client-forms/rsa", "client-forms/rsa-traditional-key"),
            ("client-forms/ed25519", "client-forms/ed25519-key"),
        ] as [(String, String?)])
    func clientCertificate(certificate: String, key: String?) async throws {
        let server = try TLSServer(clients: "ca")
        var options = try TLSOptions.trusting()
        options.certificate = try Certificates.path("\(certificate).pem")
        options.key = try key.map { try Certificates.path("\($0).pem") }
        let reply = try await client.send(.to(server.route(options)))
        #expect(reply.said("client")?.lowercased().contains("client") == true)
    }

    private static let refused: [(String?, ClientCertificateRefusal?)] = [
        (nil, .missing), ("client-unknown", nil), ("client-expired", .expired(1_609_459_200)),
    ]

    @Test("A client that the server does not take", arguments: refused, [nil, "1.2"] as [String?])
    func refusedClient(expected: (client: String?, refusal: ClientCertificateRefusal?), newest: String?) async throws {
        let server = try TLSServer(clients: "ca", newest: newest)
        let request = HTTPRequest.to(server.route(try .trusting(client: expected.client)))
        for failure in [await client.failure(of: request), await client.streamFailure(of: request)] {
            guard case .tlsClientCertificate(let refusal) = failure else {
                Issue.record("\(failure as Any)")
                continue
            }
            // The alert can be lost when the server resets the connection right after it.
            let possible = expected.refusal.map { [$0] } ?? [.refused(alert: 48), .refused(alert: nil)]
            #expect(possible.contains(refusal))
        }
    }

    @Test(
        "nginx says in HTTP what it has against a client",
        arguments: [
            (nil, ClientCertificateRefusal.missing), ("client", .refused(alert: nil)),
            ("client-expired", .expired(1_609_459_200)),
        ] as [(String?, ClientCertificateRefusal)])
    func nginxWords(folder: String?, refusal: ClientCertificateRefusal) async throws {
        let server = try TLSServer()
        let path = folder == nil ? "/nginx/no-certificate" : "/nginx/bad-certificate"
        let failure = await client.failure(of: .to(server.route(try .trusting(client: folder)), path))
        #expect(failure == .tlsClientCertificate(refusal))
    }

    @Test("TLS to a plain port", arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "<!DOCTYPE HTML>"])
    func plainPort(words: String) async throws {
        let server = try FakeServer(.loopback, answersAtOnce: words)
        let request = HTTPRequest.to(.tls(host: "127.0.0.1", port: server.port, try .trusting()))
        #expect(await client.failure(of: request) == .plainExpected)
        #expect(await client.streamFailure(of: request) == .plainExpected)
    }

    @Test("TLS to something that is no web server at all")
    func strangePort() async throws {
        let server = try FakeServer(.loopback, answersAtOnce: "SSH-2.0-OpenSSH_9.2\r\n")
        let request = HTTPRequest.to(.tls(host: "127.0.0.1", port: server.port, try .trusting()))
        #expect(await client.failure(of: request)?.kind == "malformedReply")
    }

    @Test("A server that ends the handshake without a word")
    func endedHandshake() async throws {
        let server = try FakeServer(.loopback, answersAtOnce: "")
        let failure = await client.failure(of: .to(.tls(host: "127.0.0.1", port: server.port, try .trusting())))
        #expect(failure?.kind == "tlsFailed")
    }

    @Test("A server of before TLS 1.2")
    func oldVersion() async throws {
        let server = try TLSServer(newest: "1.1")
        let failure = await client.failure(of: .to(server.route(try .trusting())))
        #expect(failure?.kind == "tlsFailed", "\(failure as Any)")
    }

    @Test("Plain HTTP to a TLS port")
    func tlsPort() async throws {
        let server = try TLSServer()
        let failure = await client.failure(of: .to(.tcp(host: "127.0.0.1", port: server.port)))
        #expect(failure == .tlsExpected || failure?.kind == "connectionClosed", "\(failure as Any)")
    }

    @Test("A server that takes the connection and never speaks is slow, not far away")
    func silentServer() async throws {
        let server = try FakeServer(.loopback) { $1.waitForPeerToClose() }
        var request = HTTPRequest.to(.tls(host: "127.0.0.1", port: server.port, try .trusting()))
        request.connectTimeout = .milliseconds(300)
        #expect(await client.failure(of: request) == .deadlineExceeded(after: .milliseconds(300)))
    }

    @Test("A cancelled task ends a handshake, and a look at the server")
    func cancelled() async throws {
        let server = try FakeServer(.loopback) { $1.waitForPeerToClose() }
        let route = Route.tls(host: "127.0.0.1", port: server.port, try .trusting())
        let send = Task { [client] in await client.failure(of: .to(route)) }
        let probe = Task { [client] in await client.probe(route, connectTimeout: .seconds(60)).error }
        #expect(await eventually { server.openConnections.count == 2 })
        send.cancel()
        probe.cancel()
        #expect(await send.value == .cancelled)
        #expect(await probe.value == .cancelled)
        #expect(await eventually { server.openConnections.isEmpty })
    }

    // MARK: Connections

    @Test("No connection serves two kinds of TLS material, and each serves its own again")
    func sharedByNobodyElse() async throws {
        let server = try TLSServer(clients: "ca")
        var forms: [(String, TLSOptions)] = []
        forms.append(("client of docker-mcp-secure", try .trusting(client: "client")))
        var options = try TLSOptions.trusting()
        (options.certificate, options.key) = (
            try Certificates.path("client-forms/rsa.pem"), try Certificates.path("client-forms/rsa-key.pem")
        )
        forms.append(("RSA client", options))
        // Two authorities in one file: the same trust for this server, and other material.
        let both = try TemporaryFolder()
        let texts = try ["ca.pem", "other-ca.pem"].map { try TextFile.contents(of: Certificates.path($0)) }
        options.authority = try both.write(texts.joined(), to: "both.pem")
        forms.append(("RSA client", options))
        options.verifiesServer = false
        forms.append(("RSA client", options))
        options.serverName = "localhost"
        options.verifiesServer = true
        forms.append(("RSA client", options))
        for _ in 0..<3 {
            for (index, form) in forms.enumerated() {
                let reply = try await client.send(.to(server.route(form.1)))
                #expect(reply.said("client") == form.0)
                #expect(reply.said("connection") == "\(index + 1)")
            }
        }
        // Who may not be trusted with a connection of others: no certificate, a wrong authority, a key of somebody else.
        #expect(await client.failure(of: .to(server.route(try .trusting()))) == .tlsClientCertificate(.missing))
        let wrong = await client.failure(of: .to(server.route(try .trusting("other-ca", client: "client"))))
        #expect(wrong?.kind == "tlsUntrusted")
        let stolen = await client.failure(of: .to(server.route(try .trusting(client: "client-wrong-key"))))
        #expect(stolen?.kind == "tlsFile")
    }

    @Test("Files that were renewed are used from then on, without a restart")
    func renewed() async throws {
        let server = try TLSServer(clients: "ca")
        let folder = try TemporaryFolder()
        func put(_ certificate: String, _ key: String) throws {
            try folder.write(try TextFile.contents(of: Certificates.path(certificate)), to: "cert.pem")
            try folder.write(try TextFile.contents(of: Certificates.path(key)), to: "key.pem")
        }
        var options = try TLSOptions.trusting()
        (options.certificate, options.key) = (folder.path(to: "cert.pem"), folder.path(to: "key.pem"))
        try put("client/cert.pem", "client/key.pem")
        let first = try await client.send(.to(server.route(options)))
        #expect(first.said("client") == "client of docker-mcp-secure")
        try put("client-forms/rsa.pem", "client-forms/rsa-key.pem")
        let second = try await client.send(.to(server.route(options)))
        #expect(second.said("client") == "RSA client")
        unlink(folder.path(to: "key.pem"))
        let failure = await client.failure(of: .to(server.route(options)))
        #expect(failure == .tlsFile(TLSFileError(.key, folder.path(to: "key.pem"), .missing)))
    }

    @Test("A connection from before a moment is not used after it", arguments: [0.0, 1.1, 2.2])
    func notBefore(age: Double) async throws {
        let server = try TLSServer()
        var request = HTTPRequest.to(server.route(try .trusting()))
        let first = try await client.send(request)
        #expect(first.said("connection") == "1")
        request.notBefore = .now
        try await Task.sleep(for: .seconds(age))
        let second = try await client.send(request)
        #expect(second.said("connection") == "2")
        // Another source may still use what is older, unless it was closed; later it settles on one connection.
        request.notBefore = .now - .seconds(3_600)
        let third = try await client.send(request), fourth = try await client.send(request)
        #expect(third.said("connection") == fourth.said("connection"))
    }
}

/// A file as text.
enum TextFile {
    static func contents(of path: String) throws -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        return String(decoding: bytes[..<fread(&bytes, 1, bytes.count, file)], as: UTF8.self)
    }
}
