// Masking: a secret that hides behind an escape, an invisible character or an odd name is still masked.
import DockerSources
import JSON
import NIOConcurrencyHelpers
import Testing

@testable import DockerTools

@Suite struct MaskingTests {
    /// A container whose every text that may hold a secret holds one.
    private static func container(_ assignments: [String], labels: [String: String] = [:]) -> FixtureSource {
        FixtureSource(
            "local",
            [
                "/containers/web/json": .json([
                    "Id": "aa", "Name": "/web", "Path": "run", "Args": .array(assignments.map { .string("--\($0)") }),
                    "State": [
                        "Status": "running", "Error": .string(assignments.joined(separator: " ")),
                        "Health": [
                            "Status": "healthy", "Log": [["Output": .string(assignments.joined(separator: "\n"))]],
                        ],
                    ],
                    "Config": [
                        "Env": .array(assignments.map { .string($0) }),
                        "Labels": .object(JSONObject(labels.map { ($0.key, .string($0.value)) })),
                    ],
                ])
            ])
    }

    private static let hidden = [
        "POSTGRES_PASSWORD=hunter2", "POSTGRES_PASS\u{200b}WORD=hunter2", "POSTGRES_PASSWORD=\u{1b}[31mhunter2",
        "DB=postgres://app:hun\u{200b}ter2@db/shop", "DB=postgres://app:hunter2@db/shop",
        "T=ghp_hunter2\u{202e}abcdefghijklmnopqrstuvwxyz0123456789", "A=Bearer hunter2hun\u{200b}ter2hunter2",
    ]

    @Test("Whatever hides in a variable, nothing of the secret is shown", arguments: hidden, [false, true])
    func variable(assignment: String, full: Bool) async throws {
        let document = try await ask(
            .inspect, ["container_id": "web", "full": .bool(full)], [Self.container([assignment])])
        #expect(!document.text.contains("hunter2"))
        #expect(!document.json.text.contains("hunter2"))
        #expect(document.json.text.contains("[masked]"))
    }

    @Test(
        "Whatever hides in a label's name, nothing of the secret is shown",
        arguments: ["db.password", "db.pass\u{200b}word", "PASS\u{1b}[1mWORD", "api_to\u{202e}ken"], [false, true])
    func label(name: String, full: Bool) async throws {
        let source = Self.container([], labels: [name: "hunter2"])
        let document = try await ask(.inspect, ["container_id": "web", "full": .bool(full)], [source])
        #expect(!document.json.text.contains("hunter2"))
        let labels = JSON.object(JSONObject([(name, JSON.string("hunter2"))]))
        let list = FixtureSource("local", ["/containers/json": .json([["Id": "aa", "Labels": labels]])])
        #expect(!(try await ask(.listContainers, ["detail": true], [list])).json.text.contains("hunter2"))
    }

    @Test(
        "Whatever hides in an argument's name, the audit trail does not have the secret",
        arguments: ["password", "pass\u{200b}word", "PASS\u{1b}[1mWORD", "api_to\u{202e}ken"],
        ["hunter2", ["hunter2"], ["x": "hunter2"]] as [JSON])
    func audit(name: String, value: JSON) {
        let record = NIOLockedValueBox(JSON.null)
        AuditTrail { json in record.withLockedValue { $0 = json } }.record(
            "tool_call", tool: "docker_logs", arguments: JSONObject([(name, value)]), client: nil, start: .now,
            result: .failure(.invalidArgument("x", hint: "y")))
        let text = record.withLockedValue { $0.text }
        #expect(!text.contains("hunter2"))
        #expect(text.contains("[masked]"))
    }
}
