// Which API version is spoken: asked once, the lower of both sides' newest, and asked again when the engine may have changed.
import DockerEngine
import DockerSources
import NIOConcurrencyHelpers
import TestSupport
import Testing

@Suite struct NegotiationTests {
    @Test("The engine is asked once for its version")
    func once() async throws {
        let engine = try FakeEngine()
        let source = engine.source()
        #expect(source.negotiatedAPI == nil)
        for _ in 0..<3 { #expect(try await source.reply(to: .version).version == "20.10.24") }
        #expect(engine.paths == ["/_ping"] + Array(repeating: "/v1.41/version", count: 3))
        #expect(source.negotiatedAPI == APIVersion(major: 1, minor: 41))
    }

    @Test("Copies of a source share what was agreed")
    func copies() async throws {
        let engine = try FakeEngine()
        let source = engine.source()
        let copy = source
        _ = try await source.reply(to: .version)
        #expect(copy.negotiatedAPI == source.negotiatedAPI)
        _ = try await copy.reply(to: .version)
        #expect(engine.paths.count { $0 == "/_ping" } == 1)
    }

    @Test("Ping itself needs no version")
    func ping() async throws {
        let engine = try FakeEngine()
        try await engine.source().reply(to: .ping)
        #expect(engine.paths == ["/_ping"])
    }

    @Test(
        "The lower of both sides' newest is spoken",
        arguments: [
            ("1.24", "1.24"), ("1.41", "1.41"), ("1.55", "1.55"), ("1.56", "1.56"), ("1.57", "1.56"), ("1.999", "1.56"),
            ("2.0", "1.56"), (nil, "1.24"), ("", "1.24"), ("newest", "1.24"), ("1", "1.24"), ("1.2.3", "1.24"),
            ("-1.41", "1.24"), ("1.99999999999999999999", "1.24"),
        ] as [(String?, String)])
    func agreed(newest: String?, spoken: String) async throws {
        let engine = try FakeEngine(version: newest)
        _ = try await engine.source().reply(to: .version)
        #expect(engine.paths.last == "/v\(spoken)/version")
    }

    @Test("An engine that is too old says which version it has", arguments: ["1.23", "1.12", "0.9", "1.0"])
    func tooOld(newest: String) async throws {
        let engine = try FakeEngine(version: newest)
        let source = engine.source()
        let error = await SourceError.of { () throws(SourceError) in try await source.reply(to: .version) }
        #expect(error?.code == .apiUnsupported)
        #expect(error?.state == .misconfigured)
        #expect(error?.message.contains(newest) == true)
        #expect(error?.isWellPut(for: source.label) == true)
        #expect(engine.paths == ["/_ping"])
        #expect(source.negotiatedAPI == nil)
    }

    @Test("After a connection failed the engine is asked again: it may be another one by now")
    func afterFailure() async throws {
        let fails = NIOLockedValueBox(false)
        let engine = try FakeEngine { path, connection in
            if fails.withLockedValue({ $0 }) { return connection.close() }
            FakeEngine.versionReply(path, connection)
        }
        let source = engine.source()
        _ = try await source.reply(to: .version)
        fails.withLockedValue { $0 = true }
        #expect(await SourceError.of { () throws(SourceError) in try await source.reply(to: .version) } != nil)
        #expect(source.negotiatedAPI == nil)
        fails.withLockedValue { $0 = false }
        engine.newestVersion.withLockedValue { $0 = "1.55" }
        _ = try await source.reply(to: .version)
        #expect(engine.paths.suffix(2) == ["/_ping", "/v1.55/version"])
    }

    @Test("After the engine refused the version it is asked again")
    func afterRefusal() async throws {
        let engine = try FakeEngine { path, connection in
            if path.hasPrefix("/v1.41/") {
                connection.reply(
                    "400 Bad Request",
                    body: #"{"message":"client version 1.41 is too old. Minimum supported API version is 1.44"}"#)
            } else {
                FakeEngine.versionReply(path, connection)
            }
        }
        let source = engine.source()
        let error = await SourceError.of { () throws(SourceError) in try await source.reply(to: .version) }
        #expect(error?.code == .apiUnsupported)
        engine.newestVersion.withLockedValue { $0 = "1.44" }
        _ = try await source.reply(to: .version)
        #expect(engine.paths == ["/_ping", "/v1.41/version", "/_ping", "/v1.44/version"])
    }

    @Test(
        "An answer that is a refusal is no reason to ask again",
        arguments: ["404 Not Found", "500 Internal Server Error"])
    func refusalKeepsVersion(status: String) async throws {
        let engine = try FakeEngine { path, connection in
            path.hasSuffix("/info") ? _ = connection.reply(status) : FakeEngine.versionReply(path, connection)
        }
        let source = engine.source()
        #expect(await SourceError.of { () throws(SourceError) in try await source.reply(to: .info) } != nil)
        _ = try await source.reply(to: .version)
        #expect(engine.paths == ["/_ping", "/v1.41/info", "/v1.41/version"])
    }

    @Test("A stream is asked for with the version, too")
    func stream() async throws {
        let engine = try FakeEngine { _, connection in connection.reply(body: "bytes") }
        let container = try #require(ContainerReference("web"))
        let stream = try await engine.source().stream(.logs(of: container, LogSelection(tail: 1)))
        #expect(try await stream.next() == Array("bytes".utf8))
        #expect(try await stream.next() == nil)
        #expect(engine.paths.first == "/_ping")
        #expect(engine.paths.last?.hasPrefix("/v1.41/containers/web/logs?") == true)
    }
}
