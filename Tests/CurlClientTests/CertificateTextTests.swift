// Dates, PEM and DER: exact where they are sound, and nothing else than nil where they are not.
import TestSupport
import Testing

@testable import CurlClient

@Suite struct CertificateTextTests {
    private static let dates: [(Substring, Int64?)] = [
        ("Nov 23 12:00:00 2026 GMT", 1_795_435_200), ("Nov  3 12:00:00 2026 GMT", 1_793_707_200),
        ("Jan  1 00:00:00 1970 GMT", 0), ("Dec 31 23:59:59 1969 GMT", -1), ("Feb 29 00:00:00 2024 GMT", 1_709_164_800),
        ("Dec 31 23:59:59 9999 GMT", 253_402_300_799), ("Jan  1 00:00:00 1950 GMT", -631_152_000),
        ("Mar  1 00:00:00 2000 GMT", 951_868_800), ("Mar  1 00:00:00 2100 GMT", 4_107_542_400),
        ("Nov 23 12:00:00.25 2026 GMT", 1_795_435_200), ("Feb 29 00:00:00 2023 GMT", nil),
        ("Feb 29 00:00:00 2100 GMT", nil), ("Nov 31 00:00:00 2026 GMT", nil), ("Nov 23 24:00:00 2026 GMT", nil),
        ("Nov 23 12:60:00 2026 GMT", nil), ("Nov 23 12:00 2026 GMT", nil), ("Nov 23 12:00:00 2026", nil),
        ("Nov 23 12:00:00 2026 CET", nil), ("ovD 23 12:00:00 2026 GMT", nil), ("Nov -3 12:00:00 2026 GMT", nil),
        ("Nov 23 12::00 2026 GMT", nil), ("", nil), ("Nov 23 12:00:00 99999999999999999999 GMT", nil),
        ("Nov 0 12:00:00 2026 GMT", nil), ("23 Nov 12:00:00 2026 GMT", nil),
    ]

    @Test("Dates as OpenSSL prints them", arguments: dates)
    func date(text: Substring, seconds: Int64?) { #expect(CalendarDate.seconds(openSSL: text) == seconds) }

    @Test("What libcurl tells of a certificate, whole and in part")
    func lines() {
        let whole = PeerCertificate(lines: [
            "Subject:CN = a:b", "Issuer:CN = c", "Version:2", "Start date:Nov 23 12:00:00 2026 GMT",
            "Expire date:nonsense",
            "X509v3 Subject Alternative Name:DNS:a.example, IP Address:192.0.2.1, email:a@b, URI:http://x, DNS:*.b.example",
        ])
        #expect(whole.subject == "CN = a:b")
        #expect(!whole.isSelfSigned)
        #expect(whole.notBefore == 1_795_435_200)
        #expect(whole.notAfter == nil)
        #expect(whole.names == ["a.example", "192.0.2.1", "*.b.example"])
        #expect(
            PeerCertificate(lines: [])
                == PeerCertificate(subject: "", issuer: "", notBefore: nil, notAfter: nil, names: []))
        let flood = (0..<5_000).map { "DNS:\($0)\(String(repeating: "x", count: 1_000))" }.joined(separator: ", ")
        let large = PeerCertificate(lines: ["Subject:\(flood)", "X509v3 Subject Alternative Name:\(flood)"])
        #expect(large.subject.utf8.count == 512)
        #expect(large.names.count == 64)
        #expect(large.names.allSatisfy { $0.utf8.count == 512 })
    }

