// Text of engines and containers is data: nothing of it steers a terminal, hides words, or forges a line of an answer.
import DockerSources
import JSON
import SafeText
import Testing

@testable import DockerTools

@Suite struct HostileTextTests {
    private static let questions: [(String, JSONObject)] = [
        ("docker_list_containers", [:]), ("docker_list_containers", ["detail": true]),
        ("docker_list_containers", ["limit": 1]), ("docker_inspect", ["container_id": "web"]),
        ("docker_inspect", ["container_id": "limited", "full": true]),
        ("docker_inspect", ["container_id": "unhealthy"]),
        ("docker_inspect", ["container_id": "db"]), ("docker_logs", ["container_id": "web"]), ("docker_stats", [:]),
        ("docker_stats", ["container_id": "web"]), ("docker_list_images", [:]), ("docker_list_images", ["limit": 1]),
        ("docker_image_info", ["image_id": "shop/rich:1.0"]), ("docker_connection_status", [:]),
    ]

    @Test("Nothing hidden, no escape and no forged line gets into an answer", arguments: questions)
    func answers(tool: String, arguments: JSONObject) async throws {
        let source = FixtureSource("local", Hostile.poisoned(try .docker()))
        let document = try await ask(.named(tool), arguments, [source])
        #expect(SafeText.lines(document.text) == document.text)
        #expect(!document.lines.contains { $0.drop { $0 == " " }.hasPrefix("FORGED") })
        for text in Self.texts(in: document.json) {
            // Only what has lines of its own may have line breaks: a probe's output, a variable's value, the engine's document.
            let isClean =
                text.mayHaveLines ? SafeText.lines(text.text) == text.text : SafeText.line(text.text) == text.text
            #expect(isClean, "\(text.place): \(text.text.debugDescription)")
        }
    }

    @Test("The document keeps its shape, whatever the texts", arguments: questions)
    func shape(tool: String, arguments: JSONObject) async throws {
        let source = FixtureSource("local", Hostile.poisoned(try .docker()))
        let tool = try DockerTool.named(tool)
        let document = try await ask(tool, arguments, [source])
        #expect(SchemaCheck.problems(in: document.json, against: tool.outputSchema) == [])
    }

    @Test("As many lines as an honest engine's answer has", arguments: questions)
    func lineCount(tool: String, arguments: JSONObject) async throws {
        let replies = try Replies.docker()
        let honest = try await ask(.named(tool), arguments, [FixtureSource("local", replies)])
        let hostile = try await ask(.named(tool), arguments, [FixtureSource("local", Hostile.poisoned(replies))])
        // A long text makes a list of its own lines out of a short list on one line, and so only more of ours.
        // A label with a poisoned name is another one: what an image's labels say of its origin is then two lines less.
        #expect(hostile.lines.count >= honest.lines.count { !["oci:", "  title: rich"].contains($0) })
        #expect(hostile.lines.count < honest.lines.count + 60)
    }

    @Test(
        "A refusal's words are clean, too",
        arguments: ["docker_list_containers", "docker_inspect", "docker_logs", "docker_stats"])
    func refusal(tool: String) async throws {
        let body = JSON.object(["message": .string("no" + Hostile.tail)]).text
        let hostile = FixtureSource("hostile", ["": .refusal(500, body)])
        let tool = try DockerTool.named(tool)
        let failure = try #require(await failure(tool, tool.leastArguments, [hostile]))
        #expect(SafeText.lines(failure.text) == failure.text)
        #expect(failure.text.split(separator: "\n").count == 2)
        let document = try await ask(tool, tool.leastArguments, [hostile, FixtureSource("local", try .docker())])
        #expect(SafeText.lines(document.text) == document.text)
        #expect(document.lines.allSatisfy { !$0.hasPrefix("FORGED") })
    }

    @Test(
        "Ids that are none are no rows",
        arguments: ["\u{1b}[2Jab", "ab\ncd", "../../x", "", "a/b", String(repeating: "a", count: 500)])
    func ids(id: String) async throws {
        let source = FixtureSource(
            "local",
            [
                "/containers/json": .json([["Id": .string(id)]]), "/images/json": .json([["Id": .string(id)]]),
            ])
        for tool in [DockerTool.listContainers, .listImages, .stats] {
            #expect(await failure(tool, [:], [source])?.code == "reply_malformed")
        }
    }

    private struct Text { let place, text: String, mayHaveLines: Bool }

    private static func texts(in json: JSON, at place: String = "$", mayHaveLines: Bool = false) -> [Text] {
        switch json {
        case .string(let text): [Text(place: place, text: text, mayHaveLines: mayHaveLines)]
        case .array(let elements): elements.flatMap { texts(in: $0, at: "\(place)[]", mayHaveLines: mayHaveLines) }
        case .object(let members):
            members.flatMap { name, member in
                let mayHaveLines = mayHaveLines || ["output", "value", "raw"].contains(name)
                return [Text(place: "\(place).?", text: name, mayHaveLines: false)]
                    + texts(in: member, at: "\(place).\(name)", mayHaveLines: mayHaveLines)
            }
        default: []
        }
    }
}
