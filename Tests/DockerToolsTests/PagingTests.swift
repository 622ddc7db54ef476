// Pages of a merged list: each row comes once, whatever the pages' size, and whatever comes and goes meanwhile.
import DockerSources
import JSON
import TestSupport
import Testing

@testable import DockerTools

@Suite struct PagingTests {
    private struct Row: Hashable { let id, second: Int }

    /// Rows of which many were created in the same second; ids are twelve digits and more.
    private static func rows(_ count: Int, seed: UInt64) -> [Row] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map {
            Row(id: $0, second: 1_795_774_000 + Int.random(in: 0..<max(1, count / 3), using: &generator))
        }
        .shuffled(using: &generator)
    }

    private static func source(_ name: String, _ rows: [Row]) -> FixtureSource {
        let list = JSON.array(
            rows.map { row in
                let digits = String(repeating: "0", count: 12 - String(row.id).count) + "\(row.id)"
                return [
                    "Id": .string(digits), "Names": [.string("/\(row.id)")], "Created": .integer(Int64(row.second)),
                    "RepoTags": [.string("i:\(row.id)")],
                ]
            })
        return FixtureSource(name, ["/containers/json": .json(list), "/images/json": .json(list)])
    }

    private static let lists = [("docker_list_containers", "containers"), ("docker_list_images", "images")]

    private func places(_ document: Document, _ key: String) -> [String] {
        document.rows(key).map { "\($0["source"]?.string ?? "")/\($0["id"]?.string ?? "")" }
    }

    @Test("A walk over all pages gives the whole list", arguments: lists, [1, 2, 7, 22, 23, 24, 100])
    func walk(list: (tool: String, key: String), limit: Int) async throws {
        let tool = try DockerTool.named(list.tool)
        let sources = [("a", 9), ("b", 0), ("c", 14)].map { Self.source($0, Self.rows($1, seed: UInt64($1))) }
        let whole = places(try await ask(tool, [:], sources), list.key)
        #expect(whole.count == 23 && Set(whole).count == 23)
        var walked: [String] = []
        var arguments: JSONObject = ["limit": .integer(Int64(limit))]
        repeat {
            let page = try await ask(tool, arguments, sources)
            let rows = places(page, list.key)
            #expect(rows.count == min(limit, 23 - walked.count))
            #expect(page.structured["total"] == 23)
            walked += rows
            arguments["cursor"] = page.structured["next_cursor"]
            #expect((arguments["cursor"] == nil) == (walked.count == 23))
            #expect(page.isComplete == (walked.count == 23))
        } while arguments["cursor"] != nil && walked.count < 100
        #expect(walked == whole)
    }

    @Test("Rows that go and come between two pages cost no other its place", arguments: lists, 1...10)
    func changes(list: (tool: String, key: String), seed: Int) async throws {
        let tool = try DockerTool.named(list.tool)
        var generator = SeededGenerator(seed: UInt64(seed))
        var rows = ["a", "b"].map { ($0, Self.rows(15, seed: UInt64(seed))) }
        let whole = places(try await ask(tool, [:], rows.map(Self.source)), list.key)
        var gone: Set<String> = []
        var walked: [String] = []
        var arguments: JSONObject = ["limit": 4]
        repeat {
            let page = try await ask(tool, arguments, rows.map(Self.source))
            walked += places(page, list.key)
            arguments["cursor"] = page.structured["next_cursor"]
            // The row that the cursor stands on goes, and some that nobody may have seen.
            for index in rows.indices {
                let (name, before) = rows[index]
                rows[index].1 = before.filter {
                    walked.last != Self.place(name, $0) && Int.random(in: 0..<6, using: &generator) > 0
                }
                gone.formUnion(Set(before).subtracting(rows[index].1).map { Self.place(name, $0) })
            }
        } while arguments["cursor"] != nil && walked.count < 100
        #expect(Set(walked).count == walked.count)
        #expect(walked == whole.filter { Set(walked).contains($0) })
        #expect(Set(whole).subtracting(walked).isSubset(of: gone))
    }

    private static func place(_ source: String, _ row: Row) -> String {
        "\(source)/" + String(repeating: "0", count: 12 - String(row.id).count) + "\(row.id)"
    }

    @Test("More rows than the limit: the answer says how many there are, and how to get them")
    func standardLimit() async throws {
        let source = Self.source("local", Self.rows(101, seed: 1))
        let document = try await ask(.listContainers, [:], [source])
        #expect(document.rows("containers").count == 100)
        #expect(document.structured["total"] == 101)
        #expect(document.gaps == ["limit 100 of 101"])
        let cursor = try #require(document.structured["next_cursor"]?.string)
        #expect(document.lines[0] == "! incomplete: limit 100 of 101; the next rows: cursor \"\(cursor)\"")
        #expect(document.lines[1] == "101 containers: local 101")
        #expect(cursor.count < 60)
    }

    @Test("A command has no limit of its own")
    func noLimit() async throws {
        let source = Self.source("local", Self.rows(250, seed: 2))
        let document = try await ask(.listContainers, [:], [source], rowLimit: nil)
        #expect(document.rows("containers").count == 250)
        #expect(document.structured["next_cursor"] == nil)
        #expect(document.isComplete == true)
    }

    @Test(
        "A cursor that no answer gave is refused", arguments: lists,
        [
            "x", "a/1", "nosuch/1/aa", "a/x/aa", "a/1/aa/bb", "a/-9223372036854775808/aa", "a//aa", "/1/aa",
            "a/99999999999999999999/aa", "a/1.5/aa",
        ])
    func badCursor(list: (tool: String, key: String), cursor: String) async throws {
        let source = Self.source("a", [])
        let failure = await failure(try .named(list.tool), ["cursor": .string(cursor)], [source])
        #expect(failure?.code == "invalid_argument")
        #expect(failure?.message.contains("cursor") == true)
        #expect(failure?.hint.contains("next_cursor") == true)
        #expect(source.asked.isEmpty)
    }

    @Test("A cursor of one source is refused when another is asked")
    func foreignCursor() async throws {
        let sources = ["a", "b"].map { Self.source($0, Self.rows(3, seed: 1)) }
        let cursor = try #require(try await ask(.listContainers, ["limit": 1], sources).structured["next_cursor"])
        let failure = await failure(.listContainers, ["cursor": cursor, "source": "b"], sources)
        #expect(failure?.code == "invalid_argument")
    }
}
