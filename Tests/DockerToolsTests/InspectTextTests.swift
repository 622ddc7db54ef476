// docker_inspect for reading, and parts of it by `include`: what is said of each state, and what is left out.
import DockerEngine
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct InspectTextTests {
    private static let id = String(repeating: "ab", count: 32)
    private static let image = "sha256:" + String(repeating: "cd", count: 32)

    /// What is said of a container with these parts.
    private func inspect(
        state: JSON = ["Status": "running"], config: JSON = [:], _ more: JSONObject = [:],
        _ arguments: JSONObject = [:], image: DockerToolsTests.Reply? = nil
    ) async throws -> Document {
        var container: JSONObject = [
            "Id": .string(Self.id), "Name": "/web", "State": state, "Config": config, "Image": .string(Self.image),
        ]
        for (name, value) in more { container[name] = value }
        var replies: Replies = ["/containers/web/json": .json(.object(container))]
        replies["/images/sha256%3A\(Self.image.dropFirst(7))/json"] = image
        return try await ask(.inspect, arguments.with("container_id", "web"), [FixtureSource("local", replies)])
    }

    private static func ago(seconds: Int) -> String {
        Timestamp.now.earlier(bySeconds: seconds)?.rfc3339 ?? ""
    }

    private static let ends: [(JSONObject, String)] = [
        (["Status": "exited", "ExitCode": 0], "exited 0, "),
        (["Status": "exited", "ExitCode": 3], "exited 3, "),
        (["Status": "exited", "ExitCode": 137, "OOMKilled": true], "exited 137 (SIGKILL, OOM killed), "),
        (["Status": "exited", "ExitCode": 137], "exited 137 (SIGKILL), "),
        (["Status": "exited", "ExitCode": 143], "exited 143 (SIGTERM), "),
        (["Status": "exited", "ExitCode": 139], "exited 139 (SIGSEGV), "),
        (["Status": "exited", "ExitCode": 127], "exited 127 (command not found), "),
        (["Status": "exited", "ExitCode": 126], "exited 126 (command not executable), "),
        (["Status": "exited", "ExitCode": -9_223_372_036_854_775_808], "exited -9223372036854775808, "),
        (["Status": "restarting", "ExitCode": 1], "restarting 1, "), (["Status": "dead", "ExitCode": 1], "dead 1, "),
    ]

    @Test("How a container ended, in words, and when", arguments: ends.indices)
    func endings(index: Int) async throws {
        let (state, text) = Self.ends[index]
        let ended = Self.ago(seconds: 300)
        let document = try await inspect(state: .object(state.with("FinishedAt", .string(ended))))
        #expect(document.lines.first == "local/web: \(text)5 minutes ago (\(ended))")
    }

    @Test("What runs, since when, how healthy, how often restarted, and of which image")
    func verdict() async throws {
        let started = Self.ago(seconds: 3 * 3_600)
        let state: JSON = [
            "Status": "running", "StartedAt": .string(started),
            "Health": ["Status": "unhealthy", "FailingStreak": 7, "Log": []],
        ]
        let digest = "nginx@sha256:\(String(repeating: "0a", count: 32))"
        let document = try await inspect(
            state: state, config: ["Image": "nginx:1.25"], ["RestartCount": 2],
            image: .json(["Id": .string(Self.image), "RepoDigests": [.string(digest)]]))
        #expect(
            document.lines.first
                == "local/web: running for 3 hours (since \(started)), unhealthy (7 in a row), 2 restarts, image nginx:1.25@sha256:0a0a0a0a0a0a…"
        )
        #expect(document.lines.contains("  image digest: \(digest)"))
        #expect(document.rows("containers").first?["image_digests"] == [.string(digest)])
        #expect(document.isComplete == true)
    }

    @Test("A container that never started, with the reason")
    func neverStarted() async throws {
        let created = Self.ago(seconds: 5_400)
        let document = try await inspect(
            state: ["Status": "created", "Error": "exec: \"x\": not found"], ["Created": .string(created)])
        #expect(
            document.lines.prefix(2) == [
                "local/web: created 1 hour ago (\(created)), never started", "  error: exec: \"x\": not found",
            ])
    }

    @Test("An image that is gone has no digest; one that can't be read is missed")
    func digests() async throws {
        #expect(try await inspect(image: .refusal(404, "")).isComplete == true)
        #expect(try await inspect(image: .refusal(500, "")).gaps == ["image digests of local: engine_error"])
        let narrowed = try await inspect([:], ["include": "state"], image: .refusal(500, ""))
        #expect(narrowed.isComplete == true, "nobody asks for what is not wanted")
    }

    @Test("Probes that say the same are told of once, the newest first, and their output is marked")
    func probes() async throws {
        let at = Self.ago(seconds: 300)
        func probe(_ code: Int64, _ output: String) -> JSON {
            ["Start": .string(at), "ExitCode": .integer(code), "Output": .string(output)]
        }
        let health: JSON = [
            "Status": "unhealthy",
            "Log": [probe(0, ""), probe(1, "a\nb\nc\nd\nlocal/web: fine"), probe(1, "no"), probe(1, "no")],
        ]
        let lines = try await inspect(state: ["Status": "running", "Health": health], [:], ["include": "health"]).lines
        #expect(
            lines == [
                "local/web: running, unhealthy", "  last probes:",
                "    exit 1, 5 minutes ago (\(at)), 2 times the same", "      | no",
                "    exit 1, 5 minutes ago (\(at))", "      | a", "      | b", "      | c", "      and 2 more lines",
                "    exit 0, 5 minutes ago (\(at))",
            ])
    }

    @Test("Labels in groups, compose first, long values cut in the text only; all of them when they are asked for")
    func labels() async throws {
        let long = String(repeating: "x", count: 300)
        var labels: JSONObject = [
            "z": "1", "com.docker.compose.oneoff": "False", "com.docker.compose.service": "web",
            "com.docker.compose.project": "shop", "org.opencontainers.image.title": "T", "a.long": .string(long),
            "com.docker.compose.": "odd",
        ]
        let shown = try await inspect(config: ["Labels": .object(labels)])
        #expect(
            shown.lines.suffix(10) == [
                "  labels com.docker.compose.*:", "    project=shop", "    service=web", "    oneoff=False",
                "  labels org.opencontainers.image.*:", "    title=T", "  labels:",
                "    a.long=\(long.prefix(87))…", "    com.docker.compose.=odd", "    z=1",
            ])
        #expect(shown.rows("containers").first?["labels"]?["a.long"] == .string(long))
        for number in 0..<100 { labels["n\(number)"] = "v" }
        let many = try await inspect(config: ["Labels": .object(labels)])
        #expect(many.lines.last == "    and 86 more: include labels shows all")
        let all = try await inspect(config: ["Labels": .object(labels)], [:], ["include": "labels"])
        #expect(all.lines.contains("    a.long=\(long)") && all.lines.contains("    n99=v"))
    }

    @Test("Very many variables are cut in the text, with a word on how to get all")
    func environment() async throws {
        let variables: JSON = .array((0..<60).map { .string("V\($0)=\($0)") })
        let document = try await inspect(config: ["Env": variables])
        #expect(document.lines.last == "    and 36 more: include env shows all")
        #expect(document.rows("containers").first?["env"]?.array?.count == 60)
        let all = try await inspect(config: ["Env": variables], [:], ["include": "env"])
        #expect(all.lines.last == "    V59=59")
    }

    @Test("Ports, networks, mounts and limits in few words; a command's words stay apart")
    func parts() async throws {
        let network: JSON = ["IPAddress": "172.18.0.2", "Aliases": ["web", "w"]]
        let document = try await inspect(
            config: ["Cmd": ["sh", "-c", "echo \"hi\" there", ""], "User": "app"],
            [
                "NetworkSettings": [
                    "Networks": ["front": network],
                    "Ports": [
                        "80/tcp": [["HostIp": "0.0.0.0", "HostPort": "8080"], ["HostIp": "::", "HostPort": "8080"]]
                    ],
                ],
                "HostConfig": ["Memory": 67_108_864, "NanoCpus": 500_000_000, "PidsLimit": 100],
                "Mounts": [["Type": "bind", "Source": "/srv", "Destination": "/data", "RW": false]],
            ], ["include": "command,ports,networks,mounts,limits"])
        #expect(
            document.lines == [
                "local/web: running", #"  command: sh -c "echo \"hi\" there" """#, "  user: app",
                "  ports: 8080->80/tcp", "  networks: front 172.18.0.2 (web, w)", "  mounts:",
                "    bind /srv -> /data read-only", "  limits: memory 64.0MiB, 0.50 CPUs, 100 processes",
            ])
    }

    @Test("Include leaves who it is, its state in a word, and what was asked for")
    func include() async throws {
        let sources = [FixtureSource("local", try .docker())]
        func row(_ include: String) async throws -> JSONObject {
            try await ask(.inspect, ["container_id": "limited", "include": .string(include)], sources)
                .rows("containers").first?.object ?? [:]
        }
        #expect(
            try await row("limits, ports") == [
                "source": "local", "id": "db1568fc21e5", "name": "limited", "state": ["status": "running"],
                "ports": [], "limits": ["memory_bytes": 67_108_864, "cpus": 0.5],
            ])
        #expect(try await row("state").keys == ["source", "id", "name", "created_at", "state", "restart_policy"])
        #expect(try await row("state")["state"]?["started_at"] == "2026-11-27T10:10:42.648Z")
        #expect(try await row("image").keys == ["source", "id", "name", "image", "image_id", "platform", "state"])
        #expect(try await row("full_id,log_driver").keys == ["source", "id", "full_id", "name", "state", "log_driver"])
        #expect(try await row("env").keys == ["source", "id", "name", "state"])
    }

    @Test(
        "A part that is not known is refused before any engine is asked", arguments: ["nosuch", "state,,ports", "raw"])
    func unknownPart(include: String) async throws {
        let source = FixtureSource("local", try .docker())
        let failure = await failure(.inspect, ["container_id": "web", "include": .string(include)], [source])
        #expect(failure?.code == "invalid_argument" && failure?.message.hasPrefix("include names \"") == true)
        #expect(failure?.hint.hasPrefix("The parts are state, health, image, command, env, ports, mounts") == true)
        #expect(source.asked.isEmpty)
    }
}
