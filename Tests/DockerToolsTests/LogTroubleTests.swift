// Logs that are cut, break, or hang: what came is kept, and the answer says what is missing.
import DockerEngine
import DockerSources
import JSON
import TestSupport
import Testing

@testable import DockerTools

@Suite struct LogTroubleTests {
    private static let lines = Frames.bytes([
        (1, "2026-11-27T10:00:00.1Z one\n"), (2, "2026-11-27T10:00:00.2Z two\n"), (1, "2026-11-27T10:00:00.3Z three\n"),
    ])

    private func source(_ name: String, _ log: Reply, limit: Duration = .seconds(3_600)) throws -> FixtureSource {
        var replies = try Replies.docker()
        replies[log: "web"] = log
        return FixtureSource(name, replies, limit: limit)
    }

    @Test("A log that hangs until the deadline keeps its lines")
    func hangs() async throws {
        let hung = try source("local", .chunks([Self.lines], .hang), limit: .milliseconds(300))
        let document = try await ask(.logs, ["container_id": "web"], [hung])
        #expect(document.texts("lines", "text") == ["one", "two", "three"])
        #expect(document.states == ["local degraded"])
        #expect(document.gaps == ["source local: deadline_exceeded"])
        #expect(document.lines[0].hasPrefix("! local failed: deadline_exceeded: "))
    }

    @Test("A log that hangs before its first line is a source that did not answer")
    func hangsAtOnce() async throws {
        let hung = try source("local", .chunks([], .hang), limit: .milliseconds(300))
        #expect(await failure(.logs, ["container_id": "web"], [hung])?.code == "deadline_exceeded")
        let document = try await ask(
            .logs, ["container_id": "web"], [hung, try source("remote", .chunks([Self.lines], .proper))])
        #expect(document.texts("lines", "source") == ["remote", "remote", "remote"])
        #expect(document.states == ["local unreachable", "remote connected"])
        #expect(document.gaps == ["source local: deadline_exceeded"])
    }

    @Test("A log that breaks keeps what came", arguments: [SourceError.Code.replyMalformed, .connectionRefused])
    func breaks(code: SourceError.Code) async throws {
        let document = try await ask(
            .logs, ["container_id": "web"], [try source("local", .chunks([Self.lines], .failure(code)))])
        #expect(document.texts("lines", "text") == ["one", "two", "three"])
        #expect(document.states == ["local degraded"])
        #expect(document.gaps == ["source local: \(code.rawValue)"])
    }

    @Test("A stream that ends within a frame, or holds no frame, is told as broken", arguments: [true, false])
    func broken(endsWithinFrame: Bool) async throws {
        let rest =
            endsWithinFrame
            ? Array(Frames.frame(1, Array("2026-11-27T10:00:00.4Z four\n".utf8)).dropLast(3)) : Array("garbage!".utf8)
        let document = try await ask(
            .logs, ["container_id": "web"], [try source("local", .chunks([Self.lines + rest], .proper))])
        #expect(document.texts("lines", "text").prefix(3) == ["one", "two", "three"])
        #expect(document.gaps == ["source local: reply_malformed"])
        #expect(document.states == ["local degraded"])
        let nothing = await failure(.logs, ["container_id": "web"], [try source("local", .chunks([rest], .proper))])
        #expect(nothing?.code == "reply_malformed")
    }

