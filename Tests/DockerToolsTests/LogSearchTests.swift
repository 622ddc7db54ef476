// docker_logs of many containers, and what grep, context and levels leave of lines.
import DockerEngine
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct LogSearchTests {
    private func sieved(_ filter: LineFilter, _ texts: [String]) -> [String] {
        var sieve = LineSieve(filter)
        var parts = LogLines()
        var shown: [String] = []
        for text in texts {
            let entry = Array("2026-12-01T10:00:00.000000000Z \(text)\n".utf8)
            parts.add(entry[...], of: .stdout, endsFrame: true) { shown += sieve.take($0).map(\.text) }
        }
        return shown
    }

    @Test(
        "Lines of context, each once and in order",
        arguments: [
            (0, ["3", "7"]), (1, ["2", "3", "4", "6", "7", "8"]), (2, ["1", "2", "3", "4", "5", "6", "7", "8", "9"]),
        ] as [(Int, [String])])
    func context(lines: Int, expected: [String]) throws {
        let filter = LineFilter(pattern: try LinePattern("[37]"), context: lines)
        #expect(sieved(filter, (1...9).map(String.init)) == expected)
    }

    @Test("Other lines, and levels that go on over a stack trace")
    func levels() throws {
        #expect(sieved(LineFilter(pattern: try LinePattern("a"), isInverted: true), ["a", "b"]) == ["b"])
        let trace = ["INFO start", "ERROR boom", "\tat x.y", "Caused by: z", "INFO on", "plain"]
        #expect(
            sieved(LineFilter(leastLevel: .warn), trace)
                == ["ERROR boom", "\tat x.y", "Caused by: z"].map {
                    $0.replacing("\t", with: sieved(LineFilter(), ["\t"]).first ?? "")
                })
    }

    @Test("A pattern sees the masked text, so nobody finds a secret by its letters")
    func secrets() throws {
        #expect(sieved(LineFilter(pattern: try LinePattern("hunter2")), ["password=hunter2"]) == [])
        #expect(
            sieved(LineFilter(pattern: try LinePattern("password")), ["password=hunter2"]).first?.contains("hunter2")
                == false)
    }

    private func source(_ sourceName: String = "local") throws -> FixtureSource {
        let ids = try Fixture.json("20.10.24/containers-all.json").array ?? []
        var replies = try Replies.docker()
        for container in ids {
            guard let id = container["Id"]?.string, let name = container["Names"]?.array?.first?.string?.dropFirst()
            else { continue }
            let details = try Fixture.json("20.10.24/inspect-web.json").with("Id", value: .string(id)).with(
                "Name", value: .string("/\(name)")
            )
            .with("Config", "Labels", value: container["Labels"] ?? [:])
            replies["/containers/\(id)/json"] = .json(details)
            replies["/containers/\(id)/logs"] = .body(
                Frames.bytes([
                    (1, "2026-12-01T10:00:0\(name.utf8.count % 9).000000000Z ERROR of \(name)\n"),
                    (1, "2026-12-01T10:00:09.000000000Z INFO of \(name)\n"),
                ]))
        }
        return FixtureSource(sourceName, replies)
    }

    @Test(
        "Many containers of many sources, ordered by time and labelled",
        arguments: [
            (["project": "shop"], 6), (["project": "shop", "service": "web"], 2),
        ] as [(JSONObject, Int)])
    func many(arguments: JSONObject, containers: Int) async throws {
        let document = try await ask(.logs, arguments, [try source("a"), try source("b")])
        #expect(document.rows("containers").count == containers && document.rows("lines").count == containers * 2)
        let times = document.texts("lines", "time")
        #expect(times == times.sorted() && Set(document.texts("lines", "source")) == ["a", "b"])
        #expect(
            document.structured["counts"] == [
                "info": .integer(Int64(containers)), "error": .integer(Int64(containers)),
            ])
        #expect(SchemaCheck.problems(in: document.json, against: DockerTool.logs.outputSchema) == [])
    }

    @Test("All running ones, grep and levels over them, and a limit that keeps the newest")
    func all() async throws {
        let document = try await ask(
            .logs, ["all": true, "grep": "of w(eb|orker)$", "min_level": "error"], [try source()])
        #expect(Set(document.texts("lines", "text")) == ["ERROR of web", "ERROR of worker"])
        #expect(document.heading?.hasPrefix("2 of ") == true)
        let cut = try await ask(.logs, ["all": true, "limit": 3], [try source()])
        #expect(cut.rows("lines").count == 3 && cut.texts("lines", "level") == ["info", "info", "info"])
        #expect(cut.gaps.first?.hasPrefix("limit 3 of ") == true)
    }

    @Test("A log that can't be read costs only itself, and names its driver")
    func unreadable() async throws {
        let replies = try Replies.docker()
        let id = try Fixture.json("20.10.24/inspect-db.json")["Id"]?.string ?? ""
        let broken = FixtureSource(
            "local",
            replies.with([
                "/containers/\(id)/logs": .refusal(
                    501, #"{"message":"configured logging driver does not support reading"}"#)
            ]))
        let document = try await ask(.logs, ["label": "com.docker.compose.service"], [broken])
        #expect(document.gaps.contains { $0.hasPrefix("logs of local/db: engine_error (log driver ") })
        #expect(document.names("containers").contains("local/web"))
    }

    @Test("A container that can't be read at all is told, too")
    func unread() async throws {
        let web = try Fixture.json("20.10.24/inspect-web.json")["Id"]?.string ?? ""
        let source = FixtureSource("local", try .docker().with(["/containers/\(web)/json": .refusal(500, "")]))
        let document = try await ask(.logs, ["project": "shop"], [source])
        #expect(document.gaps.contains("logs of 1 more containers of local"), "\(document.gaps)")
    }

    @Test(
        "Nothing chosen, and too much chosen",
        arguments: [
            ([:], "says whose logs"), (["container_id": "web", "all": true], "both given"),
            (["container_id": "web", "project": "x"], "both given"),
            (["container_id": "web", "invert": true], "invert needs grep"),
            (["container_id": "web", "grep": "("], "without a )"),
        ] as [(JSONObject, String)])
    func wrong(arguments: JSONObject, words: String) async throws {
        let source = try source()
        let failure = await failure(.logs, arguments, [source])
        #expect(
            failure?.code == "invalid_argument" && failure?.message.contains(words) == true, "\(failure?.message ?? "")"
        )
        #expect(source.asked.isEmpty)
    }
}
