// What fails in TLS: for each the code, what the message says, and what the hint tells to do.
import CurlClient
import SafeText
import Testing

@testable import DockerSources

@Suite struct TLSErrorTests {
    private static let label = SourceLabel(name: "cloud", kind: .remoteTLS, endpoint: "tcp://203.0.113.7:2376")
    private static let options = TLSOptions(
        authority: "/certs/ca.pem", certificate: "/certs/cert.pem", key: "/certs/key.pem")
    private static let certificate = PeerCertificate(
        subject: "CN = engine", issuer: "CN = authority", notBefore: 4_102_444_800, notAfter: 1_609_459_200,
        names: ["a.example", "192.0.2.1"])

    private static let failures: [(TransferError, SourceError.Code, message: [String], hint: [String])] = [
        (
            .tlsUntrusted(.unknownAuthority, certificate), .tlsUntrusted,
            ["signed by CN = authority", "/certs/ca.pem does not have"],
            ["/certs/ca.pem", "ca.pem in DOCKER_CERT_PATH", "ca: under tls:"]
        ),
        (
            .tlsUntrusted(.unknownAuthority, nil), .tlsUntrusted, ["signed, an authority that"], ["DOCKER_CERT_PATH"]
        ),
        (
            .tlsUntrusted(.selfSigned, certificate), .tlsUntrusted, ["(CN = engine) is signed by itself only"],
            ["--tlscert", "/certs/ca.pem"]
        ),
        (
            .tlsUntrusted(.expired, certificate), .tlsUntrusted, ["expired on 2021-01-01 00:00 UTC"],
            ["--tlscert", "clock"]
        ),
        (.tlsUntrusted(.expired, nil), .tlsUntrusted, ["expired."], ["--tlscert"]),
        (
            .tlsUntrusted(.notYetValid, certificate), .tlsUntrusted, ["not valid before 2100-01-01 00:00 UTC"],
            ["this machine's clock"]
        ),
        (
            .tlsUntrusted(.authorityExpired, certificate), .tlsUntrusted,
            ["the authority (CN = engine)", "expired on 2021-01-01"], ["new authority", "/certs/ca.pem"]
        ),
        (.tlsUntrusted(.revoked, nil), .tlsUntrusted, ["revoked"], ["new certificate"]),
        (.tlsUntrusted(.wrongPurpose, nil), .tlsUntrusted, ["not made for this"], ["serverAuth"]),
        (.tlsUntrusted(.weak, nil), .tlsUntrusted, ["too weak"], ["2048"]),
        (
            .tlsUntrusted(.other(code: 99, words: "odd"), nil), .tlsUntrusted, ["odd", "OpenSSL 99"],
            ["openssl verify"]
        ),
        (
            .tlsHostname("10.0.0.1", certificate), .tlsHostname, ["is for a.example, 192.0.2.1", "not for 10.0.0.1"],
            ["server_name: a.example", "subjectAltName=IP:10.0.0.1"]
        ),
        (.tlsHostname("b.example", nil), .tlsHostname, ["names no host"], ["subjectAltName=DNS:b.example"]),
        (
            .tlsClientCertificate(.missing), .tlsClientCertificate, ["wants a client certificate", "none is set"],
            ["DOCKER_CERT_PATH", "cert.pem and key.pem", "under tls:"]
        ),
        (
            .tlsClientCertificate(.expired(1_609_459_200)), .tlsClientCertificate,
            ["/certs/cert.pem expired on 2021-01-01 00:00 UTC"], ["new client certificate", "--tlscacert"]
        ),
        (
            .tlsClientCertificate(.notYetValid(4_102_444_800)), .tlsClientCertificate,
            ["/certs/cert.pem is not valid before 2100-01-01"], ["clock"]
        ),
        (
            .tlsClientCertificate(.refused(alert: 48)), .tlsClientCertificate,
            ["/certs/cert.pem away", "alert 48, unknown authority"], ["--tlscacert", "DOCKER_CERT_PATH"]
        ),
        (.tlsClientCertificate(.refused(alert: nil)), .tlsClientCertificate, ["/certs/cert.pem away."], ["clientAuth"]),
        (.tlsExpected, .tlsExpected, ["speaks TLS there"], ["DOCKER_TLS_VERIFY=1", "DOCKER_CERT_PATH", "2376"]),
        (.plainExpected, .plainExpected, ["speaks plain HTTP there"], ["2376", "DOCKER_TLS_VERIFY", "tls:"]),
        (.tlsFailed("no common cipher"), .tlsUntrusted, ["handshake failed", "no common cipher"], ["TLS 1.2"]),
    ]

