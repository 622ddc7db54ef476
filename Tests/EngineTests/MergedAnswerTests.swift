// The tools over two real engines at once, and Podman beside them.
import DockerSources
import DockerTools
import JSON
import Testing

@Suite(
    .enabled(
        if: TestEngines.arePresent, "set ENGINE_1_SOCKET and ENGINE_2_TCP: scripts/test does, with scripts/engines"))
struct MergedAnswerTests {
    private func ask(
        _ tool: DockerTool, _ arguments: JSONObject, _ engines: [TestEngines.Engine] = TestEngines.present
    ) async throws -> Document {
        let asking = Asking(
            Deployment(
                aggregator: Aggregator(sources: try engines.map(TestEngines.source)), mode: "multi",
                adviceWhenNothingIsSet: ""),
            rowLimit: 100)
        return try await tool.call(arguments, asking: asking)
    }

    private func names(_ document: Document, _ key: String) -> Set<String> {
        Set((document.structured[key]?.array ?? []).map { "\($0["source"]?.string ?? "")/\($0["name"]?.string ?? "")" })
    }

    @Test("Containers of all engines in one answer")
    func containers() async throws {
        let document = try await ask(.listContainers, [:])
        #expect(document.structured["complete"] == true)
        #expect(
            names(document, "containers").isSuperset(of: [
                "local/web", "remote/web", "local/only-one", "remote/only-two",
            ]))
        #expect(!names(document, "containers").contains("local/only-two"))
        if TestEngines.present.contains(.podman) { #expect(names(document, "containers").contains("podman/web")) }
    }

    @Test("The same name answers for each engine; a prefix narrows")
    func inspect() async throws {
        #expect(
            names(try await ask(.inspect, ["container_id": "db"]), "containers") == ["local/db", "remote/db"])
        #expect(names(try await ask(.inspect, ["container_id": "remote/db"]), "containers") == ["remote/db"])
        #expect(names(try await ask(.inspect, ["container_id": "only-two"]), "containers") == ["remote/only-two"])
    }

    @Test("No seeded secret gets out", arguments: [false, true])
    func secrets(full: Bool) async throws {
        for name in ["db", "limited"] {
            let document = try await ask(.inspect, ["container_id": .string(name), "full": .bool(full)])
            for secret in ["hunter2", "s3cret"] {
                #expect(!document.text.contains(secret) && !JSON.object(document.structured).text.contains(secret))
            }
            #expect(document.text.contains("[masked]"))
        }
    }

    @Test("Logs of the same name come as one list by time")
    func logs() async throws {
        let document = try await ask(.logs, ["container_id": "web", "tail": 30], TestEngines.docker)
        let lines = document.structured["lines"]?.array ?? []
        #expect(lines.count == 60)
        let times = lines.compactMap { $0["time"]?.string }
        #expect(times.count == 60 && times == times.sorted())
        #expect(Set(lines.compactMap { $0["source"]?.string }) == ["local", "remote"])
    }

    @Test("Stats of every running container, all engines at once")
    func stats() async throws {
        let document = try await ask(.stats, [:], TestEngines.docker)
        #expect(names(document, "stats").isSuperset(of: ["local/web", "remote/web", "local/db", "local/paused"]))
        #expect(!names(document, "stats").contains("local/crashed"))
    }

    @Test("Images with how many containers use them, and everything of one")
    func images() async throws {
        let list = try await ask(.listImages, [:], TestEngines.docker)
        let rows = list.structured["images"]?.array ?? []
        #expect(rows.contains { ($0["containers"]?.int ?? 0) > 5 && $0["source"] == "local" })
        #expect(rows.contains { $0["dangling"] == true })
        let image = try await ask(.imageInfo, ["image_id": "registry.example:5000/team/api:2.0"], TestEngines.docker)
        #expect(image.structured["images"]?.array?.count == 2)
        #expect(image.structured["complete"] == true)
    }

    @Test("An image's id, its beginning and its digest form mean the same image")
    func imageIDs() async throws {
        let list = try await ask(.imageInfo, ["image_id": "local/busybox:test"], TestEngines.docker)
        let id = try #require(list.structured["images"]?.array?.first?["full_id"]?.string)
        for reference in [id, String(id.dropFirst(7)), String(id.dropFirst(7).prefix(12))] {
            let found = try await ask(
                .imageInfo, ["image_id": .string(reference), "source": "local"], TestEngines.docker)
            #expect(found.structured["images"]?.array?.first?["full_id"]?.string == id)
        }
    }

    @Test(
        "A beginning that several containers have is ambiguous, in each engine's words", arguments: TestEngines.docker)
    func ambiguous(engine: TestEngines.Engine) async throws {
        let list = try await ask(.listContainers, ["detail": true], [engine])
        let ids = (list.structured["containers"]?.array ?? []).compactMap { $0["full_id"]?.string }
        // Of twelve ids two share their first digit, but for three times in a thousand: then there is nothing to ask.
        guard let shared = Dictionary(grouping: ids, by: { $0.prefix(1) }).first(where: { $1.count > 1 })?.key else {
            return
        }
        await #expect { try await ask(.inspect, ["container_id": .string(String(shared))], [engine]) } throws: {
            error in
            (error as? CallFailure)?.code == "ambiguous"
        }
    }

    @Test("Status: every engine connected, the two of Docker not taken for one")
    func status() async throws {
        let document = try await ask(.connectionStatus, [:])
        let rows = document.structured["sources"]?.array ?? []
        #expect(rows.count == TestEngines.present.count)
        #expect(rows.allSatisfy { $0["state"] == "connected" && $0["negotiated_api"] != nil })
        #expect(rows.allSatisfy { $0["warnings"] == nil })
    }
}
