// Files of TLS options that are no good: each is named, with what is wrong, before anything is connected.
import CurlClient
import Glibc
import TestSupport
import Testing

@Suite struct TLSFileTests {
    let client = CurlClient()
    let folder: TemporaryFolder
    /// A port where a connection would fail otherwise: nothing may be connected.
    let port: ClosedPort

    init() throws {
        folder = try TemporaryFolder()
        port = try ClosedPort()
    }

    private func failure(_ options: TLSOptions) async -> TransferError? {
        await client.failure(of: .to(.tls(host: "127.0.0.1", port: port.port, options)))
    }

    private static func certificate(_ name: String) -> String { (try? Certificates.path(name)) ?? "" }

    /// What stands in the file, and what is wrong with it as an authority or a certificate.
    private static let certificates: [(String, TLSFileError.Problem)] = [
        ("", .empty),
        ("hello\n", .wrongContents(found: [])),
        ("-----BEGIN CERTIFICATE-----\nMIIB", .wrongContents(found: [])),
        ("-----BEGIN CERTIFICATE-----\nMI!B\n-----END CERTIFICATE-----\n", .damaged),
        ("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", .damaged),
        ("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", .damaged),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", .wrongContents(found: ["PRIVATE KEY"])),
        ("0\u{82}\u{1}\u{0}", .binary),
        (String(repeating: "x", count: (4 << 20) + 1), .tooLarge(limit: 4 << 20)),
    ]

    @Test("An authority or a certificate that can't be read", arguments: certificates.indices)
    func badCertificate(index: Int) async throws {
        let (contents, problem) = Self.certificates[index]
        let path = try folder.write(contents, to: "bad.pem")
        #expect(await failure(TLSOptions(authority: path)) == .tlsFile(TLSFileError(.authority, path, problem)))
        let key = Self.certificate("client/key.pem")
        #expect(
            await failure(TLSOptions(certificate: path, key: key))
                == .tlsFile(TLSFileError(.certificate, path, problem)))
    }

    private static let keys: [(String, TLSFileError.Problem)] = [
        ("client-forms/encrypted-key.pem", .encrypted), ("client-forms/encrypted-traditional-key.pem", .encrypted),
        ("client/cert.pem", .wrongContents(found: ["CERTIFICATE"])), ("client-forms/cert.der", .binary),
        ("client-wrong-key/key.pem", .mismatch(certificate: certificate("client/cert.pem"))),
        ("client-forms/rsa-key.pem", .mismatch(certificate: certificate("client/cert.pem"))),
    ]

    @Test("A key that can't be used", arguments: keys.indices)
    func badKey(index: Int) async throws {
        let (name, problem) = Self.keys[index], path = Self.certificate(name)
        let options = TLSOptions(certificate: Self.certificate("client/cert.pem"), key: path)
        #expect(await failure(options) == .tlsFile(TLSFileError(.key, path, problem)))
    }

    @Test("Keys of kinds that we do not compare are compared by OpenSSL")
    func uncomparedKey() async throws {
        let server = try TLSServer(clients: "ca")
        let key = Self.certificate("client-forms/ed25519-key.pem")
        var options = try TLSOptions.trusting()
        (options.certificate, options.key) = (Self.certificate("client/cert.pem"), key)
        let failure = await client.failure(of: .to(server.route(options)))
        #expect(
            failure
                == .tlsFile(TLSFileError(.key, key, .mismatch(certificate: Self.certificate("client/cert.pem")))))
    }

    @Test("What is no file, or not there", arguments: [TLSFileError.Role.authority, .certificate, .key])
    func noFile(role: TLSFileError.Role) async throws {
        func failure(_ path: String) async -> TLSFileError.Problem? {
            var options = TLSOptions()
            switch role {
            case .authority: options.authority = path
            case .certificate: (options.certificate, options.key) = (path, Self.certificate("client/key.pem"))
            case .key: (options.certificate, options.key) = (Self.certificate("client/cert.pem"), path)
            }
            guard case .tlsFile(let error) = await self.failure(options), error.role == role, error.path == path else {
                return nil
            }
            return error.problem
        }
        #expect(await failure(folder.path(to: "none.pem")) == .missing)
        #expect(await failure(folder.path(to: "no/ne.pem")) == .missing)
        #expect(await failure("") == .missing)
        #expect(await failure(folder.path) == .folder)
        #expect(mkfifo(folder.path(to: "pipe"), 0o600) == 0)
        #expect(await failure(folder.path(to: "pipe")) == .unreadable("it is no regular file"))
        #expect(symlink("loop", folder.path(to: "loop")) == 0)
        #expect(await failure(folder.path(to: "loop")) == .unreadable("Too many levels of symbolic links"))
    }

    @Test("A file that this user may not read")
    func forbidden() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder(), client = CurlClient()
            let path = try folder.write("secret", to: "key.pem")
            #expect(chmod(path, 0) == 0)
            // Root may read everything: it asks as nobody.
            if geteuid() == 0 { #expect(chmod(folder.path, 0o755) == 0 && seteuid(65_534) == 0) }
            let failure = await client.failure(of: .to(.tls(host: "127.0.0.1", port: 1, TLSOptions(authority: path))))
            #expect(failure == .tlsFile(TLSFileError(.authority, path, .forbidden)))
            _ = seteuid(getuid())
        }
    }

    @Test("A key needs its certificate; a certificate's file may hold its key")
    func halves() async throws {
        let key = Self.certificate("client/key.pem"), certificate = Self.certificate("client/cert.pem")
        #expect(await failure(TLSOptions(key: key)) == .tlsFile(TLSFileError(.key, key, .certificateNotSet)))
        #expect(
            await failure(TLSOptions(certificate: certificate))
                == .tlsFile(TLSFileError(.key, certificate, .wrongContents(found: ["CERTIFICATE"]))))
        // Sound files lead on to the port, where nobody listens.
        let both = Self.certificate("client-forms/both.pem")
        #expect(await failure(TLSOptions(certificate: both)) == .connectionRefused)
    }

    @Test("A file that was put right is read again")
    func putRight() async throws {
        let path = try folder.write("not yet", to: "ca.pem"), options = TLSOptions(authority: path)
        #expect(await failure(options)?.kind == "tlsFile")
        try folder.write(try TextFile.contents(of: Self.certificate("ca.pem")), to: "ca.pem")
        #expect(await failure(options) == .connectionRefused)
    }
}
