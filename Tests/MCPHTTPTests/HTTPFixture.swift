// A registry whose calls a test can hold, watch and let go, and a server of it on a port of its own.
import JSON
import MCP
import MCPHTTP
import NIOConcurrencyHelpers
import Testing
import TestSupport

/// What happened, by name.
final class Tally: Sendable {
    private let counts = NIOLockedValueBox<[String: Int]>([:])

    func add(_ name: String) { counts.withLockedValue { $0[name, default: 0] += 1 } }
    func count(_ name: String) -> Int { counts.withLockedValue { $0[name, default: 0] } }
}

/// Tells all who watch.
final class Bell: Sendable {
    private let watches = NIOLockedValueBox<[Int: (uris: Set<String>, changed: ResourceWatcher.Changed)]>([:])
    private let next = NIOLockedValueBox(0)

    var count: Int { watches.withLockedValue { $0.count } }

    func ring(_ uri: String) {
        for watch in watches.withLockedValue({ Array($0.values) }) where watch.uris.contains(uri) { watch.changed(uri) }
    }

    var watcher: ResourceWatcher {
        ResourceWatcher(canWatch: { $0 != "test://still" }) { [self] uris, changed in
            let number = next.withLockedValue { next in
                next += 1
                return next
            }
            watches.withLockedValue { $0[number] = (uris, changed) }
            do { try await Task.sleep(for: .seconds(3600)) } catch {}
            watches.withLockedValue { $0[number] = nil }
        }
    }
}

struct HTTPFixture: Sendable {
    let tally = Tally()
    let bell = Bell()
    let isOpen = NIOLockedValueBox(false)

    var registry: Registry {
        Registry(
            server: ServerDescription(name: "fixture", version: "1.2.3"),
            tools: [
                tool("echo") { arguments, _ in ToolResult(text: JSON.object(arguments).text, structured: nil) },
                tool("client") { _, context in ToolResult(text: context.client ?? "nobody", structured: nil) },
                tool("hang") { [tally] _, _ throws(ToolFailure) in
                    tally.add("hanging")
                    do { try await Task.sleep(for: .seconds(3600)) } catch {
                        tally.add("cancelled")
                        throw ToolFailure(text: "cancelled")
                    }
                    return ToolResult(text: "slept", structured: nil)
                },
                tool("gated") { [tally, isOpen] _, context throws(ToolFailure) in
                    context.report(progress: 1, total: 2, message: "half")
                    tally.add("waiting")
                    guard await eventually({ isOpen.withLockedValue { $0 } }) else { throw ToolFailure(text: "late") }
                    tally.add("through")
                    return ToolResult(text: "through", structured: nil)
                },
            ],
            resources: ["test://bell", "test://still"].map { uri in
                Resource(uri: uri, description: ResourceDescription(name: uri)) { _ in
                    [ResourceContents(uri: uri, body: .text("x"))]
                }
            },
            watcher: bell.watcher)
    }

    func open() { isOpen.withLockedValue { $0 = true } }

    private func tool(_ name: String, handler: @escaping ToolHandler) -> Tool {
        Tool(name: name, title: name, description: name, inputSchema: ["type": "object"], handler: handler)
    }
}

/// A running server and what it serves.
struct Site: Sendable {
    let port: Int
    let fixture: HTTPFixture
    let server: MCPHTTPServer

    func client() throws -> RawClient { try RawClient(port: port) }

    /// One request on a connection of its own.
    func ask(
        _ method: String = "POST", _ path: String = "/mcp", headers: [String: String?] = [:], body: String = ""
    ) async throws -> RawReply {
        let client = try client()
        try await client.send(Self.request(method, path, headers: headers, body: body))
        let reply = try await client.reply(hasBody: method != "HEAD")
        await client.close()
        return reply
    }

    /// The usual headers, unless `headers` has others; nil leaves one out.
    static func request(
        _ method: String = "POST", _ path: String = "/mcp", headers: [String: String?] = [:], body: String = ""
    ) -> String {
        var all: [String: String?] = [
            "Host": "localhost", "Accept": "application/json, text/event-stream", "Content-Type": "application/json",
            "Content-Length": String(body.utf8.count),
        ]
        for (name, value) in headers { all[name] = .some(value) }
        let lines = all.sorted { $0.key < $1.key }.compactMap { name, value in value.map { "\(name): \($0)\r\n" } }
        return "\(method) \(path) HTTP/1.1\r\n\(lines.joined())\r\n\(body)"
    }

    /// A new session's id.
    func begin(_ revision: String = "2025-11-25", headers: [String: String?] = [:]) async throws -> String {
        let reply = try await ask(headers: headers, body: Message.initialize(revision))
        #expect(reply.status == 200)
        return try #require(reply.headers["mcp-session-id"])
    }
}

/// Serves while `body` runs.
func withSite(
    gatekeeper: any Gatekeeper = OpenGate(), _ change: (inout HTTPServerSettings) -> Void = { _ in },
    _ body: (Site) async throws -> Void
) async throws {
    var settings = HTTPServerSettings()
    settings.port = 0
    settings.limits.requestsPerSecond = nil
    change(&settings)
    let fixture = HTTPFixture()
    let server = MCPHTTPServer(registry: fixture.registry, settings: settings, gatekeeper: gatekeeper)
    let (ports, feed) = AsyncStream<Int>.makeStream()
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { feed.finish() }
            try await server.run { feed.yield($0) }
        }
        for await port in ports.prefix(1) {
            do { try await body(Site(port: port, fixture: fixture, server: server)) } catch {
                await server.shutdown(drain: .zero)
                throw error
            }
        }
        await server.shutdown(drain: .zero)
        try await group.waitForAll()
    }
}
