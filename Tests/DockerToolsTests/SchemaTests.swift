// Each answer conforms to the tool's output schema, and what the input schema lets through is taken.
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct SchemaTests {
    private static let questions: [(String, JSONObject)] = [
        ("docker_list_containers", [:]), ("docker_list_containers", ["detail": true, "limit": 3]),
        ("docker_list_containers", ["name": "nosuch"]), ("docker_list_containers", ["fields": "name,labels"]),
        ("docker_list_containers", ["project": "shop", "service": "web"]),
        ("docker_inspect", ["container_id": "web", "include": "ports"]),
        ("docker_inspect", ["container_id": "unhealthy", "include": "health,env,full_id", "full": true]),
        ("docker_inspect", ["container_id": "web"]),
        ("docker_inspect", ["container_id": "crashed", "full": true]),
        ("docker_inspect", ["container_id": "unhealthy"]),
        ("docker_inspect", ["container_id": "limited"]), ("docker_inspect", ["container_id": "db"]),
        ("docker_logs", ["container_id": "web"]), ("docker_logs", ["container_id": "tty", "timestamps": false]),
        ("docker_stats", [:]), ("docker_stats", ["container_id": "web"]), ("docker_list_images", [:]),
        ("docker_list_images", ["limit": 1]), ("docker_image_info", ["image_id": "busybox:test"]),
        ("docker_image_info", ["image_id": "shop/rich:1.0"]), ("docker_connection_status", [:]),
        ("docker_problems", [:]), ("docker_problems", ["min_severity": "critical", "limit": 1]),
        ("docker_compare", ["left": "local", "right": "pod"]),
        ("docker_compare", ["left": "local/web", "right": "pod/web"]), ("docker_events", [:]),
        ("docker_events", ["exec": true, "type": "container", "action": "die", "limit": 2]),
        ("docker_find", ["query": "web"]), ("docker_find", ["query": "no such thing"]),
        ("docker_top", ["container_id": "web"]), ("docker_disk_usage", [:]), ("docker_networks", [:]),
        ("docker_networks", ["name": "none"]), ("docker_volumes", [:]), ("docker_volumes", ["unused": true]),
        ("docker_services", [:]),
    ]

    @Test("Answers conform, of Docker, of Podman, and beside a source that fails", arguments: questions)
    func conforms(name: String, arguments: JSONObject) async throws {
        let tool = try DockerTool.named(name)
        let sources = [
            FixtureSource("local", try .docker()), FixtureSource("pod", try .podman(), kind: .remoteTCP),
            .dead("gone"),
        ]
        let document = try await ask(tool, arguments, sources)
        #expect(SchemaCheck.problems(in: document.json, against: tool.outputSchema) == [])
        #expect(document.json == (try JSON(parsing: document.json.text)))
    }

    @Test("What the input schema lets through is what is taken", arguments: questions)
    func input(name: String, arguments: JSONObject) throws {
        let tool = try DockerTool.named(name)
        #expect(SchemaCheck.problems(in: .object(arguments), against: tool.inputSchema) == [])
        #expect(tool.inputSchema["additionalProperties"] == false)
        #expect(tool.inputSchema["type"] == "object")
    }

    @Test("An example for each argument of each tool", arguments: DockerTool.allNames)
    func parameters(name: String) throws {
        let tool = try DockerTool.named(name)
        let properties = try #require(tool.inputSchema["properties"]?.object)
        #expect(properties.keys == tool.parameters.filter(\.isListed).map(\.name))
        for (name, schema) in properties {
            #expect(schema["description"]?.string?.isEmpty == false, "\(name)")
            #expect(["string", "boolean", "integer"].contains(schema["type"]?.string ?? ""), "\(name)")
        }
        #expect(properties.keys.contains("format"))
        // Taken from those who know it, told to nobody.
        #expect(!properties.keys.contains("docker_host") && tool.parameters.contains { $0.name == "docker_host" })
    }

    @Test(
        "The check itself finds what is wrong",
        arguments: [
            (["a": 1], ["type": "object", "properties": ["a": ["type": "string"]]]),
            ([:], ["type": "object", "required": ["a"]]), ([1, "x"], ["type": "array", "items": ["type": "integer"]]),
            ("c", ["type": "string", "enum": ["a", "b"]]), (false, ["type": "boolean", "const": true]),
            (["b": 1], ["type": "object", "properties": ["a": ["type": "string"]]]),
            (["b": 1], ["type": "object", "additionalProperties": ["type": "string"]]),
            ("2026-11-27", ["type": "string", "format": "date-time"]), ("x", ["type": "string", "pattern": "a"]),
            (1.5, ["type": "integer"]), (nil, ["type": "string"]),
        ] as [(JSON, JSON)])
    func check(value: JSON, schema: JSON) {
        #expect(SchemaCheck.problems(in: value, against: schema).count == 1)
    }

    @Test("What tools/list says of a document is an outline of it", arguments: questions)
    func outline(name: String, arguments: JSONObject) async throws {
        let tool = try DockerTool.named(name)
        let outline = Schema.outline(of: tool.outputSchema)
        let document = try await ask(
            tool, arguments,
            [
                FixtureSource("local", try .docker()), FixtureSource("pod", try .podman()),
            ])
        #expect(outline.text.utf8.count < 400)
        for name in outline["required"]?.array ?? [] {
            #expect(document.structured[name.string ?? ""] != nil, "\(name)")
        }
        for (name, field) in outline["properties"]?.object ?? [:] {
            guard let value = document.structured[name] else { continue }
            #expect(SchemaCheck.problems(in: value, against: field) == [], "\(name)")
        }
    }

    @Test("Every field is described", arguments: DockerTool.allNames)
    func described(name: String) throws {
        func undescribed(_ schema: JSON, _ place: String) -> [String] {
            let members = (schema["properties"]?.object ?? [:]).flatMap { name, member in
                (member["description"]?.string?.isEmpty == false ? [] : ["\(place).\(name)"])
                    + undescribed(member, "\(place).\(name)")
            }
            return members + (schema["items"].map { undescribed($0, "\(place)[]") } ?? [])
        }
        #expect(undescribed(try DockerTool.named(name).outputSchema, "$") == [])
    }
}
