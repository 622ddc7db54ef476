// docker_top, docker_networks, docker_volumes, docker_disk_usage, docker_find and docker_services on recorded engines.
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct DiagnoseListTests {
    private func sources() throws -> [FixtureSource] {
        [FixtureSource("local", try .docker()), FixtureSource("pod", try .podman(), kind: .remoteTCP)]
    }

    @Test("Processes of the same name on both sources, in each one's columns")
    func top() async throws {
        let document = try await ask(.top, ["container_id": "web"], sources())
        #expect(document.names("containers") == ["local/web", "pod/web"])
        #expect(document.structured["total"] == 4)
        #expect(
            document.rows("containers")[1]["processes"] == [
                ["1", "root", "{stay} /bin/sh /app/stay"], ["6", "root", "sleep 3600"],
            ])
        #expect(document.lines.first == "2 processes in local/web")
    }

    @Test("Command lines lose their secrets")
    func topSecrets() async throws {
        let id = try Fixture.json("20.10.24/inspect-web.json")["Id"]?.string ?? ""
        let processes: JSON = [
            "Titles": ["PID", "CMD"],
            "Processes": [["1", "app --password hunter2 \u{1b}[31m"], ["2", "x API_TOKEN=hunter2"]],
        ]
        let source = FixtureSource("local", try .docker().with(["/containers/\(id)/top": .json(processes)]))
        let document = try await ask(.top, ["container_id": "web"], [source])
        let text = document.text + document.json.text
        #expect(!text.contains("hunter2") && !text.contains("\u{1b}") && text.contains("app --password [masked]"))
    }

    @Test("A container that does not run has no processes: the engine's own words say so")
    func topStopped() async throws {
        let id = try Fixture.json("20.10.24/inspect-crashed.json")["Id"]?.string ?? ""
        let source = FixtureSource(
            "local",
            try .docker().with(["/containers/\(id)/top": .refusal(409, #"{"message":"Container is not running"}"#)]))
        let failure = await failure(.top, ["container_id": "crashed"], [source])
        #expect(failure?.code == "conflict" && failure?.message.contains("not running") == true)
    }

    @Test("Networks with who is in them, of containers that run and that don't")
    func networks() async throws {
        let document = try await ask(.networks, [:], sources())
        #expect(document.names("networks").sorted() == ["local/host", "local/none", "pod/bridge"])
        let none = try #require(document.rows("networks").first { $0["name"] == "none" })
        #expect(none["containers"]?.array?.count == 12 && none["containers"]?.array?.first?["name"] == "crashed")
        #expect(document.rows("networks").last?["subnets"] == ["10.88.0.0/16"])
        #expect(try await ask(.networks, ["name": "BRID"], sources()).names("networks") == ["pod/bridge"])
    }

    @Test("Volumes with who mounts them, narrowed to unused ones")
    func volumes() async throws {
        let document = try await ask(.volumes, [:], sources())
        #expect(document.names("volumes") == ["local/cache"])
        #expect(
            document.rows("volumes")[0]["containers"] == ["limited"]
                && document.rows("volumes")[0]["anonymous"] == false)
        #expect(try await ask(.volumes, ["unused": true], sources()).rows("volumes").isEmpty)
        #expect(try await ask(.volumes, ["unused": false], sources()).rows("volumes").count == 1)
    }

    @Test("Pages of volumes of one moment and one beginning of a name miss none")
    func volumePages() async throws {
        let names = (0..<7).map { "project-data-volume-\($0)" }
        let volumes = JSON.array(names.map { ["Name": .string($0), "CreatedAt": "2026-01-01T00:00:00Z"] })
        let source = FixtureSource("local", try .docker().with(["/volumes": .json(["Volumes": volumes])]))
        var seen: [String] = []
        var arguments: JSONObject = ["limit": 2]
        for _ in 0..<4 {
            let document = try await ask(.volumes, arguments, [source])
            seen += document.texts("volumes", "name")
            arguments["cursor"] = document.structured["next_cursor"]
        }
        #expect(seen == names && arguments["cursor"] == nil)
    }

    @Test("A volume's options hide passwords of shares")
    func volumeOptions() async throws {
        let volume: JSON = [
            "Name": "nas", "Options": ["o": "addr=nas,username=me,password=hunter2", "device": "//nas/x"],
        ]
        let source = FixtureSource("local", try .docker().with(["/volumes": .json(["Volumes": [volume]])]))
        let document = try await ask(.volumes, [:], [source])
        #expect(!document.json.text.contains("hunter2"))
    }

    @Test("Disk usage: four kinds a source, and sums")
    func diskUsage() async throws {
        let document = try await ask(.diskUsage, [:], sources())
        #expect(document.rows("usage").count == 8 && document.rows("sums").count == 4)
        let images = try #require(document.rows("sums").first)
        #expect(images["type"] == "images" && images["size_bytes"] == 4_127_166 && images["total"] == 5)
        #expect(images["source"] == nil)
        #expect(document.lines.last?.hasPrefix("all     build cache") == true)
    }

    @Test(
        "Found by name, id, image, exposed port, label, variable's name, command, mount and network",
        arguments: [
            ("WEB", "name"), ("shop/web", "image"), ("8080", "port"), ("com.docker.compose.project=shop", "label"),
            ("POSTGRES_PASSWORD", "env"), ("/app/web", "command"), ("cache", "mount"), ("none", "network"),
        ])
    func find(query: String, field: String) async throws {
        let document = try await ask(.find, ["query": .string(query)], [FixtureSource("local", try .docker())])
        let fields = document.rows("hits").flatMap { $0["found_in"]?.array ?? [] }.compactMap { $0["field"]?.string }
        #expect(fields.contains(field), "\(fields)")
    }

    @Test("Secrets can't be found by guessing their letters")
    func findSecret() async throws {
        let secret = "s3cr3t-hunter2"
        let source = try engine {
            $0.with("Config", "Env", value: [.string("DB_PASSWORD=\(secret)")])
                .with("Config", "Labels", value: ["api.token": .string(secret)])
                .with("Config", "Cmd", value: ["app", "--password", .string(secret)])
        }
        let document = try await ask(.find, ["query": "s3cr3t"], [source])
        #expect(document.rows("hits").isEmpty)
        #expect(try await ask(.find, ["query": "db_password"], [source]).rows("hits").count == 1)
    }

    @Test("Nothing found says where it was looked for; only spaces is no query; a limit is told")
    func findNothing() async throws {
        let document = try await ask(.find, ["query": "no such thing"], sources())
        #expect(
            document.heading == "no containers, images, networks or volumes match query \"no such thing\" on local, pod"
        )
        #expect(await failure(.find, ["query": "   "], try sources())?.code == "invalid_argument")
        #expect(
            try await ask(.find, ["query": "busybox", "limit": 1], sources()).gaps.first?.hasPrefix("limit 1 of ")
                == true)
    }

    @Test("What could not be searched is told")
    func findGaps() async throws {
        let source = FixtureSource(
            "local", try .docker().with(["/images/json": .refusal(500, ""), "/networks": .refusal(500, "")]))
        let document = try await ask(.find, ["query": "web"], [source])
        #expect(
            document.gaps.contains("images (engine_error) of local")
                && document.gaps.contains("networks (engine_error) of local"))
    }

    @Test("Services of a manager: replicas, tasks with their errors, nodes; other sources have none and are no failure")
    func services() async throws {
        let document = try await ask(.services, [:], [FixtureSource("swarm", try .swarm())] + sources())
        #expect(document.names("services") == ["swarm/broken", "swarm/shop_web"] && document.isComplete == true)
        let (broken, web) = (document.rows("services")[0], document.rows("services")[1])
        #expect([web["replicas_wanted"], web["replicas_running"]] == [2, 2] && web["stack"] == "shop")
        #expect([broken["replicas_wanted"], broken["replicas_running"]] == [1, 0])
        #expect(broken["tasks"]?.array?.first?["error"]?.string?.contains("/no/such/program") == true)
        #expect(document.rows("nodes").first?["name"] == "machine")
        #expect(
            document.lines.contains {
                $0.contains("broken") && $0.contains("0/1") && $0.contains("starting container failed")
            })
        let none = try await ask(.services, [:], sources())
        #expect(none.heading == "No services: none of local, pod manages a swarm." && none.isComplete == true)
    }
}