    @Test(
        "Base64",
        arguments: [
            ("", []), ("TQ==", [77]), ("TWE=", [77, 97]), ("TWFu", [77, 97, 110]), ("T W\tFu", [77, 97, 110]),
            ("+/+/", [251, 255, 191]), ("TQ=", nil), ("T", nil), ("TQ==TQ==", nil), ("TW!u", nil), ("====", nil),
        ] as [(String, [UInt8]?)])
    func base64(text: String, bytes: [UInt8]?) { #expect(Base64.decoded(Array(text.utf8)) == bytes) }

    @Test("PEM, whatever its line ends and whatever stands around it", arguments: ["\n", "\r\n", "\r"])
    func pem(lineEnd: String) {
        let text = [
            "Bag Attributes: x", "-----BEGIN CERTIFICATE-----  ", "TW", "Fu", "-----END CERTIFICATE-----", "",
            "-----BEGIN RSA PRIVATE KEY-----", "Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-128-CBC,00", "",
            "TWFu", "-----END RSA PRIVATE KEY-----", "-----BEGIN ENCRYPTED PRIVATE KEY-----", "TWFu",
            "-----END ENCRYPTED PRIVATE KEY-----", "-----BEGIN X-----", "T", "-----END Y-----", "-----END X-----",
            "-----BEGIN LOST-----", "TWFu",
        ].joined(separator: lineEnd)
        #expect(
            PEMBlock.all(in: Array(text.utf8)) == [
                PEMBlock(label: "CERTIFICATE", contents: [77, 97, 110], isEncrypted: false),
                PEMBlock(label: "RSA PRIVATE KEY", contents: nil, isEncrypted: true),
                PEMBlock(label: "ENCRYPTED PRIVATE KEY", contents: nil, isEncrypted: true),
                PEMBlock(label: "X", contents: nil, isEncrypted: false),
            ])
    }

    private static func bytes(_ name: String) throws -> [UInt8] {
        Array(try TextFile.contents(of: Certificates.path(name)).utf8)
    }

    private static func block(_ name: String) throws -> PEMBlock? {
        PEMBlock.all(in: try bytes(name)).first { $0.label != "EC PARAMETERS" }
    }

    @Test(
        "A certificate and its key tell the same, in each form",
        arguments: [
            ("client/cert", "client/key"), ("client/cert", "client-forms/ec-traditional-key"),
            ("client-forms/rsa", "client-forms/rsa-key"), ("client-forms/rsa", "client-forms/rsa-traditional-key"),
        ])
    func keyPair(certificate: String, key: String) throws {
        let contents = try #require(try Self.block("\(certificate).pem")?.contents)
        let block = try #require(try Self.block("\(key).pem"))
        let local = try #require(LocalCertificate(contents))
        #expect(local.publicKey != nil)
        #expect(local.publicKey == PublicKey(privateKey: block.contents ?? [], label: block.label))
        #expect(local.notBefore == 1_704_067_200)
        #expect(local.notAfter == 7_226_582_400)
    }

    @Test("Kinds of keys that are not compared tell nothing")
    func otherKind() throws {
        let certificate = try #require(try Self.block("client-forms/ed25519.pem")?.contents)
        #expect(LocalCertificate(certificate)?.publicKey == nil)
        #expect(LocalCertificate(certificate)?.notAfter == 7_226_582_400)
        let key = try #require(try Self.block("client-forms/ed25519-key.pem"))
        #expect(PublicKey(privateKey: key.contents ?? [], label: key.label) == nil)
    }

    @Test("Broken at any place, there is an answer, and never another key")
    func broken() throws {
        let certificate = try #require(try Self.block("client-forms/rsa.pem")?.contents)
        let key = try #require(try Self.block("client-forms/rsa-key.pem"))
        let contents = key.contents ?? [], whole = PublicKey(privateKey: contents, label: key.label)
        for count in 0..<certificate.count { #expect(LocalCertificate(Array(certificate.prefix(count))) == nil) }
        for count in contents.indices {
            #expect(PublicKey(privateKey: Array(contents.prefix(count)), label: key.label) == nil)
        }
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            var bytes = certificate
            for _ in 0..<3 {
                let place = Int.random(in: bytes.indices, using: &generator)
                bytes[place] = UInt8.random(in: 0...255, using: &generator)
            }
            _ = LocalCertificate(bytes)
            _ = PEMBlock.all(in: bytes)
        }
        #expect(whole != nil)
    }

    @Test(
        "OpenSSL's numbers in libcurl's words",
        arguments: [
            ("OpenSSL/3.0.19: error:0A000412:SSL routines::sslv3 alert bad certificate", 0x412, 42),
            ("OpenSSL SSL_read: error:0A00045C:SSL routines::tlsv13 alert certificate required, errno 0", 0x45c, 116),
            ("error:14094412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate", 0x412, 42),
            ("OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number", 0x10b, nil),
            ("error:05800074:x509 certificate routines::key values mismatch", nil, nil), ("error:0A00", nil, nil),
            ("error:zzzzzzzz", nil, nil), ("", nil, nil),
        ] as [(String, Int?, Int?)])
    func number(words: String, reason: Int?, alert: Int?) {
        #expect(OpenSSLError(in: words)?.reason == reason)
        #expect(OpenSSLError(in: words)?.alert == alert)
    }
}
