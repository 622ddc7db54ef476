// docker_compare: what differs between two sources or two containers, and what does not.
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct CompareTests {
    private func fields(_ document: Document) -> [String] {
        document.rows("containers").flatMap { $0["differences"]?.array ?? [] }.compactMap { $0["field"]?.string }
    }

    @Test("A source beside its own copy is the same")
    func same() async throws {
        let document = try await ask(
            .compare, [:], [FixtureSource("left", try .docker()), FixtureSource("right", try .docker())])
        #expect(document.structured["verdict"] == "same")
        #expect(document.rows("engine").isEmpty && document.isComplete == true)
        #expect(document.lines.first?.hasPrefix("No drift:") == true)
        #expect(document.texts("containers", "result").allSatisfy { $0 == "same" })
    }

    @Test("Docker beside Podman: the verdict first, engines, missing and different containers")
    func different() async throws {
        let document = try await ask(
            .compare, [:], [FixtureSource("docker", try .docker()), FixtureSource("pod", try .podman())])
        #expect(document.structured["verdict"] == "drift")
        #expect(document.lines.first?.hasPrefix("Drift between docker and pod: ") == true)
        #expect(document.structured["summary"]?.string == document.lines.first.map(String.init))
        let engine = document.rows("engine").compactMap { $0["field"]?.string }
        #expect(engine.contains("name") && engine.contains("version"))
        let results = Dictionary(
            document.rows("containers").map { ($0["name"]?.string ?? "", $0["result"]?.string ?? "") }
        ) { $1 }
        #expect(results["web"] == "different" && results["db"] == "only_left")
    }

    @Test(
        "A field that was changed, and no other",
        arguments: [
            (["Config", "Image"], "shop/web:1.3", ["image"]), (["Image"], "sha256:00", ["image_digest"]),
            (["Config", "User"], "nobody", ["user"]),
            (["HostConfig", "RestartPolicy"], ["Name": "always"], ["restart_policy"]),
            (["HostConfig", "Memory"], 1_048_576, ["limit memory"]),
            (["HostConfig", "NanoCpus"], 500_000_000, ["limit cpus"]),
            (["Config", "WorkingDir"], "/srv", ["working_dir"]),
            (["HostConfig", "LogConfig"], ["Type": "none"], ["log_driver"]),
            (
                ["NetworkSettings", "Ports"], ["8080/tcp": [["HostIp": "0.0.0.0", "HostPort": "80"]]], ["port 8080/tcp"]
            ),
            (["Mounts"], [["Type": "bind", "Source": "/srv", "Destination": "/data", "RW": true]], ["mount /data"]),
            (["Id"], "ff", []), (["Created"], "2020-01-01T00:00:00Z", []),
        ] as [([String], JSON, [String])])
    func field(path: [String], value: JSON, expected: [String]) async throws {
        let plain = try engine(named: "left") { $0 }
        let changed = try engine(named: "right") { document in
            path.count == 2 ? document.with(path[0], path[1], value: value) : document.with(path[0], value: value)
        }
        #expect(fields(try await ask(.compare, [:], [plain, changed])) == expected)
    }

    @Test("Variables: missing, extra and other values; secrets are told apart and never shown")
    func environment() async throws {
        func source(_ name: String, _ variables: [JSON]) throws -> FixtureSource {
            try engine(named: name) { $0.with("Config", "Env", value: .array(variables)) }
        }
        let left = try source("left", ["MODE=a", "ONLY=1", "DB_PASSWORD=hunter2", "API_TOKEN=same-token", "EMPTY="])
        let right = try source("right", ["MODE=b", "EXTRA=1", "DB_PASSWORD=hunter3", "API_TOKEN=same-token", "EMPTY="])
        let document = try await ask(.compare, [:], [left, right])
        #expect(fields(document) == ["env MODE", "env ONLY", "env DB_PASSWORD", "env EXTRA"])
        let text = document.text + document.json.text
        #expect(!text.contains("hunter2") && !text.contains("hunter3") && !text.contains("same-token"))
        let password = document.rows("containers")[0]["differences"]?.array?.first { $0["field"] == "env DB_PASSWORD" }
        #expect(password?["left"]?.string?.hasPrefix("[masked] #") == true)
        #expect(password?["left"] != password?["right"])
    }

    @Test("Two containers by SOURCE/NAME, also of one source")
    func containers() async throws {
        let sources = [FixtureSource("local", try .docker()), FixtureSource("pod", try .podman())]
        let across = try await ask(.compare, ["left": "local/web", "right": "pod/web"], sources)
        #expect(across.rows("containers").count == 1 && across.structured["left"] == "local/web")
        let within = try await ask(.compare, ["left": "local/web", "right": "local/db"], sources)
        #expect(fields(within).contains("command") && within.texts("sources", "name") == ["local"])
    }

    @Test("Services of a project match by service and number, whatever their containers are called")
    func compose() async throws {
        func source(_ name: String, _ container: String) throws -> FixtureSource {
            try engine(named: name) {
                $0.with("Name", value: .string("/\(container)")).with(
                    "Config", "Labels",
                    value: [
                        "com.docker.compose.project": "shop", "com.docker.compose.service": "web",
                        "com.docker.compose.container-number": "1",
                    ])
            }
        }
        let sources = [try source("old", "shop_web_1"), try source("new", "shop-web-1")]
        #expect(try await ask(.compare, [:], sources).structured["verdict"] == "same")
        let narrowed = try await ask(.compare, ["project": "other"], sources)
        #expect(narrowed.lines.first?.hasPrefix("Nothing to compare") == true)
    }

    @Test(
        "Sides that are none",
        arguments: [
            (["left": "local"], "not both given"), (["left": "local", "right": "local"], "the same"),
            (["left": "local", "right": "nosuch"], "no such source"),
            (["left": "local/web", "right": "pod"], "a container and a source"),
            (["left": "local/we b", "right": "pod/web"], "can't name a container"),
            (["left": "local,pod", "right": "pod"], "names 2 sources"),
        ] as [(JSONObject, String)])
    func wrong(arguments: JSONObject, words: String) async throws {
        let sources = [FixtureSource("local", try .docker()), FixtureSource("pod", try .podman())]
        let failure = await failure(.compare, arguments, sources)
        #expect(
            failure?.code == "invalid_argument" && failure?.message.contains(words) == true, "\(failure?.message ?? "")"
        )
        #expect(sources.flatMap(\.asked).isEmpty)
    }

    @Test("Three sources have to be named, a container that is missing is not found, and half a comparison is none")
    func missing() async throws {
        let sources = [FixtureSource("a", try .docker()), FixtureSource("b", try .docker()), .dead("c")]
        #expect(await failure(.compare, [:], sources)?.code == "invalid_argument")
        let missing = await failure(.compare, ["left": "a/web", "right": "b/nosuch"], sources)
        #expect(missing?.code == "not_found" && missing?.message.contains("nosuch on b") == true)
        let dead = await failure(.compare, ["left": "a", "right": "c"], sources)
        #expect(dead?.code == "connection_refused")
    }
}
