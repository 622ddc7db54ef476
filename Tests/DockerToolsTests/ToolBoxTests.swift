// The tools as MCP clients meet them, and the audit trail that each call leaves.
import DockerEngine
import DockerSources
import JSON
import MCP
import NIOConcurrencyHelpers
import TestSupport
import Testing

@testable import DockerTools

@Suite struct ToolBoxTests {
    private let records = NIOLockedValueBox<[JSON]>([])

    private func box(_ sources: [any Source]) -> ToolBox {
        let records = records
        return ToolBox(
            Deployment(
                aggregator: Aggregator(sources: sources), mode: "dual", adviceWhenNothingIsSet: "Set DOCKER_HOST."),
            audit: AuditTrail { record in records.withLockedValue { $0.append(record) } })
    }

    private func call(
        _ name: String, _ arguments: JSONObject, _ sources: [any Source], context: CallContext = CallContext()
    ) async throws -> Result<ToolResult, ToolFailure> {
        let tool = try #require(box(sources).tools.first { $0.name == name })
        do throws(ToolFailure) { return .success(try await tool.handler(arguments, context)) } catch {
            return .failure(error)
        }
    }

    private func record() throws -> JSONObject {
        let all = records.withLockedValue { $0 }
        #expect(all.count == 1)
        var record = try #require(all.first?.object)
        #expect(record["time"]?.string.flatMap { Timestamp(rfc3339: $0) } != nil)
        #expect((record["ms"]?.double ?? -1) >= 0)
        record["time"] = nil
        record["ms"] = nil
        return record
    }

    private static let core = [
        "docker_list_containers", "docker_inspect", "docker_logs", "docker_stats", "docker_list_images",
        "docker_image_info", "docker_connection_status",
    ]
    private static let diagnose = [
        "docker_problems", "docker_compare", "docker_events", "docker_find", "docker_top", "docker_disk_usage",
        "docker_networks", "docker_volumes", "docker_services",
    ]

    @Test(
        "The tools of the toolsets that are wanted, and no other",
        arguments: [
            ([.core], core, 12_000), ([.diagnose], diagnose, 16_000), ([.core, .diagnose], core + diagnose, 25_000),
            ([], [], 0),
        ] as [(Set<Toolset>, [String], Int)])
    func toolsets(chosen: Set<Toolset>, names: [String], bytes: Int) {
        let box = ToolBox(
            Deployment(aggregator: Aggregator(sources: []), mode: "none", adviceWhenNothingIsSet: ""), toolsets: chosen,
            audit: nil)
        #expect(box.tools.map(\.name) == names)
        // What a model pays for each conversation; without the few words that the protocol adds to each.
        let sizes = box.tools.map { tool in
            [tool.name, tool.title, tool.description, tool.inputSchema.text, tool.outputSchema?.text ?? ""].reduce(160)
            { $0 + $1.utf8.count }
        }
        #expect(sizes.reduce(0, +) <= bytes)
    }

    @Test("Each tool has all that clients show and check")
    func tools() {
        let tools = box([]).tools
        #expect(tools.map(\.name) == Self.core + Self.diagnose)
        for tool in tools {
            #expect(!tool.title.isEmpty && tool.description.count > 40)
            #expect(tool.outputSchema?["type"] == "object")
        }
    }

    @Test(
        "The text is for reading unless JSON is asked for; the document comes either way",
        arguments: [nil, "text", "json"] as [String?])
    func format(format: String?) async throws {
        let arguments: JSONObject = ["format": format.map { .string($0) } ?? .null]
        let result = try await call("docker_list_containers", arguments, [FixtureSource("local", try .docker())]).get()
        let document = try #require(result.structured)
        #expect(result.text.hasPrefix("12 containers: local 12\n") == (format != "json"))
        if format == "json" { #expect(result.text == JSON.object(document).text) }
    }

    @Test("The rows of a list are as many as the settings say, and clients are told")
    func rowLimit() async throws {
        let box = ToolBox(
            Deployment(
                aggregator: Aggregator(sources: [FixtureSource("local", try .docker())]), mode: "local",
                adviceWhenNothingIsSet: ""),
            audit: nil, rowLimit: 2)
        let tool = try #require(box.tools.first { $0.name == "docker_list_containers" })
        #expect(tool.inputSchema["properties"]?["limit"]?["default"] == 2)
        let rows = try await tool.handler([:], CallContext()).structured?["containers"]?.array
        #expect(rows?.count == 2)
        let all = try await tool.handler(["limit": 100], CallContext()).structured?["containers"]?.array
        #expect(all?.count ?? 0 > 2)
    }

    @Test("A failure is its code, its words and a hint")
    func failure() async throws {
        let result = try await call("docker_logs", ["container_id": "nosuch"], [FixtureSource("local", try .docker())])
        guard case .failure(let failure) = result else { return #expect(Bool(false), "it answered") }
        #expect(
            failure.text
                == "not_found: No container nosuch on local.\nhint: docker_list_containers shows what is there.")
    }

    @Test(
        "Of a call that takes longer than a second it is told how many sources have answered, and of a short one nothing"
    )
    func progress() async throws {
        let reports = NIOLockedValueBox<[String]>([])
        let context = CallContext { progress, total, message in
            reports.withLockedValue { $0.append("\(progress)/\(total ?? 0) \(message ?? "")") }
        }
        let local = FixtureSource("local", try .docker())
        let hung = FixtureSource("hung", ["": .hang], limit: .seconds(1.5))
        _ = try await call("docker_list_containers", [:], [local, hung], context: context)
        // On a busy machine the first second may pass before the first answer.
        #expect(
            reports.withLockedValue { $0.suffix(2) } == [
                "1.0/2.0 1 of 2 answers from sources", "2.0/2.0 2 of 2 answers from sources",
            ])
        for attempt in 1... {
            reports.withLockedValue { $0 = [] }
            let duration = try await ContinuousClock().measure {
                _ = try await call("docker_list_containers", [:], [local], context: context)
            }
            if duration < .seconds(1) { return #expect(reports.withLockedValue { $0 } == []) }
            try #require(attempt < 30, "no call was short")
        }
    }

    @Test("An answer leaves who asked what of whom, and how it went")
    func answered() async throws {
        let sources = [FixtureSource("local", try .docker()), FixtureSource("remote", try .podman())]
        _ = try await call(
            "docker_inspect", ["container_id": "web", "full": true], sources, context: CallContext(client: "claude/1.0")
        )
        #expect(
            try record() == [
                "event": "tool_call", "tool": "docker_inspect", "arguments": ["container_id": "web", "full": true],
                "outcome": "ok",
                "sources": [["name": "local", "state": "connected"], ["name": "remote", "state": "connected"]],
                "client": "claude/1.0",
            ])
    }

