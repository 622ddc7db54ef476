// Rows of the list of containers.
import DockerEngine
import Testing

@Suite("Engine: list of containers") struct ContainerSummaryTests {
    @Test("Docker's rows, in its order")
    func docker() throws {
        let rows = try Replies.containers(try Replies.docker("containers-all"))
        #expect(
            rows.map(\.name) == [
                "created", "paused", "worker", "limited", "only-one", "web", "restarting", "crashed", "tty", "db",
                "healthy", "unhealthy",
            ])
        #expect(
            rows.map(\.state) == [
                "created", "paused", "running", "running", "running", "running", "restarting", "exited", "running",
                "running", "running", "running",
            ])
        #expect(rows.map(\.health) == [nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, "healthy", "unhealthy"])
        #expect(rows.map(\.exitCode) == [nil, nil, nil, nil, nil, nil, 1, 3, nil, nil, nil, nil])
        #expect(rows.allSatisfy { $0.id.utf8.count == 64 && $0.createdAt == Timestamp(unixSeconds: 1_795_774_239) })
        #expect(
            rows.allSatisfy {
                $0.networks.map(\.name) == ["none"]
                    && $0.networks.allSatisfy { $0.address == nil && $0.aliases.isEmpty }
            })
        let worker = rows[2]
        #expect(worker.image == "registry.example:5000/team/api:2.0")
        #expect(worker.imageID == "sha256:85dfc2672a91271ac3f5154e106615763d7ab1b5e20b75d24799ccd3fe14f849")
        #expect(worker.labels == ["com.docker.compose.project": "shop", "com.docker.compose.service": "worker"])
        #expect((worker.command, worker.status) == ("/app/worker", "Up 3 minutes"))
        #expect(rows[6].command == "sh -c 'echo \"cannot reach db\"; exit 1'")
    }

    @Test("Docker's mounts: a volume by name, a folder by path")
    func mounts() throws {
        let mounts = try #require(
            try Replies.containers(try Replies.docker("containers-all")).first { $0.name == "limited" }
        ).mounts
        #expect(mounts.map(\.type) == ["volume", "bind"])
        #expect(mounts.map(\.source) == ["cache", "/tmp/engines/1/shared"])
        #expect(mounts.map(\.destination) == ["/data", "/shared"])
        #expect(mounts.map(\.isReadOnly) == [false, true])
    }

    @Test("Podman's rows, whose networks are null")
    func podman() throws {
        let rows = try Replies.containers(try Replies.podman("containers-all"))
        #expect(rows.map(\.name) == ["crashed", "web"])
        #expect(rows.map(\.state) == ["exited", "running"])
        #expect(rows.map(\.exitCode) == [3, nil])
        #expect(rows.map(\.image) == ["localhost/busybox:test", "localhost/busybox:test"])
        #expect(rows.allSatisfy { $0.networks.isEmpty && $0.ports.isEmpty && $0.mounts.isEmpty })
    }

    @Test("Running ones are the list without the others")
    func running() throws {
        let rows = try Replies.containers(try Replies.docker("containers-running"))
        #expect(!rows.isEmpty)
        #expect(rows.allSatisfy { $0.state == "running" || $0.state == "paused" || $0.state == "restarting" })
    }

    private func row(_ members: String) throws -> ContainerSummary {
        try #require(
            try Replies.containers(Array("[{\"Id\":\"ab\"\(members.isEmpty ? "" : ",")\(members)}]".utf8)).first)
    }

    @Test(
        "An id is enough",
        arguments: [
            "",
            #""Names":null,"Ports":null,"Labels":null,"Mounts":null,"NetworkSettings":null,"Created":null,"State":null"#,
            #""Names":[],"Image":"","Status":"","Unknown":{"a":[1]}"#,
        ])
    func leastRow(members: String) throws {
        let row = try row(members)
        #expect(row.id == "ab")
        #expect(
            [row.name, row.image, row.imageID, row.command, row.state, row.status, row.health] == [
                nil, nil, nil, nil, nil, nil, nil,
            ])
        #expect(row.createdAt == nil && row.exitCode == nil)
        #expect(row.ports.isEmpty && row.labels.isEmpty && row.networks.isEmpty && row.mounts.isEmpty)
    }

    @Test(
        "Names: without the slash, its own before those that links gave it",
        arguments: [
            (#"["/web"]"#, "web"), (#"["web"]"#, "web"), (#"["/app/db","/db"]"#, "db"), (#"["/app/db"]"#, "app/db"),
            (#"[7,"/x"]"#, "x"), (#"["//x"]"#, "/x"), ("\"web\"", nil),
        ] as [(String, String?)])
    func names(names: String, name: String?) throws {
        #expect(try row("\"Names\":\(names)").name == name)
    }

    @Test(
        "Health and exit code are read from the engine's words",
        arguments: [
            ("Up 3 minutes (healthy)", "healthy", nil), ("Up 3 minutes (unhealthy)", "unhealthy", nil),
            ("Up 2 seconds (health: starting)", "starting", nil), ("Up 3 minutes (Paused)", nil, nil),
            ("Up 3 minutes", nil, nil),
            ("Exited (0) 2 hours ago", nil, 0), ("Exited (137) 2 hours ago", nil, 137),
            ("Exited (-1) 2 hours ago", nil, -1), ("Restarting (1) 29 seconds ago", nil, 1), ("Exited (", nil, nil),
            ("Exited (x) ago", nil, nil),
            ("Exited )3( ago", nil, nil), ("Created", nil, nil), ("Dead", nil, nil), ("Removal In Progress", nil, nil),
            ("", nil, nil), ("Exited (99999999999999999999) ago", nil, nil),
        ] as [(String, String?, Int?)])
    func status(status: String, health: String?, exitCode: Int?) throws {
        let row = try row("\"Status\":\"\(status)\"")
        #expect(row.health == health)
        #expect(row.exitCode == exitCode)
    }

    @Test(
        "Ports as docker CLI writes them",
        arguments: [
            (
                #"[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},{"IP":"::","PrivatePort":80,"PublicPort":8080,"Type":"tcp"}]"#,
                ["0.0.0.0:8080->80/tcp", "[::]:8080->80/tcp"]
            ),
            (#"[{"PrivatePort":53,"Type":"udp"}]"#, ["53/udp"]),
            (#"[{"PrivatePort":53,"PublicPort":0,"Type":"sctp"}]"#, ["53/sctp"]), (#"[{"PrivatePort":1}]"#, ["1/tcp"]),
            (#"[{"PrivatePort":1,"PublicPort":2}]"#, ["0.0.0.0:2->1/tcp"]),
            (#"[{"IP":"127.0.0.1","PrivatePort":1,"PublicPort":2,"Type":"tcp"}]"#, ["127.0.0.1:2->1/tcp"]),
            (#"[{"IP":"2001:db8::7","PrivatePort":1,"PublicPort":2,"Type":"tcp"}]"#, ["[2001:db8::7]:2->1/tcp"]),
            (#"[{"Type":"tcp"},7,null,{"PrivatePort":-1},{"PrivatePort":"80"}]"#, []), ("null", []), ("[]", []),
        ])
    func ports(json: String, texts: [String]) throws {
        #expect(try row("\"Ports\":\(json)").ports.map(\.text) == texts)
    }

    @Test("Networks by name, with the address that there is")
    func networks() throws {
        let row = try row(
            #""NetworkSettings":{"Networks":{"front":{"IPAddress":"172.18.0.2","Aliases":["web","w"]},"back":{"IPAddress":"","GlobalIPv6Address":"2001:db8::2"},"none":null}}"#
        )
        #expect(row.networks.map(\.name) == ["back", "front", "none"])
        #expect(row.networks.map(\.address) == ["2001:db8::2", "172.18.0.2", nil])
        #expect(row.networks.map(\.aliases) == [[], ["web", "w"], []])
    }

    @Test(
        "The time of creation, in seconds or as text",
        arguments: [
            ("1795774239", 1_795_774_239), ("\"2026-11-27T10:10:39Z\"", 1_795_774_239), ("0", 0),
            ("9223372036854775807", nil), ("\"0001-01-01T00:00:00Z\"", nil),
        ] as [(String, Int?)])
    func created(json: String, seconds: Int?) throws {
        #expect(try row("\"Created\":\(json)").createdAt == seconds.flatMap { Timestamp(unixSeconds: $0) })
    }
}
