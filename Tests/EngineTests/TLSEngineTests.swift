// A real engine behind mutual TLS, which scripts/engines starts with --tls.
import CurlClient
import DockerEngine
import DockerSources
import Glibc
import Testing

@Suite(.enabled(if: TLSEngine.isThere, "scripts/engines up --tls starts one"))
struct TLSEngineTests {
    let client = CurlClient()

    private func source(_ authority: String = "ca", client folder: String?) throws -> RemoteTCPSource {
        let engine = try #require(TLSEngine())
        let tls = TLSOptions(
            authority: "\(engine.folder)/\(authority).pem",
            certificate: folder.map { "\(engine.folder)/\($0)/cert.pem" },
            key: folder.map { "\(engine.folder)/\($0)/key.pem" })
        return RemoteTCPSource(
            name: "tls", host: "127.0.0.1", port: engine.port, tls: tls, limits: SourceLimits(total: .seconds(60)),
            client: client)
    }

    private func failure(of source: any Source) async -> SourceError? {
        do throws(SourceError) { _ = try await source.reply(to: .version) } catch { return error }
        return nil
    }

    @Test("It answers who has a certificate of its authority, over one connection")
    func answers() async throws {
        let source = try source(client: "client")
        for _ in 0..<5 { #expect(try await source.reply(to: .containers(all: true)).isEmpty == false) }
        #expect(source.certificate?.subject.contains("engine sound") == true)
        source.forgetConnections()
        _ = try await source.reply(to: .version)
    }

    @Test("It turns others away, and each is told why, however often", arguments: 0..<5)
    func refuses(round: Int) async throws {
        let none = await failure(of: try source(client: nil))
        #expect(none?.code == .tlsClientCertificate)
        #expect(none?.message.contains("none is set") == true, "\(none as Any)")
        let expired = await failure(of: try source(client: "client-expired"))
        #expect(expired?.code == .tlsClientCertificate)
        #expect(expired?.message.contains("expired on 2021-01-01") == true, "\(expired as Any)")
        #expect(await failure(of: try source(client: "client-unknown"))?.code == .tlsClientCertificate)
        let untrusted = await failure(of: try source("other-ca", client: "client"))
        #expect(untrusted?.code == .tlsUntrusted)
        #expect(untrusted?.message.contains("signed by CN = authority") == true, "\(untrusted as Any)")
    }

    @Test("A look at it tells what it wants")
    func probe() async throws {
        let engine = try #require(TLSEngine())
        let sound = TLSOptions(
            authority: "\(engine.folder)/ca.pem", certificate: "\(engine.folder)/client/cert.pem",
            key: "\(engine.folder)/client/key.pem")
        let probe = await client.probe(.tls(host: "127.0.0.1", port: engine.port, sound))
        #expect(probe.error == nil)
        #expect(probe.tlsVersion == "TLSv1.3")
        #expect(probe.asksForClientCertificate)
        let bare = TLSOptions(authority: "\(engine.folder)/ca.pem")
        let refused = await client.probe(.tls(host: "127.0.0.1", port: engine.port, bare))
        #expect(refused.error == .tlsClientCertificate(.missing))
    }

    @Test("Plain HTTP to its port is told from other failures")
    func plain() async throws {
        let engine = try #require(TLSEngine())
        let source = RemoteTCPSource(
            name: "tls", host: "127.0.0.1", port: engine.port, limits: SourceLimits(), client: client)
        #expect(await failure(of: source)?.code == .tlsExpected)
    }
}

/// Where the engine is, as `scripts/engines env` says.
private struct TLSEngine {
    let port: Int
    /// The folder of all its certificates.
    let folder: String

    static var isThere: Bool { TLSEngine() != nil }

    init?() {
        guard let address = getenv("ENGINE_TLS_TCP"), let certificates = getenv("ENGINE_TLS_CERTS"),
            let port = String(cString: address).split(separator: ":").last.flatMap({ Int($0) })
        else { return nil }
        self.port = port
        let parts = String(cString: certificates).split(separator: "/").dropLast()
        folder = "/" + parts.joined(separator: "/")
    }
}