    @Test("Chunks may be cut anywhere", arguments: 1...40)
    func cutAnywhere(seed: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        var rest = try Fixture.bytes("20.10.24/logs-worker.bin")[...]
        var chunks: [[UInt8]] = []
        while !rest.isEmpty {
            let length = Int.random(in: 1...60, using: &generator)
            chunks.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        let whole = try await ask(
            .logs, ["container_id": "web"], [try source("local", .fixture("20.10.24/logs-worker.bin"))])
        let cut = try await ask(.logs, ["container_id": "web"], [try source("local", .chunks(chunks, .proper))])
        #expect(cut.rows("lines") == whole.rows("lines"))
        #expect(whole.texts("lines", "text").first == "INFO job 208 done")
        #expect(whole.texts("lines", "text").contains("job 209: 日本語 ñandú Ω 🚀 fertig"))
    }

    @Test("Of a log that is too large the newest lines are kept", arguments: [255, 256, 600])
    func large(count: Int) async throws {
        // Lines of 64 KiB each; with what a line costs beside its text, 255 of them fit into 16 MiB.
        let chunks = (1...count).map { number in
            let head = Array("2026-11-27T10:00:00.1Z \(number) ".utf8)
            let text = [UInt8](repeating: UInt8(ascii: "x"), count: LogLines.maximumBytes - String(number).count - 1)
            return Frames.frame(1, head + text + [UInt8(ascii: "\n")])
        }
        let source = try source("local", .chunks(chunks, .proper))
        let web = try await source.reply(to: .container(try #require(ContainerReference("web"))))
        let log = try await ContainerLog(of: web, LogSelection(tail: 1_000), from: source)
        #expect((log.droppedThrough != nil) == (count > 255))
        #expect(log.endedBy == nil)
        let numbers = log.lines.map { String($0.text.prefix { $0 != " " }) }
        #expect(numbers == (1...count).suffix(255).map(String.init))
    }

    @Test("A line without an end is cut, and the answer says so")
    func endlessLine() async throws {
        let chunk = Frames.frame(1, [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20))
        let document = try await ask(
            .logs, ["container_id": "web"], [try source("local", .chunks(Array(repeating: chunk, count: 20), .proper))])
        #expect(document.gaps == ["logs of local/web: a line was cut at 64 KiB"])
        #expect(document.texts("lines", "text").map(\.utf8.count) == [LogLines.maximumBytes])
        #expect(document.states == ["local connected"])
    }

    @Test("A line longer than a frame is one line")
    func longLine() async throws {
        let document = try await ask(
            .logs, ["container_id": "web"], [try source("local", .fixture("20.10.24/logs-worker-long.bin"))])
        #expect(document.texts("lines", "text").contains(String(repeating: "x", count: 20_000)))
        #expect(document.isComplete == true)
    }

    @Test("An empty log is an answer, too")
    func empty() async throws {
        let document = try await ask(.logs, ["container_id": "web"], [try source("local", .chunks([], .proper))])
        #expect(document.rows("lines").isEmpty)
        #expect(document.text == "no lines of local/web on local")
        #expect(document.isComplete == true)
    }

    @Test("Bytes that are no UTF-8, colours and hidden characters do not get through; tabs do")
    func unsafeBytes() async throws {
        let payload =
            Array("2026-11-27T10:00:00.1Z a\u{1b}[31mred\u{1b}[0m\tb\u{202e}\u{0}c".utf8) + [0xFF, 0xC3]
            + Array("\n".utf8)
        let document = try await ask(
            .logs, ["container_id": "web"], [try source("local", .chunks([Frames.frame(1, payload)], .proper))])
        #expect(document.texts("lines", "text") == ["ared\tbc\u{FFFD}\u{FFFD}"])
    }

    @Test("Known secrets in a log are masked")
    func secrets() async throws {
        let log = Frames.bytes([
            (1, "2026-11-27T10:00:00Z connect postgres://app:s3cret@db/shop\n"),
            (2, "2026-11-27T10:00:00Z POSTGRES_PASSWORD=hunter2\n"),
            (2, "2026-11-27T10:00:00Z PASS\u{1b}[1mWORD=hunter2\n"),
        ])
        let document = try await ask(.logs, ["container_id": "web"], [try source("local", .chunks([log], .proper))])
        #expect(
            document.texts("lines", "text") == [
                "connect postgres://[masked]@db/shop", "POSTGRES_PASSWORD=[masked]", "PASSWORD=[masked]",
            ])
        #expect(!document.text.contains("hunter2"))
    }

    @Test("A private key is masked over all its lines, one stream apart from the other")
    func privateKey() async throws {
        let key = [
            "-----BEGIN RSA PRIVATE KEY-----", "MIIEhunter2", "AQABhunter2", "-----END RSA PRIVATE KEY-----", "done",
        ]
        let log = Frames.bytes(
            key.flatMap { line -> [(UInt8, String)] in
                [(1, "2026-11-27T10:00:00Z \(line)\n"), (2, "2026-11-27T10:00:00Z plain\n")]
            })
        let document = try await ask(.logs, ["container_id": "web"], [try source("local", .chunks([log], .proper))])
        #expect(!document.text.contains("hunter2") && !document.json.text.contains("hunter2"))
        let lines = document.rows("lines")
        #expect(lines.filter { $0["stream"] == "stderr" }.allSatisfy { $0["text"] == "plain" })
        #expect(lines.last { $0["stream"] == "stdout" }?["text"] == "done")
    }

    @Test("A line without a time keeps its place behind the line before")
    func withoutTime() async throws {
        let log = Frames.bytes([
            (1, "2026-11-27T10:00:05Z five\n"), (1, "no time here\n"), (1, "2026-11-27T10:00:07Z seven\n"),
        ])
        let other = Frames.bytes([(1, "2026-11-27T10:00:01Z one\n"), (1, "2026-11-27T10:00:06Z six\n")])
        let document = try await ask(
            .logs, ["container_id": "web"],
            [try source("a", .chunks([log], .proper)), try source("b", .chunks([other], .proper))])
        #expect(document.texts("lines", "text") == ["one", "five", "no time here", "six", "seven"])
    }
}
