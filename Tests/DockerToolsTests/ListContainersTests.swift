// docker_list_containers: one list over all sources, each row labelled.
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct ListContainersTests {
    private func sources() throws -> [FixtureSource] {
        [FixtureSource("local", try .docker()), FixtureSource("remote", try .podman(), kind: .remoteTCP)]
    }

    private func row(_ name: String, in document: Document, source: String = "local") -> JSON? {
        document.rows("containers").first { $0["name"]?.string == name && $0["source"]?.string == source }
    }

    @Test("A row has the fields that are promised, and no other")
    func fields() async throws {
        let document = try await ask(.listContainers, [:], sources())
        #expect(
            row("web", in: document) == [
                "source": "local", "id": "00ccadb0faa8", "name": "web", "image": "shop/web:1.2", "state": "running",
                "status": "Up 3 minutes", "created_at": "2026-11-27T10:10:39.000Z", "ports": [], "project": "shop",
                "service": "web",
            ])
        #expect(
            row("crashed", in: document, source: "remote") == [
                "source": "remote", "id": "54b3cfa1622b", "name": "crashed", "image": "localhost/busybox:test",
                "state": "exited", "status": "Exited (3) 3 minutes ago", "exit_code": 3,
                "created_at": "2026-11-27T10:10:38.000Z", "ports": [],
            ])
        #expect(row("unhealthy", in: document)?["health"] == "unhealthy")
        #expect(row("healthy", in: document)?["health"] == "healthy")
        #expect(row("restarting", in: document)?["exit_code"] == 1)
    }

    @Test("Detail adds full ids, command, labels, networks and mounts; a secret in the command is masked")
    func detail() async throws {
        let document = try await ask(.listContainers, ["detail": true], sources())
        #expect(
            row("limited", in: document) == [
                "source": "local", "id": "db1568fc21e5", "name": "limited", "image": "busybox:test",
                "state": "running", "status": "Up 3 minutes", "created_at": "2026-11-27T10:10:39.000Z", "ports": [],
                "full_id": "db1568fc21e54c47b286da46534f654296b578646afc52bf4df6128a1283e710",
                "image_id": "sha256:85dfc2672a91271ac3f5154e106615763d7ab1b5e20b75d24799ccd3fe14f849",
                "command": "/app/stay --verbose --token=[masked]",
                "networks": [["name": "none"]],
                "mounts": [
                    ["type": "volume", "source": "cache", "destination": "/data", "read_only": false],
                    ["type": "bind", "source": "/tmp/engines/1/shared", "destination": "/shared", "read_only": true],
                ],
            ])
        #expect(
            row("web", in: document)?["labels"]
                == ["com.docker.compose.project": "shop", "com.docker.compose.service": "web"])
    }

    @Test("Rows of the first source come first; of one source the newest")
    func order() async throws {
        let now = 1_795_774_239
        let source = FixtureSource(
            "local",
            [
                "/containers/json": .json(
                    .array(
                        [1, 3, 2].map { age in
                            [
                                "Id": .string("\(age)0"), "Names": [.string("/c\(age)")],
                                "Created": .integer(Int64(now - age)),
                            ]
                        }))
            ])
        let document = try await ask(.listContainers, [:], [FixtureSource("first", try .podman()), source])
        #expect(document.names("containers").suffix(3) == ["local/c1", "local/c2", "local/c3"])
        #expect(document.texts("containers", "source") == ["first", "first", "local", "local", "local"])
    }

    @Test(
        "Narrowing",
        arguments: [
            (["only_running": true], 10), (["only_running": false], 12), (["name": "web"], 1), (["name": "WE"], 1),
            (["name": "healthy"], 2), (["name": "nosuch"], 0), (["state": "exited"], 1), (["state": "paused"], 1),
            (["state": "restarting"], 1), (["state": "dead"], 0), (["state": "running", "name": "db"], 1),
            (["only_running": true, "state": "exited"], 0),
        ] as [(JSONObject, Int)])
    func narrowing(arguments: JSONObject, count: Int) async throws {
        let document = try await ask(.listContainers, arguments, [FixtureSource("local", try .docker())])
        #expect(document.rows("containers").count == count)
        #expect(document.structured["total"] == .integer(Int64(count)))
        #expect(document.isComplete == true)
    }

    @Test("A label is the engine's to filter by, percent-encoded")
    func label() async throws {
        let source = FixtureSource("local", try .docker())
        _ = try await ask(.listContainers, ["label": "a b=c&d", "state": "exited"], [source])
        #expect(
            source.asked == [
                "/containers/json?all=1&filters=%7B%22label%22%3A%5B%22a%20b%3Dc%26d%22%5D%2C%22status%22%3A%5B%22exited%22%5D%7D"
            ])
    }

    @Test("What no container matches is said with what was asked, where, and how many others there are")
    func nothingMatches() async throws {
        let arguments: JSONObject = ["name": "webx", "state": "running", "only_running": true]
        let sources = try sources() + [.dead("gone")]
        #expect(
            try await ask(.listContainers, arguments, sources).heading
                == #"no containers match only_running, name "webx", state running on local, remote (14 others exist there)"#
        )
        let empty = FixtureSource("local", ["/containers/json": .json([])])
        #expect(
            try await ask(.listContainers, ["project": "a\u{202e}b"], [empty]).heading
                == #"no containers match project "ab" on local (none exist there)"#)
    }

    @Test("Project and service are the engine's to filter by, and only equal is equal")
    func compose() async throws {
        let source = FixtureSource("local", try .docker())
        #expect(
            try await ask(.listContainers, ["project": "shop"], [source]).names("containers").sorted()
                == ["local/db", "local/web", "local/worker"])
        #expect(
            try await ask(.listContainers, ["project": "shop", "service": "db"], [source]).names("containers")
                == ["local/db"])
        #expect(
            source.asked.last?.hasSuffix(
                "%5B%22com.docker.compose.project%3Dshop%22%2C%22com.docker.compose.service%3Ddb%22%5D%7D") == true)
        #expect(try await ask(.listContainers, ["project": "sho"], [source]).rows("containers").isEmpty)
    }

    @Test("Only the fields that are named, of the detail too, and columns to match")
    func chosenFields() async throws {
        let document = try await ask(.listContainers, ["fields": "state, ports,state,mounts,project"], sources())
        #expect(
            row("limited", in: document) == [
                "source": "local", "id": "db1568fc21e5", "name": "limited", "state": "running", "ports": [],
                "mounts": [
                    ["type": "volume", "source": "cache", "destination": "/data", "read_only": false],
                    ["type": "bind", "source": "/tmp/engines/1/shared", "destination": "/shared", "read_only": true],
                ],
            ])
        #expect(row("web", in: document)?["project"] == "shop")
        #expect(
            document.lines[1].split(separator: " ") == ["SOURCE", "ID", "NAME", "STATE", "PORTS", "MOUNTS", "PROJECT"])
        // The one long cell would make the table longer than the structured result, so it is not aligned.
        let limited = try #require(document.lines.first { $0.contains("db1568fc21e5") })
        #expect(
            limited.hasSuffix(
                "running  -  volume cache -> /data, bind /tmp/engines/1/shared -> /shared read-only  -"))
        #expect(SchemaCheck.problems(in: document.json, against: DockerTool.listContainers.outputSchema) == [])
        #expect(
            try await ask(.listContainers, ["fields": "id,name,source"], sources()).rows("containers")[0].object?.count
                == 3)
    }

    @Test("A field that is not known", arguments: ["nosuch", "state,", ",", " ", "State", "state;ports", "raw"])
    func unknownField(fields: String) async throws {
        let failure = try #require(await failure(.listContainers, ["fields": .string(fields)], sources()))
        #expect(failure.code == "invalid_argument" && failure.message.hasPrefix("fields names "))
        #expect(failure.hint.hasPrefix("The fields are source, id, name, image, state"))
    }

    @Test("Ports in the table: once for what every address answers to, others with their address")
    func shortPorts() {
        #expect(
            PortText.brief([
                "0.0.0.0:8080->80/tcp", "[::]:8080->80/tcp", "127.0.0.1:9000->90/tcp", "[::]:53->53/udp", "443/tcp",
            ]) == "8080->80/tcp, 127.0.0.1:9000->90/tcp, [::]:53->53/udp, 443/tcp")
    }

    @Test("Ports are written as docker CLI writes them")
    func ports() async throws {
        let source = FixtureSource(
            "local",
            [
                "/containers/json": .json([
                    [
                        "Id": "aa", "Names": ["/p"],
                        "Ports": [
                            ["IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"],
                            ["IP": "::", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"],
                            ["PrivatePort": 53, "Type": "udp"],
                        ],
                    ]
                ])
            ])
        let document = try await ask(.listContainers, [:], [source])
        #expect(document.rows("containers").first?["ports"] == ["0.0.0.0:8080->80/tcp", "[::]:8080->80/tcp", "53/udp"])
    }

    @Test("The text is a heading and a table")
    func text() async throws {
        let lines = try await ask(.listContainers, [:], sources()).lines
        #expect(lines[0] == "14 containers: local 12, remote 2")
        #expect(lines[1].split(separator: " ") == ["SOURCE", "ID", "NAME", "IMAGE", "STATUS", "PORTS"])
        #expect(lines.count == 16)
        let web = try #require(lines.first { $0.contains("00ccadb0faa8") })
        #expect(web.split(separator: " ") == ["local", "00ccadb0faa8", "web", "shop/web:1.2", "Up", "3", "minutes"])
    }

    @Test("No container is an answer, too")
    func none() async throws {
        let document = try await ask(.listContainers, [:], [FixtureSource("local", ["/containers/json": .json([])])])
        #expect(document.rows("containers").isEmpty)
        #expect(document.text == "no containers on local")
        #expect(document.isComplete == true)
    }
}
