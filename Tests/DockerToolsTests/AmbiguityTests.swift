// An id that means too much: the candidates are named, so that the next call can be right.
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct AmbiguityTests {
    /// A source with containers whose ids begin with `ab`, and what the engine says to that beginning.
    private func source(_ name: String, _ containers: [String], _ reply: Reply) -> FixtureSource {
        let list = containers.enumerated().map { index, name -> JSON in
            ["Id": .string("ab" + String(repeating: "\(index % 10)", count: 62)), "Names": [.string("/\(name)")]]
        }
        return FixtureSource(name, ["/containers/json": .json(.array(list)), "/containers/ab/json": reply])
    }

    private static let refusals: [Reply] = [
        .refusal(400, #"{"message":"Multiple IDs found with provided prefix: ab"}"#),
        .refusal(404, #"{"message":"Multiple IDs found with provided prefix: ab"}"#),
        .refusal(500, #"{"message":"more than one result for container ID ab: ID ambiguous"}"#),
    ]

    @Test(
        "A beginning that several ids of a source have, in Docker's words and in Podman's", arguments: refusals.indices)
    func beginning(refusal: Int) async {
        let sources = [
            source("local", ["one", "two"], Self.refusals[refusal]), source("remote", [], .refusal(404, "")),
        ]
        let failure = await failure(.inspect, ["container_id": "ab"], sources)
        #expect(failure?.code == "ambiguous")
        #expect(failure?.message == "ab fits several containers: local/one, local/two.")
        #expect(failure?.hint.isEmpty == false)
        #expect(failure?.sources.map(\.source.name) == ["local", "remote"])
    }

    @Test("The same refusal of an id that no container begins with is told as it is", arguments: refusals.indices)
    func noBeginning(refusal: Int) async {
        let failure = await failure(.inspect, ["container_id": "ab"], [source("local", [], Self.refusals[refusal])])
        #expect(failure?.code == (refusal == 1 ? "not_found" : "engine_error"))
    }

    @Test("A name that is no beginning of an id is not looked for in the list")
    func name() async {
        let local = FixtureSource("local", ["/containers/json": .json([])])
        #expect(await failure(.inspect, ["container_id": "web"], [local])?.code == "not_found")
        #expect(local.asked == ["/containers/web/json"])
    }

    @Test("The list of candidates is cut")
    func many() async throws {
        let names = (0..<100).map { "container-\($0)" }
        let failure = try #require(
            await failure(.inspect, ["container_id": "ab"], [source("local", names, Self.refusals[0])]))
        #expect(failure.message.contains("local/container-19, …"))
        #expect(!failure.message.contains("container-20"))
    }

    @Test("Four matches answer, five are too many", arguments: [4, 5])
    func matches(count: Int) async throws {
        let sources = try (1...count).map { FixtureSource("s\($0)", try .docker()) }
        if count == 4 {
            let document = try await ask(.inspect, ["container_id": "web"], sources)
            #expect(document.names("containers") == ["s1/web", "s2/web", "s3/web", "s4/web"])
        } else {
            let failure = await failure(.inspect, ["container_id": "web"], sources)
            #expect(failure?.code == "ambiguous")
            #expect(failure?.message.contains("s1/web, s2/web, s3/web, s4/web, s5/web") == true)
        }
    }

    @Test("A beginning that several images have")
    func images() async {
        let digits = String(repeating: "0", count: 60)
        let source = FixtureSource(
            "local",
            [
                "/images/json": .json([
                    ["Id": .string("sha256:abc1\(digits)"), "RepoTags": ["shop/web:1"]],
                    ["Id": .string("sha256:abc2\(digits)"), "RepoTags": []],
                    ["Id": .string("sha256:def2\(digits)"), "RepoTags": ["other:1"]],
                ])
            ])
        let failure = await failure(.imageInfo, ["image_id": "abc"], [source])
        #expect(failure?.code == "ambiguous")
        #expect(failure?.message == "abc fits several images: local/shop/web:1, local/abc200000000.")
    }
}