    @Test("An answer with a source missing is partial")
    func partial() async throws {
        _ = try await call("docker_list_images", [:], [FixtureSource("local", try .docker()), .dead("remote")])
        let record = try record()
        #expect(record["outcome"] == "partial")
        #expect(
            record["sources"] == [
                ["name": "local", "state": "connected"],
                ["name": "remote", "state": "unreachable", "code": "connection_refused"],
            ])
        #expect(record["client"] == nil)
    }

    @Test(
        "A failure has its code",
        arguments: [
            ("docker_inspect", ["container_id": "nosuch"], "not_found"), ("docker_inspect", [:], "invalid_argument"),
            ("docker_list_containers", ["source": "x"], "invalid_argument"),
        ] as [(String, JSONObject, String)])
    func failed(tool: String, arguments: JSONObject, code: String) async throws {
        _ = try await call(tool, arguments, [FixtureSource("local", try .docker())])
        let record = try record()
        #expect(record["outcome"] == "error")
        #expect(record["code"] == .string(code))
        #expect(record["arguments"] == .object(arguments))
    }

    @Test("What was asked is masked, cleaned and cut")
    func masked() async throws {
        let flood = String(repeating: "y", count: 5_000)
        let arguments: JSONObject = [
            "container_id": "web", "password": "hunter2", "token": 4_711, "secret": ["k": "hunter2"],
            "docker_host": "tcp://me:hunter2@h:2375", "label": "DB_PASSWORD=hunter2", "name": "a\u{1b}[31m\nb",
            "list": .array(Array(repeating: "z", count: 5_000)), "flood": .string(flood),
            "bad\u{1b}[31m\nname": 1, "object": ["password": "hunter2"],
        ]
        _ = try await call("docker_inspect", arguments, [FixtureSource("local", try .docker())])
        let text = JSON.object(try record()).text
        #expect(!text.contains("hunter2") && !text.contains("4711"))
        #expect(text.contains("\"container_id\":\"web\""))
        #expect(!text.contains("\\u001b") && !text.contains("\\n"))
        #expect(text.utf8.count < 3_000)
    }

    @Test("However many arguments there are, the record stays short")
    func manyArguments() async throws {
        let arguments = JSONObject((0..<10_000).map { ("argument-\($0)", "x") })
        _ = try await call("docker_inspect", arguments, [FixtureSource("local", try .docker())])
        #expect(JSON.object(try record()).text.utf8.count < 3_000)
    }

    @Test("A client's name is cleaned and cut")
    func client() async throws {
        let context = CallContext(client: "evil\u{1b}[31m\n" + String(repeating: "c", count: 500))
        _ = try await call("docker_connection_status", [:], [FixtureSource("local", try .docker())], context: context)
        let client = try #require(try record()["client"]?.string)
        #expect(client.hasPrefix("evil c") && client.count <= 100)
    }

    @Test(
        "A call that was cancelled is told from one that failed, whatever it waited for",
        arguments: [
            ("docker_list_containers", "/containers/json"), ("docker_inspect", "/web/json"),
            ("docker_logs", "/web/json"),
            ("docker_logs", "/logs"), ("docker_stats", "/containers/json"), ("docker_stats", "/stats"),
            ("docker_list_images", "/images/json"), ("docker_image_info", "%3Atest/json"),
        ])
    func cancelled(name: String, question: String) async throws {
        @Sendable func isQuestion(_ path: String) -> Bool { path.prefix { $0 != "?" }.hasSuffix(question) }
        var replies = try Replies.docker()
        for path in replies.keys where isQuestion(path) { replies[path] = .hang }
        let source = FixtureSource("local", replies)
        let tool = try #require(box([source]).tools.first { $0.name == name })
        let arguments = try DockerTool.named(name).leastArguments
        let call = Task { () -> String? in
            do throws(ToolFailure) { _ = try await tool.handler(arguments, CallContext()) } catch { return error.text }
            return nil
        }
        #expect(await eventually { source.asked.contains(where: isQuestion) })
        call.cancel()
        #expect(await call.value?.hasPrefix("cancelled: ") == true)
        #expect(try record()["outcome"] == "cancelled")
    }
}
