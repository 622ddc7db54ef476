// Every endpoint of the closed list, asked of real engines: they are seeded by scripts/engines.
import DockerEngine
import DockerSources
import TestSupport
import Testing

@Suite(
    .enabled(
        if: TestEngines.arePresent, "set ENGINE_1_SOCKET and ENGINE_2_TCP: scripts/test does, with scripts/engines"))
struct EndpointTests {
    private func reference(_ name: String) throws -> ContainerReference { try #require(ContainerReference(name)) }

    @Test("The version is agreed", arguments: TestEngines.present)
    func version(engine: TestEngines.Engine) async throws {
        let source = try TestEngines.source(engine)
        #expect(source.negotiatedAPI == nil)
        try await source.reply(to: .ping)
        let version = try await source.reply(to: .version)
        #expect(version.name == (engine == .podman ? "Podman" : "Docker"))
        #expect(version.os == "linux")
        let newest = try #require(version.apiVersion.flatMap { APIVersion($0) })
        #expect(source.negotiatedAPI == min(newest, .newest))
    }

    @Test("The counts agree with the list", arguments: TestEngines.present)
    func counts(engine: TestEngines.Engine) async throws {
        let source = try TestEngines.source(engine)
        // Containers may come and go between the two questions.
        #expect(
            await eventually {
                let info = try? await source.reply(to: .info)
                let all = try? await source.reply(to: .containers(all: true))
                return info?.containers != nil && info?.containers == all?.count && (info?.images ?? 0) > 0
            })
    }

