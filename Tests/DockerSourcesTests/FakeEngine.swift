// An engine that answers as a test tells it: for what no real one does on demand.
import CurlClient
import DockerSources
import NIOConcurrencyHelpers
import TestSupport

/// Answers `_ping` itself, and gives everything else to its script.
final class FakeEngine: Sendable {
    typealias Script = @Sendable (_ path: String, _ connection: FakeConnection) -> Void

    let server: FakeServer
    /// What `_ping` says is the newest version; nil leaves the header out.
    let newestVersion: NIOLockedValueBox<String?>
    private let client = CurlClient()

    init(version: String? = "1.41", _ script: @escaping Script = FakeEngine.versionReply) throws {
        let newestVersion = NIOLockedValueBox(version)
        self.newestVersion = newestVersion
        server = try FakeServer { head, connection in
            let path = FakeEngine.path(of: head)
            guard path == "/_ping" else { return script(path, connection) }
            let header = newestVersion.withLockedValue { $0 }.map { ["Api-Version: \($0)"] } ?? []
            connection.reply(headers: header, body: "OK")
        }
    }

    /// A source that asks this engine; its limits are out of reach.
    func source() -> LocalSocketSource {
        LocalSocketSource(
            name: "local", paths: [server.socketPath],
            limits: SourceLimits(connect: .seconds(600), total: .seconds(600)), client: client)
    }

    /// The paths that were asked, in order.
    var paths: [String] { server.requests.map(Self.path) }

    /// What a sound engine says to `GET /version`.
    static let versionReply: Script = { _, connection in connection.reply(body: #"{"Version":"20.10.24"}"#) }

    private static func path(of head: String) -> String {
        head.split(separator: " ").dropFirst().first.map(String.init) ?? ""
    }
}
