// docker_logs in pages: a cursor goes on exactly where the answer before ended, while the logs grow.
import DockerEngine
import DockerSources
import JSON
import TestSupport
import Testing

@testable import DockerTools

@Suite struct LogPagingTests {
    private static let start: Int64 = 1_795_773_600_000_000_000

    private func entries(_ count: Int, from first: Int64 = start, step: Int64 = 1_000_000, _ name: String = "line")
        -> [GrowingLog.Entry]
    {
        (0..<count).map { .init(nanoseconds: first + Int64($0) * step, text: "\(name) \($0)") }
    }

    /// The lines of all pages, oldest first, and how many pages there were.
    private func pages(
        _ arguments: JSONObject, _ sources: [any Source], between: () -> Void = {}
    ) async throws -> (texts: [String: [String]], count: Int) {
        var arguments = arguments.with("container_id", "web")
        var texts: [String: [String]] = [:]
        for count in 1...2_000 {
            let document = try await ask(.logs, arguments, sources)
            let times = document.texts("lines", "time")
            #expect(times == times.sorted())
            for source in sources.map(\.label.name) {
                let lines = document.rows("lines").filter { $0["source"]?.string == source }
                texts[source, default: []].insert(contentsOf: lines.compactMap { $0["text"]?.string }, at: 0)
            }
            guard let next = document.structured["next_cursor"] else { return (texts, count) }
            #expect(document.text.contains("older lines: cursor "))
            arguments["cursor"] = next
            between()
        }
        Issue.record("the pages do not end")
        return (texts, 2_000)
    }

    @Test("Pages of every size are the whole log, each line once", arguments: [1, 2, 7, 99, 100, 101, 1_000])
    func pages(tail: Int) async throws {
        let log = try GrowingLog("local")
        log.add(entries(100))
        let (texts, count) = try await pages(["tail": .integer(Int64(tail))], [log])
        #expect(texts["local"] == entries(100).map(\.text))
        #expect(count == (99 + tail) / tail)
    }

    @Test("What the log gains between two pages moves nothing", arguments: 1...12)
    func growing(seed: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let logs = try ["a", "b"].map { name in try GrowingLog(name) }
        var written: [[GrowingLog.Entry]] = [[], []]
        var time = Self.start
        func grow(_ index: Int, by count: Int) {
            var new: [GrowingLog.Entry] = []
            for _ in 0..<count {
                // Many lines of one time, as Podman has them; and now and then the one that was stamped later comes first.
                time += [0, 0, 0, 1, 5_000].randomElement(using: &generator) ?? 0
                let text = "\(index) \(written[index].count + new.count)"
                new.append(.init(stream: .random(in: 1...2, using: &generator), nanoseconds: time, text: text))
            }
            written[index] += new
            for place in new.indices.dropFirst() where new[place - 1].stream != new[place].stream {
                if new[place - 1].nanoseconds < new[place].nanoseconds, Bool.random(using: &generator) {
                    new.swapAt(place - 1, place)
                }
            }
            logs[index].add(new)
        }
        for index in 0...1 { grow(index, by: Int.random(in: 0...200, using: &generator)) }
        let before = written.map { $0.map(\.text) }
        let limit = Int.random(in: 3...80, using: &generator)
        let (texts, _) = try await pages(
            ["tail": .integer(Int64.random(in: 10...120, using: &generator)), "limit": .integer(Int64(limit))], logs
        ) {
            // The newest time is behind what was read, as clocks are.
            time += 10_000
            for index in 0...1 { grow(index, by: Int.random(in: 0...40, using: &generator)) }
        }
        for (index, name) in ["a", "b"].enumerated() {
            #expect(texts[name] == before[index], "seed \(seed)")
        }
    }

    @Test("A limit, and a bound of bytes, leave the rest to the next page")
    func limits() async throws {
        let log = try GrowingLog("local")
        log.add(entries(50))
        let page = try await ask(.logs, ["container_id": "web", "limit": 20], [log])
        #expect(page.texts("lines", "text") == entries(50).suffix(20).map(\.text))
        #expect(page.gaps == ["limit 20 of 50: the newest are shown"])
        for arguments in [["limit": 20], ["limit": 7, "tail": 13], ["max_bytes": 1_000]] as [JSONObject] {
            let (texts, _) = try await pages(arguments, [log])
            #expect(texts["local"] == entries(50).map(\.text))
        }
        log.add(entries(2_000, from: Self.start + 1_000_000_000, "a line of some more words than the others have"))
        let bounded = try await ask(.logs, ["container_id": "web", "since": "2026-11-20T00:00:00Z"], [log])
        #expect(bounded.gaps.first?.hasPrefix("max_bytes 100000: the newest ") == true)
        #expect(bounded.rows("lines").count < 2_050)
        let (texts, count) = try await pages(["since": "2026-11-20T00:00:00Z"], [log])
        #expect(texts["local"]?.count == 2_050 && count == 2)
        let all = try await ask(.logs, ["container_id": "web", "tail": 5_000], [log])
        #expect(all.rows("lines").count == 2_050)
    }

