// Which sources a call asks: all, the one that `source` names, or, for callers of an older server, a configured `docker_host`.
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct SourceChoiceTests {
    private let local: FixtureSource
    private let remote: FixtureSource

    init() throws {
        local = FixtureSource("local", try .docker())
        remote = FixtureSource("remote", try .podman(), kind: .remoteTCP, endpoint: "tcp://203.0.113.7:2375")
    }

    /// A comparison names its sources by other arguments.
    private static let tools = DockerTool.allNames.filter {
        !["docker_connection_status", "docker_compare"].contains($0)
    }

    @Test("All are asked unless one is named", arguments: DockerTool.allNames)
    func all(name: String) async throws {
        let tool = try DockerTool.named(name)
        let document = try await ask(tool, tool.leastArguments, [local, remote])
        #expect(document.texts("sources", "name") == ["local", "remote"])
        #expect(document.texts("sources", "kind") == ["local-socket", "remote-tcp"])
        #expect(document.states == ["local connected", "remote connected"])
    }

    @Test(
        "Only the named one is asked", arguments: tools,
        [
            ("source", "remote"), ("docker_host", "tcp://203.0.113.7:2375"), ("docker_host", "remote"),
        ])
    func named(name: String, by choice: (argument: String, value: String)) async throws {
        let tool = try DockerTool.named(name)
        let arguments = tool.leastArguments.with(choice.argument, .string(choice.value))
        let document = try await ask(tool, arguments, [local, remote])
        #expect(document.texts("sources", "name") == ["remote"])
        #expect(local.asked.isEmpty)
        #expect(!remote.asked.isEmpty)
    }

    @Test("The status of one source can be asked by its address", arguments: ["unix:///run/local.sock", "local"])
    func statusOfOne(host: String) async throws {
        let document = try await ask(.connectionStatus, ["docker_host": .string(host)], [local, remote])
        #expect(document.texts("sources", "name") == ["local"])
    }

    @Test("An unknown source is refused, and the known ones are named", arguments: tools)
    func unknown(name: String) async throws {
        let tool = try DockerTool.named(name)
        let failure = await failure(tool, tool.leastArguments.with("source", "cloud"), [local, remote])
        #expect(failure?.code == "invalid_argument")
        #expect(failure?.message.contains("\"cloud\"") == true)
        #expect(failure?.hint.contains("local, remote") == true)
        #expect(local.asked.isEmpty && remote.asked.isEmpty)
    }

    @Test(
        "No caller may name an address", arguments: DockerTool.allNames,
        [
            "tcp://198.51.100.9:2375", "203.0.113.7:2375", "unix:///etc/passwd", "tcp://203.0.113.7:2375/",
            "http://203.0.113.7:2375",
        ])
    func address(name: String, host: String) async throws {
        let tool = try DockerTool.named(name)
        let failure = await failure(tool, tool.leastArguments.with("docker_host", .string(host)), [local, remote])
        #expect(failure?.code == "invalid_argument")
        #expect(failure?.message.contains(host) == true)
        #expect(failure?.hint.contains("A caller can't name an address") == true)
        #expect(failure?.hint.contains("local, remote") == true)
        #expect(local.asked.isEmpty && remote.asked.isEmpty)
    }

    @Test("An address that is not configured is refused beside a source, too")
    func addressBesideSource() async {
        let arguments: JSONObject = ["source": "local", "docker_host": "tcp://198.51.100.9:2375"]
        let failure = await failure(.listContainers, arguments, [local, remote])
        #expect(failure?.code == "invalid_argument")
    }

    @Test("A source and an address must mean the same one", arguments: ["local", "remote"])
    func both(source: String) async throws {
        let arguments: JSONObject = ["source": .string(source), "docker_host": "tcp://203.0.113.7:2375"]
        if source == "remote" {
            let document = try await ask(.listContainers, arguments, [local, remote])
            #expect(document.texts("sources", "name") == ["remote"])
        } else {
            #expect(await failure(.listContainers, arguments, [local, remote])?.code == "invalid_argument")
            #expect(local.asked.isEmpty && remote.asked.isEmpty)
        }
    }

    @Test("An address with credentials is not repeated with them")
    func credentials() async {
        let failure = await failure(.listContainers, ["docker_host": "tcp://me:hunter2@198.51.100.9:2375"], [local])
        #expect(failure?.text.contains("hunter2") == false)
        #expect(failure?.text.contains("198.51.100.9") == true)
    }

    /// Three sources, two of them tagged.
    private static func fleet() throws -> [FixtureSource] {
        [
            FixtureSource("laptop", try .docker()), FixtureSource("web-1", try .docker(), tags: ["prod", "web"]),
            FixtureSource("db-1", try .docker(), tags: ["prod"]),
        ]
    }

    @Test(
        "Several are chosen by names, by tags, or both, in configured order",
        arguments: [
            ("tag:prod", ["web-1", "db-1"]), ("tag:web", ["web-1"]), ("db-1,laptop", ["laptop", "db-1"]),
            ("tag:web, laptop", ["laptop", "web-1"]), ("tag:prod,web-1", ["web-1", "db-1"]),
        ])
    func several(choice: String, names: [String]) async throws {
        let document = try await ask(.listContainers, ["source": .string(choice)], try Self.fleet())
        #expect(document.texts("sources", "name") == names)
    }

    @Test(
        "What no source is named or tagged with is refused, with what there is",
        arguments: [
            ("tag:dev", "no source has the tag \"dev\"", "The tags are prod, web."),
            ("laptop,nas", "source is \"nas\", and there is no such source", "The tags are prod, web."),
            ("laptop,", "source is \"\"", "The sources are laptop, web-1, db-1."), ("tag:", "tag \"\"", "prod, web"),
        ])
    func none(choice: String, message: String, hint: String) async throws {
        let failure = await failure(.listContainers, ["source": .string(choice)], try Self.fleet())
        #expect(failure?.code == "invalid_argument")
        #expect(failure?.message.contains(message) == true, "\(failure?.message ?? "-")")
        #expect(failure?.hint.contains(hint) == true, "\(failure?.hint ?? "-")")
    }

    @Test("A tag before the slash narrows like a name, and more matches are had by asking for them")
    func tagged() async throws {
        let name = try await ask(.listContainers, [:], [Self.fleet()[0]]).texts("containers", "name")[0]
        let document = try await ask(.inspect, ["container_id": .string("tag:prod/\(name)")], try Self.fleet())
        #expect(document.texts("containers", "source") == ["web-1", "db-1"])
        let few: JSONObject = ["container_id": .string(name), "max_matches": 2]
        let failure = await failure(.inspect, few, try Self.fleet())
        #expect(failure?.code == "ambiguous")
        #expect(failure?.hint == "Narrow with source, or raise max_matches.")
    }
}