    @Test("A failure in TLS", arguments: failures.indices)
    func failure(index: Int) {
        let (failure, code, messages, hints) = Self.failures[index]
        let error = SourceError(failure, at: Self.label, tls: Self.options)
        #expect(error.code == code)
        #expect(error.state == .misconfigured)
        #expect(error.isWellPut(for: Self.label))
        for part in messages { #expect(error.message.contains(part), "\(error.message)") }
        for part in hints { #expect(error.hint.contains(part), "\(error.hint)") }
        // What masks secrets further on must leave the words alone.
        #expect(Secrets.masked(error.message) == error.message)
        #expect(Secrets.masked(error.hint) == error.hint)
    }

    @Test("Without a file of authorities the machine's own are meant")
    func systemStore() {
        let error = SourceError(
            .tlsUntrusted(.unknownAuthority, Self.certificate), at: Self.label, tls: TLSOptions())
        #expect(error.message.contains("this machine's store"))
        #expect(error.hint.contains("ca.pem in the folder of DOCKER_CERT_PATH"))
    }

    private static let problems: [(TLSFileError.Problem, message: String, hint: String)] = [
        (.missing, "does not exist", "DOCKER_CERT_PATH"), (.forbidden, "may not be read by this user", "chmod 400"),
        (.folder, "is a folder", "Name the file itself"),
        (.unreadable("Input/output error"), "Input/output error", "DOCKER_CERT_PATH"),
        (.tooLarge(limit: 4 << 20), "larger than 4 MiB", "DOCKER_CERT_PATH"),
        (.empty, "is empty", "DOCKER_CERT_PATH"), (.binary, "is binary", "-inform der"),
        (.wrongContents(found: ["EC PARAMETERS"]), "but EC PARAMETERS", "-----BEGIN"),
        (.wrongContents(found: []), "holds no PEM block", "-----BEGIN"), (.damaged, "is damaged", "again"),
        (.encrypted, "passphrase", "openssl pkey"),
        (.mismatch(certificate: "/certs/cert.pem"), "does not belong to the certificate /certs/cert.pem", "the same"),
        (.certificateNotSet, "without its certificate", "cert:"),
    ]

    @Test(
        "A file that is no good", arguments: problems.indices, [TLSFileError.Role.authority, .certificate, .key])
    func file(index: Int, role: TLSFileError.Role) {
        let (problem, message, hint) = Self.problems[index]
        let error = SourceError(.tlsFile(TLSFileError(role, "/certs/x.pem", problem)), at: Self.label)
        #expect(error.code == (role == .authority ? .tlsUntrusted : .tlsClientCertificate))
        #expect(error.state == .misconfigured)
        #expect(error.message.contains("/certs/x.pem"))
        #expect(error.message.contains(message), "\(error.message)")
        #expect(error.hint.contains(hint), "\(error.hint)")
        #expect(error.isWellPut(for: Self.label))
    }

    @Test("A hostile server's words are cleaned and cut")
    func hostile() {
        let words = "a\u{1b}[31mb\nc\u{202e}" + String(repeating: "x", count: 10_000)
        let hostile = PeerCertificate(
            subject: words, issuer: words, notBefore: .max, notAfter: .min,
            names: (0..<64).map { "\(words)\($0)" })
        for reason in [DistrustReason.unknownAuthority, .selfSigned, .expired, .notYetValid, .authorityExpired, .weak] {
            let error = SourceError(.tlsUntrusted(reason, hostile), at: Self.label, tls: Self.options)
            #expect(error.isWellPut(for: Self.label), "\(error)")
        }
        let error = SourceError(.tlsHostname(words, hostile), at: Self.label)
        #expect(error.message.count < 1_200 && SafeText.line(error.message) == error.message)
        #expect(error.message.contains("and 58 more"))
        #expect(SafeText.line(error.hint) == error.hint)
        let other = SourceError(.tlsUntrusted(.other(code: 1, words: words), hostile), at: Self.label)
        #expect(other.isWellPut(for: Self.label))
    }
}
