// Which images several sources have, which of their tags mean different ones, and what an image shares and who uses it.
import DockerEngine
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct ImagesElsewhereTests {
    /// A source with these images: id, tags, digests.
    private static func source(
        _ name: String, _ images: [(String, [String], [String])], containers: JSON = []
    ) -> FixtureSource {
        let list = images.enumerated().map { index, image -> JSON in
            [
                "Id": .string(image.0), "RepoTags": .array(image.1.map { .string($0) }),
                "RepoDigests": .array(image.2.map { .string($0) }), "Created": .integer(Int64(1_000 - index)),
                "Size": 1,
                "SharedSize": -1,
            ]
        }
        return FixtureSource(name, ["/images/json": .json(.array(list)), "/containers/json": .json(containers)])
    }

    /// `SOURCE ID: also_on / differs_on` of each row.
    private static func told(_ document: Document) -> [String] {
        func names(_ value: JSON?) -> String { (value?.array ?? []).compactMap(\.string).joined(separator: ",") }
        return document.rows("images").map { row in
            "\(row["source"]?.string ?? "") \(row["id"]?.string ?? ""): \(names(row["also_on"])) / \(names(row["differs_on"]))"
        }
    }

    @Test("The same id, or a shared digest, is the same image; a tag that names another is told of, both ways")
    func index() async throws {
        let sources = [
            Self.source(
                "a",
                [
                    ("sha256:1", ["app:1"], []), ("sha256:2", ["web:1", "web:latest"], ["web@sha256:f"]),
                    ("sha256:3", [], []),
                ]),
            Self.source(
                "b", [("1", ["docker.io/library/other:9"], []), ("sha256:4", ["localhost/web:1"], ["x/web@sha256:f"])]),
            Self.source("c", [("sha256:5", ["docker.io/library/app:1"], []), ("sha256:6", ["web:latest"], [])]),
        ]
        #expect(
            Self.told(try await ask(.listImages, [:], sources)) == [
                "a 1: b / c", "a 2: b / c", "a 3:  / ", "b 1: a / ", "b 4: a / ", "c 5:  / a", "c 6:  / a",
            ])
        // Two sources may share a digest with a third and not with each other.
        let chain = [
            Self.source("a", [("sha256:1", ["m:1"], ["m@sha256:d1"])]),
            Self.source("b", [("sha256:2", ["m:1"], ["m@sha256:d1", "m@sha256:d2"])]),
            Self.source("c", [("sha256:3", ["m:1"], ["m@sha256:d2"])]),
        ]
        #expect(Self.told(try await ask(.listImages, [:], chain)) == ["a 1: b / c", "b 2: a,c / ", "c 3: b / a"])
    }

    @Test("What a page or a filter leaves out is still compared with")
    func pages() async throws {
        let sources = [
            Self.source("a", [("sha256:1", ["app:1"], []), ("sha256:2", ["web:1"], [])]),
            Self.source("b", [("sha256:1", ["else:1"], []), ("sha256:3", ["web:1"], []), ("sha256:2", [], [])]),
        ]
        let whole = Self.told(try await ask(.listImages, [:], sources))
        var (pages, cursor) = ([String](), JSON?.none)
        repeat {
            var arguments: JSONObject = ["limit": 1]
            arguments["cursor"] = cursor
            let page = try await ask(.listImages, arguments, sources)
            pages += Self.told(page)
            cursor = page.structured["next_cursor"]
        } while cursor != nil
        #expect(pages == whole && whole.count == 5)
        #expect(Self.told(try await ask(.listImages, ["name": "app"], sources)) == ["a 1: b / "])
        #expect(Self.told(try await ask(.listImages, ["dangling": true], sources)) == ["b 2: a / "])
    }

    @Test("With one source that answers there is nothing to compare with, and no field says that there were")
    func alone() async throws {
        let source = Self.source("a", [("sha256:1", ["app:1"], [])])
        for sources in [[source], [source, .dead("gone")]] {
            let document = try await ask(.listImages, [:], sources)
            #expect(document.rows("images").allSatisfy { $0["also_on"] == nil && $0["differs_on"] == nil })
            #expect(!document.text.contains("ELSEWHERE"))
        }
    }

    @Test("Of many sources that have an image the first twenty are named, and all are counted")
    func many() async throws {
        let images = [("sha256:1", ["app:1"], ["app@sha256:d1"])]
        let sources =
            (1...200).map { Self.source("s\($0)", images) } + [Self.source("odd", [("sha256:0", ["app:1"], [])])]
        let document = try await ask(.listImages, [:], sources, rowLimit: nil)
        let rows = document.rows("images")
        #expect(rows.count == 201)
        #expect(rows.first?["also_on"]?.array?.count == 20)
        #expect(rows.first?["also_on_total"] == 199)
        #expect(rows.first?["differs_on"] == ["odd"])
        #expect(rows.last?["differs_on_total"] == 200)
        #expect(document.lines[2].hasSuffix("= s2 +198, ≠ odd"))
    }

    @Test("An image with very many tags and digests, and very many images of one tag")
    func hostile() async throws {
        let tags = (0..<300).map { "t\($0):1" }
        let digests = (0..<300).map { "t@sha256:\($0)" }
        let same = (0..<300).map { ("sha256:\($0)", ["t0:1"], [String]()) }
        let sources = [Self.source("a", [("sha256:1", tags, digests)]), Self.source("b", same)]
        let document = try await ask(.listImages, [:], sources)
        #expect(document.structured["total"] == 301)
    }

    @Test("A row of two sources has less than 120 characters, whatever the tags are")
    func width() async throws {
        let tags = (0..<30).map { "registry.example:5000/team/application-\($0):1.2.3" }
        let sources = ["local", "remote"].map { Self.source($0, [("sha256:\($0.utf8.count)abcdefabcdef", tags, [])]) }
        for arguments in [[:], ["shared_size": true]] as [JSONObject] {
            for line in try await ask(.listImages, arguments, sources.map(measured)).lines {
                #expect(line.count < 120, "\(line)")
            }
        }
    }

    /// The same source with a measure of its disk.
    private func measured(_ source: FixtureSource) -> FixtureSource {
        source.with(["/system/df": .json(["Images": [["Id": "sha256:5abcdefabcdef", "SharedSize": 123_456_789]]])])
    }

    @Test("What an image shares is asked for only when wanted: in the list from API 1.42 on, by /system/df before")
    func shared() async throws {
        let replies: Replies = [
            "/images/json": .json([["Id": "sha256:1", "SharedSize": 0]]), "/containers/json": .json([]),
            "/images/json?shared-size=1": .json([
                ["Id": "sha256:1", "SharedSize": 5], ["Id": "sha256:2", "SharedSize": -1],
            ]),
            "/system/df": .json(["Images": [["Id": "1", "SharedSize": 7], ["Id": "2", "SharedSize": -1]]]),
        ]
        let (old, new) = (
            FixtureSource("old", replies), FixtureSource("new", replies, api: APIVersion(major: 1, minor: 42))
        )
        func sizes(_ source: FixtureSource, _ arguments: JSONObject) async throws -> [JSON?] {
            try await ask(.listImages, arguments, [source]).rows("images").map { $0["shared_size_bytes"] }
        }
        #expect(try await sizes(old, [:]) == [nil])
        #expect(try await sizes(old, ["shared_size": false]) == [nil])
        #expect(!old.asked.contains { $0.contains("df") || $0.contains("shared") })
        #expect(try await sizes(old, ["shared_size": true]) == [7, nil])
        #expect(try await sizes(new, ["shared_size": true]) == [5, nil])
        #expect(!new.asked.contains("/system/df"))
        let broken = FixtureSource("old", replies.with(["/system/df": .refusal(500, "")]))
        #expect(await failure(.listImages, ["shared_size": true], [broken])?.code == "engine_error")
    }
}
