// What a tool may be asked with: names, types and ranges are checked before any engine hears of it.
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct ArgumentTests {
    private func failure(_ name: String, _ arguments: JSONObject) async throws -> CallFailure {
        let source = FixtureSource("local", try .docker())
        let tool = try DockerTool.named(name)
        let failure = try #require(await DockerToolsTests.failure(tool, arguments, [source]))
        #expect(source.asked.isEmpty)
        return failure
    }

    @Test("An unknown argument is named, and so are the known ones", arguments: DockerTool.allNames)
    func unknown(name: String) async throws {
        let tool = try DockerTool.named(name)
        for value in [JSON.null, "x", 1] {
            let failure = try await failure(name, tool.leastArguments.with("containr", value))
            #expect(failure.code == "invalid_argument")
            #expect(failure.message.contains("containr"))
            for parameter in tool.parameters { #expect(failure.hint.contains(parameter.name)) }
        }
    }

    @Test(
        "A missing argument is named",
        arguments: [
            ("docker_inspect", "container_id"), ("docker_logs", "container_id"), ("docker_top", "container_id"),
            ("docker_image_info", "image_id"), ("docker_find", "query"),
        ])
    func missing(tool: String, argument: String) async throws {
        for arguments in [JSONObject(), [argument: .null]] as [JSONObject] {
            let failure = try await failure(tool, arguments)
            #expect(failure.code == "invalid_argument")
            #expect(failure.message.contains("\(argument) is missing"))
            #expect(!failure.hint.isEmpty)
        }
    }

    private static let booleans = [
        ("docker_list_containers", "only_running"), ("docker_list_containers", "detail"), ("docker_inspect", "full"),
        ("docker_logs", "stdout"), ("docker_logs", "stderr"), ("docker_logs", "timestamps"),
        ("docker_list_images", "dangling"),
    ]
    private static let texts = [
        ("docker_list_containers", "name"), ("docker_list_containers", "label"), ("docker_list_containers", "state"),
        ("docker_list_containers", "cursor"), ("docker_list_containers", "source"), ("docker_inspect", "container_id"),
        ("docker_logs", "since"), ("docker_logs", "until"), ("docker_stats", "container_id"),
        ("docker_image_info", "image_id"), ("docker_connection_status", "format"),
        ("docker_connection_status", "docker_host"),
    ]

    @Test("A truth value is true or false", arguments: booleans, ["true", 1, 0, [], [:], "", 1.5] as [JSON])
    func truthValue(place: (tool: String, argument: String), value: JSON) async throws {
        try await expectRefusal(place, value)
    }

    @Test(
        "A text is a text, not empty, without control characters",
        arguments: texts, [1, true, [], [:], ["web"], "", "a\u{0}b", "a\nb", "\u{1b}[31m"] as [JSON])
    func text(place: (tool: String, argument: String), value: JSON) async throws {
        try await expectRefusal(place, value)
    }

    @Test("A text that is too long is refused", arguments: texts)
    func long(place: (tool: String, argument: String)) async throws {
        try await expectRefusal(place, .string(String(repeating: "a", count: 5_000)))
    }

    @Test(
        "A tail is a whole number from 1 to 100000",
        arguments: [0, -1, 100_001, 1_000_000_000_000, "all", "100", 1.5, true, [], [:], 1e300] as [JSON])
    func tail(value: JSON) async throws {
        let failure = try await expectRefusal(("docker_logs", "tail"), value)
        #expect(failure.message.contains("from 1 to 100000"))
        if value.array == nil, value.object == nil { #expect(failure.message.contains(value.text)) }
    }

    @Test("A limit is a whole number from 1 to 10000", arguments: ["docker_list_containers", "docker_list_images"])
    func limit(tool: String) async throws {
        for value in [0, -5, 10_001, "10", 0.5] as [JSON] {
            #expect(try await expectRefusal((tool, "limit"), value).message.contains("from 1 to 10000"))
        }
    }

    @Test("A choice is one of its words", arguments: ["Running", "up", "running "])
    func choice(state: String) async throws {
        let failure = try await expectRefusal(("docker_list_containers", "state"), .string(state))
        #expect(failure.message.contains("created, running, paused, restarting, removing, exited, dead"))
    }

    @Test("Both streams off leaves nothing to show, and since after until no time")
    func contradictions() async throws {
        let neither = try await failure("docker_logs", ["container_id": "web", "stdout": false, "stderr": false])
        #expect(neither.code == "invalid_argument")
        #expect(neither.message.contains("stdout") && neither.message.contains("stderr"))
        let reversed = try await failure("docker_logs", ["container_id": "web", "since": "200", "until": "100"])
        #expect(reversed.code == "invalid_argument")
        #expect(reversed.message.contains("since") && reversed.message.contains("until"))
    }

    @Test("Null is the same as not given", arguments: DockerTool.allNames)
    func null(name: String) async throws {
        let tool = try DockerTool.named(name)
        var arguments = tool.leastArguments
        for parameter in tool.parameters where arguments[parameter.name] == nil { arguments[parameter.name] = .null }
        let sources = [FixtureSource("local", try .docker()), FixtureSource("remote", try .docker())]
        let document = try await ask(tool, arguments, sources)
        #expect(document.isComplete == true)
    }

    @Test("An integer may be written as JSON Schema lets it", arguments: [5.0, 5] as [JSON])
    func writtenAsNumber(limit: JSON) async throws {
        let document = try await ask(.listContainers, ["limit": limit], [FixtureSource("local", try .docker())])
        #expect(document.rows("containers").count == 5)
    }

    @Test("A refused value is repeated short, clean and masked")
    func repeated() async throws {
        let flood = try await failure(
            "docker_logs", ["container_id": "web", "tail": .string(String(repeating: "x", count: 10_000))])
        #expect(flood.message.count < 300)
        let secret = try await failure("docker_logs", ["container_id": "web", "tail": "password=hunter2"])
        #expect(!secret.message.contains("hunter2"))
        let name = try await failure("docker_logs", ["container_id": "web", "a\u{1b}[31m\nb": 1])
        #expect(name.message.unicodeScalars.allSatisfy { $0.value >= 0x20 })
    }

    @Test("Without a source every tool says what to set", arguments: DockerTool.allNames)
    func notConfigured(name: String) async throws {
        let tool = try DockerTool.named(name)
        let failure = await DockerToolsTests.failure(tool, tool.leastArguments, [])
        #expect(failure?.code == "not_configured")
        #expect(
            failure?.text
                == "not_configured: No Docker engine is configured.\nhint: Set DOCKER_HOST or ALLOW_LOCAL_DOCKER=true.")
    }

    @discardableResult
    private func expectRefusal(_ place: (tool: String, argument: String), _ value: JSON) async throws -> CallFailure {
        let tool = try DockerTool.named(place.tool)
        let failure = try await failure(place.tool, tool.leastArguments.with(place.argument, value))
        #expect(failure.code == "invalid_argument", "\(value.text)")
        #expect(failure.message.hasPrefix(place.argument), "\(failure.message)")
        #expect(!failure.hint.isEmpty)
        return failure
    }
}