    @Test("Up to a moment: as many lines as were asked for, however many came since")
    func until() async throws {
        let log = try GrowingLog("local")
        log.add(entries(1_500))
        let until = Timestamp(nanoseconds: Self.start + 299 * 1_000_000).rfc3339
        let page = try await ask(.logs, ["container_id": "web", "until": .string(until), "tail": 10], [log])
        #expect(page.texts("lines", "text") == entries(300).suffix(10).map(\.text))
        #expect(log.asked == [75, 300, 1_200, 4_800])
        let (texts, _) = try await pages(["until": .string(until), "tail": 100], [log])
        #expect(texts["local"] == entries(300).map(\.text))
    }

    @Test("An age counts from the first page on, and what lies before it is not shown")
    func since() async throws {
        let log = try GrowingLog("local")
        let now = Timestamp.now.nanoseconds
        log.add(entries(30, from: now - 3_600_000_000_000, "old") + entries(30, from: now - 60_000_000_000, "new"))
        let page = try await ask(.logs, ["container_id": "web", "since": "2m", "limit": 10], [log])
        let cursor = try LogCursor(try #require(page.structured["next_cursor"]?.string))
        let since = try #require(cursor.since)
        #expect(abs(since.nanoseconds - (now - 120_000_000_000)) < 60_000_000_000)
        let (texts, _) = try await pages(["since": "2m", "limit": 10], [log])
        #expect(texts["local"] == entries(30, "new").map(\.text))
    }

    @Test("Found lines in pages are all that there are, with a search's own reach in each")
    func grep() async throws {
        let log = try GrowingLog("local")
        log.add(entries(400))
        let expected = entries(400).map(\.text).filter { $0.contains("7") }
        for arguments in [["limit": 30], ["tail": 40], ["tail": 150, "limit": 9]] as [JSONObject] {
            let (texts, _) = try await pages(arguments.with("grep", "7"), [log])
            #expect(texts["local"] == expected)
        }
    }

    @Test("Lines without a time have no place to go on from")
    func withoutTimes() async throws {
        let frames = Frames.bytes((0..<300).map { (1, "line \($0)\n") })
        let id = try Fixture.json("20.10.24/inspect-web.json")["Id"]?.string ?? ""
        let timeless = FixtureSource("local", try .docker().with(["/containers/\(id)/logs": .body(frames)]))
        let page = try await ask(.logs, ["container_id": "web"], [timeless])
        #expect(page.rows("lines").count == 100 && page.structured["next_cursor"] == nil)
    }

    @Test(
        "Cursors that nobody gave",
        arguments: [
            "x", "s", "s;", "s;local", "s;local/00ccadb0faa8/1/2", "s;local/00ccadb0faa8/1/2/x",
            "y;local/00ccadb0faa8/1/0/1",
            "s;local/00ccadb0faa8/1/-1/1", "s;local/00ccadb0faa8/1/0/99999999999", "s;local/00ccadb0faa8/1/0/1;",
            "local/1/2", "s;a/b/c/d/e", "s;local/00ccadb0faa8/-9223372036854775808/0/1",
        ])
    func forged(cursor: String) async throws {
        let source = FixtureSource("local", try .docker())
        let failure = await failure(.logs, ["container_id": "web", "cursor": .string(cursor)], [source])
        #expect(failure?.code == "invalid_argument" && failure?.message.contains("cursor is ") == true)
        #expect(source.asked.isEmpty)
    }

    @Test("A cursor of other containers is refused, for one and for many")
    func other() async throws {
        let source = FixtureSource("local", try .docker())
        for arguments in [["container_id": "web"], ["project": "shop"]] as [JSONObject] {
            let asked = arguments.with("cursor", "s;local/0123456789ab/1795773600000000000/0/1")
            let failure = await failure(.logs, asked, [source])
            #expect(failure?.code == "invalid_argument")
            #expect(failure?.message.contains("goes on with none of these containers") == true)
        }
    }

    @Test("Equal lines in a row are one row with collapse, and one line of text in any case")
    func collapse() async throws {
        let log = try GrowingLog("local")
        let texts = ["a", "b", "b", "c", "c", "c", "c", "a"]
        log.add(texts.enumerated().map { .init(nanoseconds: Self.start + Int64($0) * 1_000_000, text: $1) })
        let plain = try await ask(.logs, ["container_id": "web"], [log])
        #expect(plain.texts("lines", "text") == texts)
        #expect(plain.lines.count == 1 + 5)
        #expect(plain.lines[4] == "2026-11-27T10:00:00.003Z c (repeated 4 times until 2026-11-27T10:00:00.006Z)")
        let folded = try await ask(.logs, ["container_id": "web", "collapse": true, "limit": 3], [log])
        #expect(folded.texts("lines", "text") == ["b", "c", "a"])
        #expect(folded.rows("lines").map { $0["repeated"]?.int } == [2, 4, nil])
        #expect(
            folded.texts("lines", "last_time").prefix(2) == ["2026-11-27T10:00:00.002Z", "2026-11-27T10:00:00.006Z"])
        #expect(SchemaCheck.problems(in: folded.json, against: DockerTool.logs.outputSchema) == [])
        let next = try #require(folded.structured["next_cursor"])
        let rest = try await ask(.logs, ["container_id": "web", "collapse": true, "cursor": next], [log])
        #expect(rest.texts("lines", "text") == ["a"])
    }
}
