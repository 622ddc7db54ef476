// What an engine, or whatever else answers there, can send wrong; each becomes one failure that says what to do.
import CurlClient
import DockerEngine
import DockerSources
import TestSupport
import Testing

@Suite struct BadReplyTests {
    /// The failure of `GET /version` after these bytes, and the end of the connection.
    private func error(after bytes: String) async throws -> (error: SourceError?, label: SourceLabel) {
        let engine = try FakeEngine { _, connection in
            connection.write(bytes)
            connection.close()
        }
        let source = engine.source()
        return (await SourceError.of { () throws(SourceError) in try await source.reply(to: .version) }, source.label)
    }

    private static func reply(_ body: String, length: Int? = nil, status: String = "200 OK") -> String {
        "HTTP/1.1 \(status)\r\nContent-Length: \(length ?? body.utf8.count)\r\n\r\n\(body)"
    }

    private static let replies: [(String, SourceError.Code)] = [
        // Half a JSON document: its length agrees, is longer, or is not told.
        (reply(#"{"Version":"20"#), .replyMalformed),
        (reply(#"{"Version":"20"#, length: 100), .replyMalformed),
        ("HTTP/1.1 200 OK\r\n\r\n{\"Version\":\"20", .replyMalformed),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"Ver", .replyMalformed),
        // No JSON, or not of the shape that the API promises.
        (reply(""), .replyMalformed), (reply("<html></html>"), .replyMalformed), (reply("[]"), .replyMalformed),
        (reply("null"), .replyMalformed), (reply("{} {}"), .replyMalformed),
        (reply("{\"Version\":\u{1}}"), .replyMalformed),
        (reply(String(repeating: "[", count: 100_000)), .replyMalformed),
        ("HTTP/1.1 204 No Content\r\n\r\n", .replyMalformed),
        // No HTTP, or no more than its beginning.
        ("SSH-2.0-OpenSSH_9.2p1\r\n", .notDocker), ("\u{0}\u{1}\u{2}\r\n\r\n", .notDocker),
        ("", .replyMalformed), ("HTTP/1.1 200", .replyMalformed),
        // A redirect is not followed.
        ("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", .notDocker),
        // Refusals, with the API's JSON, with half of it, with something else, with nothing.
        (reply(#"{"message":"disk full"}"#, status: "500 Internal Server Error"), .engineError),
        (reply(#"{"message":"#, status: "500 Internal Server Error"), .engineError),
        (reply("<h1>Bad Gateway</h1>", status: "502 Bad Gateway"), .engineError),
        (reply("", status: "503 Service Unavailable"), .engineError),
        (reply(#"{"message":"no such page"}"#, status: "404 Not Found"), .notFound),
        (reply("", status: "404 Not Found"), .notFound),
        (reply("denied by plugin", status: "403 Forbidden"), .unauthorized),
        (reply("Client sent an HTTP request to an HTTPS server.\n", status: "400 Bad Request"), .tlsExpected),
    ]

    @Test("A broken reply", arguments: replies)
    func broken(expected: (bytes: String, code: SourceError.Code)) async throws {
        let (error, label) = try await error(after: expected.bytes)
        #expect(error?.code == expected.code, "\(String(describing: error))")
        #expect(error?.isWellPut(for: label) == true, "\(String(describing: error))")
    }

    @Test("A reply without an end is given up at its limit", arguments: [true, false])
    func flood(isChunked: Bool) async throws {
        let engine = try FakeEngine { _, connection in
            let block = [UInt8](repeating: UInt8(ascii: " "), count: 64 << 10)
            connection.write(
                isChunked ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" : "HTTP/1.1 200 OK\r\n\r\n")
            while isChunked ? connection.chunk(block) : connection.write(block) {}
        }
        let source = engine.source()
        let error = await SourceError.of { () throws(SourceError) in try await source.reply(to: .version) }
        #expect(error?.code == .replyTooLarge)
        #expect(error?.message.contains("16 MiB") == true)
        #expect(error?.isWellPut(for: source.label) == true)
    }

    private static let strangers: [(String, SourceError.Code)] = [
        (reply("<html>It works!</html>"), .notDocker), (reply(""), .notDocker),
        (reply("<h1>404 Not Found</h1>", status: "404 Not Found"), .notDocker),
        (reply("", status: "404 Not Found"), .notDocker),
        ("HTTP/1.1 301 Moved Permanently\r\nLocation: https://example.org/\r\nContent-Length: 0\r\n\r\n", .notDocker),
        ("220 mail.example ESMTP\r\n", .notDocker),
        (reply("", status: "401 Unauthorized"), .unauthorized),
    ]

    @Test("Something else that answers there is told from an engine", arguments: strangers)
    func stranger(expected: (bytes: String, code: SourceError.Code)) async throws {
        let server = try FakeServer { _, connection in
            connection.write(expected.bytes)
            connection.close()
        }
        let source = LocalSocketSource(
            name: "local", paths: [server.socketPath], limits: SourceLimits(total: .seconds(600)), client: CurlClient())
        let container = try #require(ContainerReference("web"))
        let error = await SourceError.of { () throws(SourceError) in try await source.reply(to: .container(container)) }
        #expect(error?.code == expected.code, "\(String(describing: error))")
        #expect(error?.isWellPut(for: source.label) == true, "\(String(describing: error))")
        #expect(source.negotiatedAPI == nil)
    }

    @Test("A refused stream repeats the engine's words, and no flood of them", arguments: [true, false])
    func refusedStream(isFlood: Bool) async throws {
        let engine = try FakeEngine { _, connection in
            guard isFlood else {
                connection.reply("404 Not Found", body: #"{"message":"No such container: web"}"#)
                return
            }
            connection.write("HTTP/1.1 500 Internal Server Error\r\n\r\n")
            while connection.write("No such luck. ") {}
        }
        let source = engine.source()
        let container = try #require(ContainerReference("web"))
        let error = await SourceError.of { () throws(SourceError) in
            try await source.stream(.logs(of: container, LogSelection(tail: 1)))
        }
        #expect(error?.code == (isFlood ? .engineError : .notFound))
        #expect(error?.message.contains(isFlood ? "No such luck. No such" : "No such container: web") == true)
        #expect(error?.isWellPut(for: source.label) == true)
    }

    @Test("A stream that breaks gives what came, then the failure")
    func brokenStream() async throws {
        let engine = try FakeEngine { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfirst")
            connection.close()
        }
        let source = engine.source()
        let container = try #require(ContainerReference("web"))
        let stream = try await source.stream(.logs(of: container, LogSelection(tail: 1)))
        #expect(try await stream.next() == Array("first".utf8))
        let error = await SourceError.of { () throws(SourceError) in try await stream.next() }
        #expect(error?.code == .replyMalformed)
        #expect(error?.isWellPut(for: source.label) == true)
    }
}
