// A thousand sources: what is told of all of them together stays short, and the structured result has each.
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct ManySourcesTests {
    private static func sources(_ count: Int, failing: Int = 0) -> [FixtureSource] {
        (1...count).map { number in
            let container: JSON = ["Id": .string("\(number)abc"), "Names": [.string("/web-\(number)")]]
            let list = JSON.array([container])
            let reply: Reply = number <= failing ? .failure(.engineError) : .json(list)
            return FixtureSource("s\(number)", ["/containers/json": reply])
        }
    }

    @Test("Up to twenty sources are counted one by one, more together", arguments: [2, 20, 21, 1_000])
    func heading(count: Int) async throws {
        let document = try await ask(.listContainers, [:], Self.sources(count))
        let heading = try #require(document.heading)
        if count <= 20 {
            #expect(heading == "\(count) containers: " + (1...count).map { "s\($0) 1" }.joined(separator: ", "))
        } else {
            #expect(heading == "\(count) containers on \(count) sources")
        }
        #expect(document.rows("sources").count == count)
        #expect(document.structured["total"] == .integer(Int64(count)))
    }

    @Test("Of a thousand failed sources the text tells twenty, and counts the others by their codes")
    func notes() async throws {
        let document = try await ask(.listContainers, [:], Self.sources(1_001, failing: 1_000))
        let notes = document.lines.filter { $0.hasPrefix("!") }
        #expect(notes.count == 21)
        #expect(notes[0].hasPrefix("! s1 failed: engine_error: "))
        #expect(notes[20].hasPrefix("! 980 more sources failed: engine_error 980. "))
        #expect(document.rows("sources").count { $0["error"] != nil } == 1_000)
        #expect(document.gaps.count == 1_000)
        #expect(document.isComplete == false)
    }

    @Test("When all fail, twenty are told of")
    func unanswered() async throws {
        let failure = try #require(await failure(.listContainers, [:], Self.sources(100, failing: 100)))
        #expect(failure.code == "engine_error")
        #expect(failure.message.hasSuffix(" So did 80 more sources."))
        #expect(failure.message.utf8.count < 4_000)
        #expect(failure.sources.count == 100)
    }

    @Test("A container that is nowhere names fifty of the sources that were asked")
    func nowhere() async throws {
        let failure = try #require(await failure(.inspect, ["container_id": "nosuch"], Self.sources(1_000)))
        #expect(failure.message.utf8.count < 2_000, "\(failure.message)")
        #expect(failure.message.contains("s50 and 950 more"))
    }
}
