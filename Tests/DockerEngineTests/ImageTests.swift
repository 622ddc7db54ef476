// Images: rows, details and history.
import DockerEngine
import Testing

@Suite("Engine: images") struct ImageTests {
    private static let busybox = "sha256:85dfc2672a91271ac3f5154e106615763d7ab1b5e20b75d24799ccd3fe14f849"

    @Test("Docker's rows: a dangling one has no names")
    func docker() throws {
        let rows = try Replies.images(try Replies.docker("images"))
        #expect(
            rows.map(\.tags) == [
                [], ["shop/layers:0.3"], ["shop/rich:1.0"],
                ["busybox:test", "shop/web:1.2", "registry.example:5000/team/api:2.0"],
            ])
        #expect(rows.allSatisfy { $0.digests.isEmpty })
        #expect(rows.map(\.sizeBytes) == [1_985_855, 1_985_911, 1_985_855, 1_985_855])
        #expect(rows[3].id == Self.busybox)
        #expect(rows[3].createdAt == Timestamp(unixSeconds: 1_795_774_238))
        #expect(try Replies.images(try Replies.docker("images-all")).count == 4)
    }

    @Test("Podman's row, with a digest")
    func podman() throws {
        let rows = try Replies.images(try Replies.podman("images"))
        #expect(rows.map(\.tags) == [["localhost/busybox:test"]])
        #expect(
            rows.map(\.digests) == [
                ["localhost/busybox@sha256:5977e6d336ddde9a4c305eefa5c9b19d5565f4274afe9b41f26c628b63884d04"]
            ])
        #expect(rows.map(\.sizeBytes) == [2_141_253])
    }

    @Test("Docker: an image with all that an image can have")
    func rich() throws {
        let image = try Replies.image(try Replies.docker("image-rich"))
        #expect(image.tags == ["shop/rich:1.0"])
        #expect([image.os, image.architecture, image.author] == ["linux", "amd64", nil])
        #expect(image.createdAt == Timestamp(rfc3339: "2026-11-27T10:10:38.903705852Z"))
        #expect(image.layers == ["sha256:3582ba4df1eaab8a18a4b6e414febe4cf37a33b14aa7305a781914264af1f8d2"])
        let config = image.config
        #expect(config.entrypoint.isEmpty && config.command == ["/app/stay"])
        #expect(config.environment == ["PATH=/bin", "APP_HOME=/app"])
        #expect([config.workingDirectory, config.user] == ["/app", "app"])
        #expect(config.exposedPorts == ["8080/tcp", "9090/udp"])
        #expect(config.volumes == ["/data"])
        #expect(config.labels == ["maintainer": "shop@example.org", "org.opencontainers.image.title": "rich"])
        #expect(config.healthCheck == ["CMD", "/bin/true"])
    }

    @Test("Docker and Podman: an image with little")
    func plain() throws {
        let docker = try Replies.image(try Replies.docker("image-busybox"))
        #expect(docker.id == Self.busybox)
        #expect(
            docker.config.command == ["/app/stay"] && docker.config.environment.isEmpty && docker.config.volumes.isEmpty
                && docker.config.healthCheck.isEmpty)
        let podman = try Replies.image(try Replies.podman("image-busybox"))
        #expect(podman.digests.count == 1 && podman.config.command.isEmpty && podman.config.labels.isEmpty)
        #expect(podman.sizeBytes == 2_141_253)
    }

    @Test("History, newest first")
    func history() throws {
        let layers = try Replies.history(try Replies.docker("image-layers-history"))
        #expect(layers.map(\.comment) == ["add data", "busybox and small programs"])
        #expect(layers.map(\.createdBy) == ["/app/stay", nil])
        #expect(layers.map(\.sizeBytes) == [56, 1_985_855])
        #expect(layers.map(\.tags.count) == [1, 3])
        #expect(
            layers.map(\.createdAt) == [Timestamp(unixSeconds: 1_795_774_239), Timestamp(unixSeconds: 1_795_774_238)])
        let podman = try Replies.history(try Replies.podman("image-busybox-history"))
        #expect(podman.first?.createdBy?.hasPrefix("/bin/sh -c #(nop) ADD file:") == true)
        #expect(podman.first?.tags == [])
        #expect(try Replies.history(try Replies.docker("image-rich-history")).count == 1)
    }

    @Test(
        "An id is enough for an image; a step of a history needs nothing",
        arguments: ["", #","RepoTags":null,"RepoDigests":null,"Config":null,"RootFS":null,"Size":-1,"Created":null"#])
    func least(members: String) throws {
        let text = "{\"Id\":\"sha256:ab\"\(members)}"
        let image = try Replies.image(Array(text.utf8))
        #expect(
            image.tags.isEmpty && image.digests.isEmpty && image.layers.isEmpty && image.sizeBytes == nil
                && image.createdAt == nil && image.os == nil)
        #expect(try Replies.images(Array("[\(text)]".utf8)).first?.sizeBytes == nil)
        #expect(try Replies.history(Array("[{}]".utf8)).first?.sizeBytes == nil)
    }

    @Test("Old images have their command as one text")
    func oldCommand() throws {
        let config = try Replies.image(
            Array(#"{"Id":"ab","Config":{"Entrypoint":"/run","Cmd":"","Env":["A=1",7]}}"#.utf8)
        ).config
        #expect(config.entrypoint == ["/run"])
        #expect(config.command.isEmpty)
        #expect(config.environment == ["A=1"])
    }
}
