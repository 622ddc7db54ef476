// docker_inspect: the useful part of a container, secrets masked; the whole with `full`.
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct InspectTests {
    private func inspect(_ name: String, full: Bool = false) async throws -> Document {
        try await ask(
            .inspect, ["container_id": .string(name), "full": .bool(full)], [FixtureSource("local", try .docker())])
    }

    private static let image = "sha256:85dfc2672a91271ac3f5154e106615763d7ab1b5e20b75d24799ccd3fe14f849"

    @Test("A row has the fields that are promised, and no other")
    func fields() async throws {
        #expect(
            try await inspect("limited").rows("containers") == [
                [
                    "source": "local", "id": "db1568fc21e5",
                    "full_id": "db1568fc21e54c47b286da46534f654296b578646afc52bf4df6128a1283e710", "name": "limited",
                    "image": "busybox:test", "image_id": .string(Self.image), "platform": "linux",
                    "created_at": "2026-11-27T10:10:39.765Z",
                    "state": [
                        "status": "running", "started_at": "2026-11-27T10:10:42.648Z", "oom_killed": false,
                        "restart_count": 0,
                    ],
                    "command": ["/app/stay", "--verbose", "--token=[masked]"], "ports": [],
                    "mounts": [
                        ["type": "volume", "source": "cache", "destination": "/data", "read_only": false],
                        [
                            "type": "bind", "source": "/tmp/engines/1/shared", "destination": "/shared",
                            "read_only": true,
                        ],
                    ],
                    "networks": [["name": "none"]], "limits": ["memory_bytes": 67_108_864, "cpus": 0.5],
                    "restart_policy": "no", "log_driver": "json-file",
                ]
            ])
    }

    @Test("Secrets of the environment are masked, and what is none is shown")
    func environment() async throws {
        let document = try await inspect("db")
        #expect(
            document.rows("containers").first?["env"] == [
                ["name": "POSTGRES_USER", "value": "app"],
                ["name": "POSTGRES_PASSWORD", "value": "[masked]", "masked": true],
                ["name": "AWS_SECRET_ACCESS_KEY", "value": "[masked]", "masked": true],
                ["name": "DATABASE_URL", "value": "postgres://[masked]@db:5432/shop", "masked": true],
                ["name": "GREETING", "value": "hello"],
            ])
        #expect(document.lines.contains("    GREETING=hello"))
        #expect(document.lines.contains("    POSTGRES_PASSWORD=[masked]"))
    }

    @Test(
        "No secret of the fixtures gets out, in any form",
        arguments: [("db", ["hunter2", "wJalrXUtnFEMI", "s3cret"]), ("limited", ["hunter2"])], [true, false])
    func secrets(expected: (name: String, secrets: [String]), full: Bool) async throws {
        let document = try await inspect(expected.name, full: full)
        for secret in expected.secrets {
            #expect(!document.text.contains(secret))
            #expect(!document.json.text.contains(secret))
        }
    }

    @Test("Health has its last probes")
    func health() async throws {
        let health = try #require(try await inspect("unhealthy").rows("containers").first?["health"])
        #expect(health["status"] == "unhealthy")
        #expect(health["failing_streak"] == 65)
        #expect(health["last_probes"]?.array?.count == 5)
        #expect(
            health["last_probes"]?.array?.first
                == ["at": "2026-11-27T10:13:50.343Z", "exit_code": 1, "output": "no answer on port 8080"])
    }

    @Test("How a container ended")
    func ended() async throws {
        let state = try #require(try await inspect("crashed").rows("containers").first?["state"])
        #expect(
            state == [
                "status": "exited", "started_at": "2026-11-27T10:10:42.830Z", "finished_at": "2026-11-27T10:10:43.045Z",
                "exit_code": 3, "oom_killed": false, "restart_count": 0,
            ])
    }

    @Test("Podman's document has the same fields")
    func podman() async throws {
        let row = try await ask(.inspect, ["container_id": "web"], [FixtureSource("pod", try .podman())])
            .rows("containers").first
        #expect(row?["name"] == "web")
        #expect(row?["id"] == "60b0aa382c7a")
        #expect(row?["health"] == nil)
        #expect(row?["command"] == ["/app/web"])
        #expect(row?["limits"] == ["pids": 2048])
        #expect(row?["restart_policy"] == "no")
        #expect(row?["labels"] == ["com.docker.compose.project": "shop", "com.docker.compose.service": "web"])
    }

    @Test("Full adds the engine's document, and the text says where it is", arguments: [true, false])
    func full(isFull: Bool) async throws {
        let document = try await inspect("web", full: isFull)
        let raw = document.rows("containers").first?["raw"]
        #expect((raw != nil) == isFull)
        if isFull { #expect(raw?["Config"]?["Image"] == "shop/web:1.2") }
        #expect(document.lines.contains { $0.hasPrefix("raw: ") } == isFull)
        #expect(!document.text.contains("ResolvConfPath"))
    }
}