    @Test("The list has the seeded containers", arguments: TestEngines.present)
    func containers(engine: TestEngines.Engine) async throws {
        let list = try await TestEngines.source(engine).reply(to: .containers(all: true))
        let names = Set(list.compactMap(\.name))
        #expect(names.isSuperset(of: ["web", "crashed"]))
        if engine != .podman {
            #expect(
                names.isSuperset(of: [
                    "db", "worker", "tty", "healthy", "unhealthy", "restarting", "paused", "created", "limited",
                ]))
            #expect(names.contains(engine == .first ? "only-one" : "only-two"))
        }
        let crashed = try #require(list.first { $0.name == "crashed" })
        #expect(crashed.state == "exited")
        #expect(crashed.exitCode == 3)
        #expect(list.allSatisfy { $0.id.utf8.count == 64 && $0.createdAt != nil && $0.image != nil })
    }

    @Test("The engine narrows", arguments: TestEngines.present)
    func narrowed(engine: TestEngines.Engine) async throws {
        let source = try TestEngines.source(engine)
        let running = try await source.reply(to: .containers(all: false))
        #expect(running.contains { $0.name == "web" } && !running.contains { $0.name == "crashed" })
        let exited = try await source.reply(to: .containers(all: true, state: "exited"))
        #expect(exited.contains { $0.name == "crashed" } && exited.allSatisfy { $0.state == "exited" })
        let labelled = try await source.reply(to: .containers(all: true, labels: ["com.docker.compose.service=web"]))
        #expect(labelled.map(\.name) == ["web"])
        #expect(try await source.reply(to: .containers(all: true, labels: ["no.such.label"])).isEmpty)
    }

    @Test("A container in full, by its name, its id and the beginning of one", arguments: TestEngines.present)
    func details(engine: TestEngines.Engine) async throws {
        let source = try TestEngines.source(engine)
        let web = try await source.reply(to: .container(reference("web")))
        #expect(web.name == "web")
        #expect(web.state.status == "running")
        #expect(web.state.startedAt != nil && web.state.finishedAt == nil && web.state.exitCode == nil)
        #expect(web.labels["com.docker.compose.service"] == "web")
        #expect(!web.command.isEmpty && web.restartPolicy == "no")
        for id in [web.id, String(web.id.prefix(12))] {
            #expect(try await source.reply(to: .container(reference(id))).id == web.id)
        }
        #expect(try await source.reply(to: .container(reference("crashed"))).state.exitCode == 3)
    }

    @Test("A seeded container shows its settings", arguments: TestEngines.docker)
    func settings(engine: TestEngines.Engine) async throws {
        let source = try TestEngines.source(engine)
        let limited = try await source.reply(to: .container(reference("limited")))
        #expect(limited.limits.memoryBytes == 64 << 20)
        #expect(limited.limits.cpus == 0.5)
        #expect(limited.mounts.map(\.isReadOnly).sorted { !$0 && $1 } == [false, true])
        #expect(try await source.reply(to: .container(reference("tty"))).hasTerminal)
        #expect(try await source.reply(to: .container(reference("created"))).state.startedAt == nil)
        #expect(try await source.reply(to: .container(reference("db"))).environment.contains("GREETING=hello"))
        #expect(try await source.reply(to: .container(reference("healthy"))).health != nil)
    }

    @Test("A container that is not there is not found, in the engine's words", arguments: TestEngines.present)
    func missing(engine: TestEngines.Engine) async throws {
        let source = try TestEngines.source(engine)
        let nobody = try reference("nosuch")
        await #expect { try await source.reply(to: .container(nobody)) } throws: { error in
            (error as? SourceError)?.code == .notFound && (error as? SourceError)?.message.contains("nosuch") == true
        }
        await #expect { try await source.stream(.logs(of: nobody, LogSelection(tail: 1))) } throws: { error in
            (error as? SourceError)?.code == .notFound
        }
    }

    @Test("Resource use of a running container", arguments: TestEngines.present)
    func stats(engine: TestEngines.Engine) async throws {
        let sample = try await TestEngines.source(engine).reply(to: .stats(of: reference("web")))
        #expect(sample.readAt != nil)
        #expect((sample.memoryBytes ?? 0) > 0)
        #expect((sample.memoryLimitBytes ?? 0) >= (sample.memoryBytes ?? 0))
        #expect((sample.pids ?? 0) > 0)
        if engine != .podman { #expect((sample.cpuPercent ?? -1) >= 0 && (sample.onlineCPUs ?? 0) > 0) }
    }

    @Test("A container that does not run has nothing to measure", arguments: TestEngines.docker)
    func statsOfStopped(engine: TestEngines.Engine) async throws {
        let sample = try await TestEngines.source(engine).reply(to: .stats(of: reference("crashed")))
        #expect(sample.readAt == nil)
        #expect(sample.cpuPercent == nil)
    }

    @Test("Images, their details and their history", arguments: TestEngines.present)
    func images(engine: TestEngines.Engine) async throws {
        let source = try TestEngines.source(engine)
        let list = try await source.reply(to: .images())
        let tag = try #require(list.flatMap(\.tags).first { $0.hasSuffix("busybox:test") })
        let image = try await source.reply(to: .image(try #require(ImageReference(tag))))
        #expect(list.contains { $0.id == image.id })
        #expect(image.os == "linux" && image.architecture != nil && !image.layers.isEmpty)
        let history = try await source.reply(to: .history(of: try #require(ImageReference(image.id))))
        #expect(!history.isEmpty)
        #expect(history.reduce(0) { $0 + ($1.sizeBytes ?? 0) } > 0)
    }

    @Test("Images without a tag are told from the others", arguments: TestEngines.docker)
    func dangling(engine: TestEngines.Engine) async throws {
        let source = try TestEngines.source(engine)
        let images = try await source.reply(to: .images())
        let tagged = images.filter { !$0.tags.isEmpty }
        #expect(images.contains { $0.tags.isEmpty } && !tagged.isEmpty)
        #expect(tagged.contains { $0.tags.contains("registry.example:5000/team/api:2.0") })
    }

    @Test("An image that is not there is not found", arguments: TestEngines.present)
    func missingImage(engine: TestEngines.Engine) async throws {
        let source = try TestEngines.source(engine)
        let nothing = try #require(ImageReference("nosuch:1"))
        await #expect { try await source.reply(to: .image(nothing)) } throws: { error in
            (error as? SourceError)?.code == .notFound
        }
    }
}
