// docker_list_images and docker_image_info: images of all sources, and everything of one.
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct ImageTests {
    private func sources() throws -> [FixtureSource] {
        [FixtureSource("local", try .docker()), FixtureSource("remote", try .podman())]
    }

    @Test("A row of the list has the fields that are promised, and no other")
    func fields() async throws {
        let rows = try await ask(.listImages, [:], sources()).rows("images")
        #expect(rows.count == 5)
        #expect(
            rows.first { $0["id"] == "85dfc2672a91" } == [
                "source": "local", "id": "85dfc2672a91",
                "tags": ["busybox:test", "shop/web:1.2", "registry.example:5000/team/api:2.0"], "digests": [],
                "size_bytes": 1_985_855, "created_at": "2026-11-27T10:10:38.000Z", "containers": 12, "dangling": false,
                "also_on": [], "differs_on": ["remote"],
            ])
        #expect(
            rows.first { $0["id"] == "e3987d4869c8" } == [
                "source": "local", "id": "e3987d4869c8", "tags": [], "digests": [], "size_bytes": 1_985_855,
                "created_at": "2026-11-27T10:10:39.000Z", "containers": 0, "dangling": true,
                "also_on": [], "differs_on": [],
            ])
        #expect(
            rows.last == [
                "source": "remote", "id": "075c812f8603", "tags": ["localhost/busybox:test"],
                "digests": [
                    "localhost/busybox@sha256:5977e6d336ddde9a4c305eefa5c9b19d5565f4274afe9b41f26c628b63884d04"
                ], "size_bytes": 2_141_253, "created_at": "2026-11-27T10:10:37.000Z", "containers": 2,
                "dangling": false, "also_on": [], "differs_on": ["local"],
            ])
    }

    @Test(
        "Narrowing by tag, name and use",
        arguments: [
            ([:], 4), (["dangling": true], 1), (["dangling": false], 3), (["unused": true], 3), (["unused": false], 1),
            (["unused": true, "dangling": false], 2), (["name": "WEB"], 1), (["name": "shop/"], 3), (["name": ":"], 3),
            (["name": "shop", "unused": true], 2), (["name": "nosuch"], 0), (["dangling": true, "name": "shop"], 0),
        ] as [(JSONObject, Int)])
    func narrowing(arguments: JSONObject, count: Int) async throws {
        let document = try await ask(.listImages, arguments, [FixtureSource("local", try .docker())])
        #expect(document.rows("images").count == count)
        #expect(document.structured["total"] == .integer(Int64(count)))
        #expect(document.heading?.hasPrefix(count == 0 ? "no images match " : "\(count) image") == true)
    }

    @Test("When nothing matches, the text says what was looked for, and where")
    func noMatch() async throws {
        let document = try await ask(.listImages, ["name": "nosuch", "unused": true], sources() + [.dead("gone")])
        #expect(
            document.lines.last == #"no images match name "nosuch", unused on local, remote (5 others exist there)"#)
        #expect(try await ask(.listImages, [:], [FixtureSource("x", ["": .json([])])]).text == "no images on x")
    }

    @Test("How many containers use an image is left out when the engine does not say")
    func unknownUse() async throws {
        let source = FixtureSource("local", try .docker().with(["/containers/json": .refusal(500, "")]))
        let document = try await ask(.listImages, [:], [source])
        #expect(document.rows("images").count == 4)
        #expect(document.rows("images").allSatisfy { $0["containers"] == nil })
    }

    @Test("Which images are unused is not told when it is not known")
    func unknownUnused() async throws {
        let source = FixtureSource("local", try .docker().with(["/containers/json": .refusal(500, "")]))
        #expect(await failure(.listImages, ["unused": true], [source])?.code == "engine_error")
    }

    @Test("The text is a heading and a table; an image without a tag is <none>")
    func text() async throws {
        let lines = try await ask(.listImages, [:], sources()).lines
        #expect(lines[0] == "5 images: local 4, remote 1")
        #expect(
            lines[1].split(separator: " ") == [
                "SOURCE", "ID", "TAGS", "SIZE", "CREATED", "CONTAINERS", "ELSEWHERE",
            ])
        let dangling = try #require(lines.first { $0.contains("e3987d4869c8") })
        #expect(dangling.contains(" <none> ") && dangling.contains(" 1.99MB ") && dangling.hasSuffix(" 0"))
        #expect(lines.last?.hasSuffix(" 2           ≠ local") == true)
    }

    @Test("Everything of one image")
    func details() async throws {
        let document = try await ask(.imageInfo, ["image_id": "shop/rich:1.0"], sources())
        #expect(
            document.rows("images") == [
                [
                    "source": "local", "id": "15aa7975cd00",
                    "full_id": "sha256:15aa7975cd006a0bf014a70d7517cb815c99ea3f50955c67fd66a3fd3da9bb96",
                    "tags": ["shop/rich:1.0"], "digests": [], "size_bytes": 1_985_855,
                    "created_at": "2026-11-27T10:10:38.903Z", "containers": 0, "used_by": [],
                    "dangling": false, "platform": "linux/amd64", "os": "linux",
                    "architecture": "amd64", "oci": ["title": "rich"],
                    "config": [
                        "command": ["/app/stay"],
                        "env": [["name": "PATH", "value": "/bin"], ["name": "APP_HOME", "value": "/app"]],
                        "working_dir": "/app", "user": "app", "exposed_ports": ["8080/tcp", "9090/udp"],
                        "volumes": ["/data"],
                        "labels": ["maintainer": "shop@example.org", "org.opencontainers.image.title": "rich"],
                        "health_check": ["CMD", "/bin/true"],
                    ],
                    "layers": ["sha256:3582ba4df1eaab8a18a4b6e414febe4cf37a33b14aa7305a781914264af1f8d2"],
                    "history": [
                        [
                            "created_at": "2026-11-27T10:10:38.000Z", "size_bytes": 1_985_855,
                            "comment": "Imported from -", "tags": ["shop/rich:1.0"],
                        ]
                    ],
                ]
            ])
        #expect(document.isComplete == true)
    }

    @Test("The same image on two sources answers for each, with its own uses")
    func both() async throws {
        let rows = try await ask(.imageInfo, ["image_id": "busybox:test"], sources()).rows("images")
        #expect(rows.compactMap { $0["source"]?.string } == ["local", "remote"])
        #expect(rows.map { $0["containers"] } == [12, 2])
        #expect(rows.map { $0["history"]?.array?.count } == [1, 1])
    }

    @Test("A history that fails is missing, and the rest is told")
    func historyFails() async throws {
        let source = FixtureSource(
            "local", try .docker().with(["/images/shop%2Frich%3A1.0/history": .refusal(500, "")]))
        let document = try await ask(.imageInfo, ["image_id": "shop/rich:1.0"], [source])
        #expect(document.rows("images").first?["history"] == [])
        #expect(document.rows("images").first?["os"] == "linux")
        #expect(document.isComplete == false)
        #expect(document.gaps == ["history of local: engine_error"])
    }

    @Test("Secrets in an image's configuration and history are masked")
    func secrets() async throws {
        let replies: Replies = [
            "/images/app/json": .json([
                "Id": "sha256:ab",
                "Config": [
                    "Env": ["API_TOKEN=hunter2", "MODE=test"], "Cmd": ["run", "--password", "hunter2"],
                    "Labels": ["db.password": "hunter2"],
                    "Healthcheck": ["Test": ["CMD", "curl", "http://u:hunter2@h/"]],
                ],
            ]),
            "/images/app/history": .json([["CreatedBy": "ENV API_TOKEN=hunter2", "Comment": "password=hunter2"]]),
        ]
        let document = try await ask(.imageInfo, ["image_id": "app"], [FixtureSource("local", replies)])
        #expect(!document.json.text.contains("hunter2"))
        #expect(!document.text.contains("hunter2"))
        #expect(document.json.text.contains("test"))
    }
}
