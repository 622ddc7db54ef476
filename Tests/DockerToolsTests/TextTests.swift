// The text beside the structured result: short lines, what is missing first.
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct TextTests {
    private static let questions: [(String, JSONObject)] = [
        ("docker_list_containers", [:]), ("docker_inspect", ["container_id": "web"]),
        ("docker_inspect", ["container_id": "unhealthy"]), ("docker_inspect", ["container_id": "db"]),
        ("docker_inspect", ["container_id": "limited", "full": true]), ("docker_logs", ["container_id": "web"]),
        ("docker_stats", [:]), ("docker_list_images", [:]), ("docker_image_info", ["image_id": "busybox:test"]),
        ("docker_image_info", ["image_id": "shop/rich:1.0"]), ("docker_connection_status", [:]),
    ]

    @Test("Lines of the recorded engines have fewer than 120 columns, and none ends in blanks", arguments: questions)
    func lineLength(tool: String, arguments: JSONObject) async throws {
        let sources = [FixtureSource("local", try .docker()), FixtureSource("remote", try .podman(), kind: .remoteTCP)]
        let document = try await ask(.named(tool), arguments, sources)
        for line in document.lines {
            #expect(DisplayWidth.of(String(line)) < 120, "\(line)")
            #expect(line.last != " ", "\(line)")
        }
        #expect(document.lines.count > 1)
    }

    @Test("A table is narrowed to the terminal; a row stays a row", arguments: [60, 80, 100, 200])
    func terminal(width: Int) async throws {
        let sources = [FixtureSource("local", try .docker()), FixtureSource("remote", try .podman(), kind: .remoteTCP)]
        for tool in [DockerTool.listContainers, .listImages] {
            let document = try await ask(tool, [:], sources)
            let narrow = document.bodyLines(width: width)
            #expect(narrow.count == document.bodyLines(width: nil).count)
            #expect(narrow.allSatisfy { DisplayWidth.of($0) <= max(width, 76) })
            #expect(narrow.dropFirst().allSatisfy { $0.hasPrefix("local ") || $0.hasPrefix("remote ") })
        }
    }

    @Test("A row as lines: short lists on one line, long ones and objects indented, empty ones left out")
    func rowLines() {
        let row: JSONObject = [
            "name": "web", "restarts": 3, "share": 12.5, "ok": true, "gone": nil, "ports": ["80/tcp", "443/tcp"],
            "command": ["sh", "-c", "true"], "none": [], "nothing": [:], "state": ["status": "running", "pid": 7],
            "labels": ["a": "1"], "mounts": [["type": "bind", "read_only": false], ["type": "volume"]],
            "layers": [.string(String(repeating: "x", count: 70))],
            "env": [["name": "A", "value": "x=y"], ["name": "B"]],
        ]
        #expect(
            RowText.lines(of: row) == [
                "name: web", "restarts: 3", "share: 12.50", "ok: yes", "gone: ", "ports: 80/tcp, 443/tcp",
                "command: sh -c true", "state:", "  status: running", "  pid: 7", "labels:", "  a: 1", "mounts:",
                "  - type bind, read_only no", "  - type volume", "layers:", "  - \(String(repeating: "x", count: 70))",
                "env:", "  A=x=y", "  B",
            ])
    }
}
