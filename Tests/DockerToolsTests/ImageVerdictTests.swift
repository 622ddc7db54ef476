// docker_image_info: whether one name means the same image on several sources, where an image comes from, and who uses it.
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct ImageVerdictTests {
    /// A source whose `app:1` is this image.
    private static func source(_ name: String, _ image: JSONObject, containers: JSON = []) -> FixtureSource {
        FixtureSource(
            name,
            [
                "/images/app%3A1/json": .json(.object(image)), "/images/app%3A1/history": .json([]),
                "/images/json": .json([]), "/containers/json": .json(containers),
            ])
    }

    private static func image(_ id: String, _ platform: String = "amd64", digests: JSON = [], layers: JSON = [])
        -> JSONObject
    {
        [
            "Id": .string(id), "RepoTags": ["app:1"], "RepoDigests": digests, "Os": "linux",
            "Architecture": .string(platform), "Created": "2026-11-27T10:10:38.5Z", "RootFS": ["Layers": layers],
        ]
    }

    private func ask(_ sources: [FixtureSource]) async throws -> Document {
        try await DockerToolsTests.ask(.imageInfo, ["image_id": "app:1"], sources)
    }

    @Test("The same id, written with or without its hash's name, is the same image")
    func same() async throws {
        let document = try await ask([
            Self.source("a", Self.image("sha256:aa")), Self.source("b", Self.image("aa")),
        ])
        #expect(document.structured["verdict"] == "same")
        #expect(document.lines.first == "app:1 is the same image on a and b.")
        #expect(document.rows("images").map { $0["also_on"] } == [["b"], ["a"]])
        #expect(document.rows("images").map { $0["differs_on"] } == [[], []])
    }

    @Test("Another id without a shared digest is another image, and a line says which is where")
    func different() async throws {
        let document = try await ask([
            Self.source("a", Self.image("sha256:aa")), Self.source("b", Self.image("sha256:bb", "arm64")),
            Self.source("c", Self.image("sha256:aa")),
        ])
        #expect(document.structured["verdict"] == "different")
        #expect(
            document.lines.prefix(5) == [
                "app:1 is not the same image on a, b and c.",
                "  a: aa (linux/amd64, built 2026-11-27T10:10:38.500Z)",
                "  b: bb (linux/arm64, built 2026-11-27T10:10:38.500Z)",
                "  c: aa (linux/amd64, built 2026-11-27T10:10:38.500Z)", "",
            ])
        #expect(document.rows("images").map { $0["differs_on"] } == [["b"], ["a", "c"], ["b"]])
        let apart = try await ask([
            Self.source("a", Self.image("sha256:aa", layers: ["sha256:1"])),
            Self.source("b", Self.image("sha256:bb", layers: ["sha256:1"])),
        ])
        #expect(apart.lines.first?.hasSuffix(" Their layers are the same: built or configured apart.") == true)
    }

    @Test("One digest for several platforms is told as such, and a variant is one")
    func platforms() async throws {
        var arm = Self.image("sha256:bb", "arm64", digests: ["x/app@sha256:f"])
        arm["Variant"] = "v8"
        let document = try await ask([
            Self.source("a", Self.image("sha256:aa", digests: ["app@sha256:f"])), Self.source("b", arm),
        ])
        #expect(document.structured["verdict"] == "other_platform")
        #expect(document.lines.first == "app:1 is the same digest on a and b, other platform.")
        #expect(document.rows("images").map { $0["platform"] } == ["linux/amd64", "linux/arm64/v8"])
        #expect(document.rows("images").map { $0["variant"] } == [nil, "v8"])
    }

    @Test("Where it is not is told too; of one source alone there is no verdict")
    func absent() async throws {
        let (has, lacks) = (Self.source("a", Self.image("sha256:aa")), FixtureSource("b", ["/images/json": .json([])]))
        let document = try await ask([has, lacks, .dead("gone")])
        #expect(document.structured["verdict"] == nil)
        #expect(document.lines.contains("app:1 is on a only; not on b."))
        #expect(document.rows("images").allSatisfy { $0["differs_on"] == nil })
        #expect(try await ask([has]).lines.first == "source: a")
    }

    @Test("Recorded replies: Docker's and Podman's busybox are not one image")
    func recorded() async throws {
        let document = try await DockerToolsTests.ask(
            .imageInfo, ["image_id": "busybox:test"],
            [FixtureSource("local", try .docker()), FixtureSource("pod", try .podman())])
        #expect(document.structured["verdict"] == "different")
        #expect(document.rows("images").map { $0["used_by"]?.array?.count } == [12, 2])
        #expect(
            document.rows("images").last?["used_by"]?.array?.map { $0["name"]?.string } == ["crashed", "web"])
        #expect(document.text.contains("used_by: crashed (exited), created (created), db (running), "))
        #expect(document.text.contains(", and 7 more\n"))
    }

    @Test("OCI labels have their own place; secrets in them are masked, and the others are no origin")
    func origin() async throws {
        var image = Self.image("sha256:aa")
        image["Config"] = [
            "Labels": [
                "org.opencontainers.image.source": "https://u:hunter2@git.example/app",
                "org.opencontainers.image.revision": "0123abcd\u{1b}[31m", "org.opencontainers.image.version": "1.2.0",
                "org.opencontainers.image.created": "2026-11-27", "org.opencontainers.image.base.name": "debian:12",
                "other": "x",
            ]
        ]
        let document = try await ask([Self.source("a", image)])
        #expect(
            document.rows("images").first?["oci"] == [
                "version": "1.2.0", "revision": "0123abcd", "source": "https://[masked]@git.example/app",
                "created": "2026-11-27", "base_name": "debian:12",
            ])
        #expect(document.text.contains("oci:\n  version: 1.2.0\n  revision: 0123abcd\n  source: https://"))
        #expect(!document.text.contains("hunter2") && !document.text.contains("\u{1b}"))
    }

    @Test("Of very many containers a hundred are named, and all are counted")
    func users() async throws {
        let containers = (1...5_000).map { number -> JSON in
            ["Id": .string("c\(number)"), "Names": [.string("/n\(number)")], "ImageID": "aa", "State": "running"]
        }
        let document = try await ask([Self.source("a", Self.image("sha256:aa"), containers: .array(containers))])
        #expect(document.rows("images").first?["used_by"]?.array?.count == 100)
        #expect(document.rows("images").first?["containers"] == 5_000)
        #expect(
            document.text.contains("used_by: n1 (running), n10 (running), ") && document.text.contains("and 4995 more"))
    }
}
