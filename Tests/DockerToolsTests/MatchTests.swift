// Which containers and images an id means: every match answers, labelled; none and too many are told apart.
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct MatchTests {
    private func sources() throws -> [FixtureSource] {
        [FixtureSource("local", try .docker()), FixtureSource("remote", try .podman())]
    }

    private static let web = "00ccadb0faa8ec77b5721ad2b1a22d1c70343144c37f0311bc88884e606e72df"

    @Test(
        "A container is meant by its name, its id, or SOURCE/NAME",
        arguments: [
            (["container_id": "web"], ["local/web", "remote/web"]),
            (["container_id": "/web"], ["local/web", "remote/web"]),
            (["container_id": "local/web"], ["local/web"]), (["container_id": "remote/web"], ["remote/web"]),
            (["container_id": "local//web"], ["local/web"]),
            (["container_id": "web", "source": "remote"], ["remote/web"]),
            (["container_id": "remote/web", "source": "remote"], ["remote/web"]),
            (["container_id": "db"], ["local/db"]), (["container_id": .string(web)], ["local/web"]),
            (["container_id": "00ccadb0faa8"], ["local/web"]), (["container_id": "60b0aa382c7a"], ["remote/web"]),
        ] as [(JSONObject, [String])])
    func containers(arguments: JSONObject, names: [String]) async throws {
        let document = try await ask(.inspect, arguments, sources())
        #expect(document.names("containers") == names)
        #expect(document.isComplete == true)
    }

    @Test(
        "An image is meant by its name or SOURCE/NAME; slashes of its own are no source",
        arguments: [
            (["image_id": "busybox:test"], ["local", "remote"]), (["image_id": "remote/busybox:test"], ["remote"]),
            (["image_id": "busybox:test", "source": "local"], ["local"]), (["image_id": "shop/rich:1.0"], ["local"]),
            (["image_id": "local/shop/rich:1.0"], ["local"]),
        ] as [(JSONObject, [String])])
    func images(arguments: JSONObject, names: [String]) async throws {
        let document = try await ask(.imageInfo, arguments, sources())
        #expect(document.texts("images", "source") == names)
    }

    @Test(
        "What can't name a container is refused before an engine hears of it",
        arguments: [
            "../../x", "..", ".", "-web", "_web", "we b", "a/b/c", "local/", "local/../x", "wéb", "%2e%2e", "web?all=1",
            "web#x", "web\\x", "a:b", "local/-x",
            String(repeating: "a", count: 256), String(repeating: "a", count: 300), String(repeating: "a", count: 301),
        ], ["docker_inspect", "docker_logs", "docker_stats"])
    func badContainer(id: String, tool: String) async throws {
        let sources = try sources()
        let failure = await failure(try .named(tool), ["container_id": .string(id)], sources)
        #expect(failure?.code == "invalid_argument")
        #expect(failure?.message.contains("container_id") == true)
        #expect(sources.flatMap(\.asked).isEmpty)
    }

    @Test(
        "What can't name an image is refused before an engine hears of it",
        arguments: [
            "../../x", "UPPER/case", "a//b", "a:b:c", "a@sha256:xyz", ":tag", "a b", "local/", "a/../b", "name:",
            String(repeating: "a", count: 513),
        ])
    func badImage(id: String) async throws {
        let sources = try sources()
        let failure = await failure(.imageInfo, ["image_id": .string(id)], sources)
        #expect(failure?.code == "invalid_argument")
        #expect(failure?.message.contains("image_id") == true)
        #expect(sources.flatMap(\.asked).isEmpty)
    }

    @Test(
        "A source that is none is refused, and the known ones are named", arguments: ["cloud/web", "web/", "Local/web"])
    func unknownSource(id: String) async throws {
        let failure = await failure(.inspect, ["container_id": .string(id)], try sources())
        #expect(failure?.code == "invalid_argument")
        #expect(failure?.hint.contains("local, remote") == true)
    }

    @Test("Two sources named at once are refused", arguments: ["docker_inspect", "docker_image_info"])
    func contradiction(tool: String) async throws {
        let id: JSONObject =
            tool == "docker_inspect" ? ["container_id": "local/web"] : ["image_id": "local/busybox:test"]
        let failure = await failure(try .named(tool), id.with("source", "remote"), try sources())
        #expect(failure?.code == "invalid_argument")
        #expect(failure?.message.contains("local") == true)
        #expect(failure?.message.contains("remote") == true)
    }

    @Test(
        "What no source has is not found, and those that said so are named",
        arguments: [
            ("docker_inspect", "container_id", "nosuch"), ("docker_logs", "container_id", "abcdef"),
            ("docker_stats", "container_id", "nosuch"), ("docker_image_info", "image_id", "nosuch:1"),
        ])
    func notFound(tool: String, argument: String, id: String) async throws {
        let failure = await failure(try .named(tool), [argument: .string(id)], try sources())
        #expect(failure?.code == "not_found")
        #expect(failure?.message.contains("\(id) on local, remote") == true)
        #expect(failure?.message.contains("Could not be asked") == false)
        #expect(failure?.hint.contains("docker_list_") == true)
        #expect(failure?.sources.map(\.source.name) == ["local", "remote"])
    }

    @Test("A source that could not be asked is told from one that said no")
    func notAsked() async throws {
        let sources = try sources() + [FixtureSource.dead("third", .connectTimeout)]
        let failure = await failure(.inspect, ["container_id": "nosuch"], sources)
        #expect(failure?.code == "not_found")
        #expect(
            failure?.message == "No container nosuch on local, remote. Could not be asked: third (connect_timeout).")
    }

    @Test("A match answers although another source fails; the answer is not complete")
    func partial() async throws {
        let document = try await ask(.inspect, ["container_id": "db"], sources() + [.dead("third")])
        #expect(document.names("containers") == ["local/db"])
        #expect(document.isComplete == false)
        #expect(document.gaps == ["source third: connection_refused"])
    }
}
