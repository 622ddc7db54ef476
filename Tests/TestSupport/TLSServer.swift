// Certificates, and servers that show them.
import Glibc
import NIOConcurrencyHelpers

/// What `scripts/make-certificates` makes, once for all tests of the process.
public enum Certificates {
    private static let folder = NIOLockedValueBox<TemporaryFolder?>(nil)

    /// The path of a file that the script makes, such as `client/cert.pem`. Throws when it can't be made.
    public static func path(_ name: String) throws -> String {
        try folder.withLockedValue { folder in
            if let folder { return folder.path(to: "it/\(name)") }
            let new = try TemporaryFolder()
            let made = try ChildProcess.run([Repository.path("scripts/make-certificates"), new.path(to: "it")])
            guard made else { throw SystemError(call: "make-certificates") }
            folder = new
            // What a static holds is not let go at the end of a process.
            atexit { Certificates.folder.withLockedValue { $0 = nil } }
            return new.path(to: "it/\(name)")
        }
    }
}

/// A server that shows a certificate of `Certificates`, and tells in JSON what it knows of each connection.
public final class TLSServer: Sendable {
    /// Where it listens, on the host that was asked for.
    public let port: Int

    /// All of them live in one process, since it takes longer to start than they do.
    private static let process = NIOLockedValueBox<ChildProcess?>(nil)

    private static func order(_ words: [String]) throws -> String {
        try process.withLockedValue { process in
            let server =
                try process ?? ChildProcess(["python3", "-I", Repository.path("Tests/e2e/support/tls_server.py")])
            if process == nil { atexit { TLSServer.process.withLockedValue { $0 = nil } } }
            process = server
            guard server.write(words.joined(separator: " ") + "\n"), let answer = server.line() else {
                throw SystemError(call: "tls_server.py")
            }
            return answer
        }
    }

    /// Shows `server/CERTIFICATE.pem`, or its `-chain.pem`; wants client certificates of the authority `clients`
    /// (`ca`), and speaks no TLS newer than `newest` (`1.2`).
    public init(
        _ certificate: String = "sound", clients: String? = nil, newest: String? = nil, host: String = "127.0.0.1"
    ) throws {
        let key = certificate.hasSuffix("-chain") ? String(certificate.dropLast(6)) : certificate
        var words = ["open", "--host", host, "--certificate", try Certificates.path("server/\(certificate).pem")]
        words += ["--key", try Certificates.path("server/\(key)-key.pem")]
        if let clients { words += ["--clients", try Certificates.path("\(clients).pem")] }
        if let newest { words += ["--newest", newest] }
        guard let port = Int(try Self.order(words)) else { throw SystemError(call: "tls_server.py") }
        self.port = port
    }

    deinit { _ = try? Self.order(["close", "\(port)"]) }

    /// How the next handshake went: `ok`, or `failed` and why; waits for it, so it must have begun.
    public func handshake() throws -> String { try Self.order(["handshake", "\(port)"]) }
}

/// Files of the project.
enum Repository {
    static func path(_ name: String) -> String {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/" + name
    }
}
