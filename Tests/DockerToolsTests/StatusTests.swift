// docker_connection_status: a row for each source; a dead one is a row, never an error.
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct StatusTests {
    private func row(_ document: Document, _ index: Int = 0) throws -> JSONObject {
        var row = try #require(document.rows("sources")[index].object)
        #expect((row["latency_ms"]?.double ?? -1) >= 0)
        #expect(row["checked_at"]?.string?.hasSuffix("Z") == true)
        #expect(row["state_since"]?.string?.hasSuffix("Z") == true)
        #expect(row["last_success_at"]?.string?.hasSuffix("Z") == true)
        #expect((row["latency_p50_ms"]?.double ?? -1) >= 0)
        #expect((row["latency_p95_ms"]?.double ?? -1) >= (row["latency_p50_ms"]?.double ?? 0))
        for key in [
            "latency_ms", "checked_at", "state_since", "last_success_at", "latency_p50_ms", "latency_p95_ms",
        ] { row[key] = nil }
        return row
    }

    @Test("A row has the fields that are promised, and no other")
    func fields() async throws {
        let document = try await ask(.connectionStatus, [:], [FixtureSource("local", try .docker())], mode: "local")
        #expect(
            try row(document) == [
                "name": "local", "kind": "local-socket", "state": "connected", "endpoint": "unix:///run/local.sock",
                "engine": [
                    "name": "Docker", "version": "20.10.24+dfsg1", "api_version": "1.41", "min_api_version": "1.12",
                    "os": "linux", "architecture": "amd64", "kernel": "6.18.44-fc-v595",
                ],
                "negotiated_api": "1.41", "containers": ["total": 12, "running": 8, "paused": 1, "stopped": 3],
                "images": 4, "consecutive_failures": 0,
            ])
        #expect(document.structured["mode"] == "local")
        #expect(document.structured["security_mode"] == "readonly")
        #expect(
            document.structured["summary"]
                == ["sources": 1, "connected": 1, "containers": 12, "running": 8, "images": 4])
    }

    @Test("Counts are added up over the sources that answer")
    func summary() async throws {
        let document = try await ask(
            .connectionStatus, [:],
            [FixtureSource("local", try .docker()), .dead("gone"), FixtureSource("pod", try .podman())], mode: "multi")
        #expect(
            document.structured["summary"]
                == ["sources": 3, "connected": 2, "containers": 14, "running": 9, "images": 5])
        #expect(document.rows("sources")[2]["engine"]?["name"] == "Podman")
        #expect(document.states == ["local connected", "gone unreachable", "pod connected"])
        #expect(document.gaps == ["source gone: connection_refused"])
        #expect(document.structured["mode"] == "multi")
    }

    @Test(
        "Dead sources are rows, even when there is no other",
        arguments: [SourceError.Code.socketMissing, .connectTimeout, .notDocker, .tlsExpected])
    func dead(code: SourceError.Code) async throws {
        let document = try await ask(.connectionStatus, [:], [FixtureSource.dead("a", code), .dead("b", code)])
        #expect(document.states == ["a", "b"].map { "\($0) \(SourceError.stub(code).state.rawValue)" })
        let row = document.rows("sources")[0]
        #expect(row["error"]?["code"] == .string(code.rawValue))
        #expect(row["error"]?["hint"] == "Mend a.")
        #expect(row["endpoint"] == "unix:///run/a.sock")
        #expect(row["engine"] == nil)
        #expect(row["consecutive_failures"] == 1)
        #expect(row["state_since"] != nil)
        #expect(row["last_success_at"] == nil && row["latency_p50_ms"] == nil)
        #expect(document.isComplete == false)
        #expect(document.lines[0].hasPrefix("! a failed: \(code.rawValue): "))
        #expect(document.structured["summary"]?["connected"] == 0)
    }

    @Test("An engine that answers ping and fails at the rest is no connected one", arguments: ["/version", "/info"])
    func halfDead(path: String) async throws {
        let source = FixtureSource("local", try .docker().with([path: .refusal(500, "")]))
        let document = try await ask(.connectionStatus, [:], [source])
        #expect(document.states == ["local degraded"])
        #expect(document.rows("sources")[0]["error"]?["code"] == "engine_error")
    }

    @Test(
        "Plain HTTP to a public address is warned of",
        arguments: [
            ("tcp://203.0.113.7:2375", true), ("tcp://8.8.8.8:2375", true), ("tcp://172.32.0.1:2375", true),
            ("tcp://[2001:db8::1]:2375", true), ("tcp://100.128.0.1:2375", true), ("tcp://127.0.0.1:2375", false),
            ("tcp://10.1.2.3:2375", false), ("tcp://172.16.0.1:2375", false), ("tcp://172.31.255.1:2375", false),
            ("tcp://192.168.1.1:2375", false), ("tcp://169.254.1.1:2375", false), ("tcp://100.64.0.1:2375", false),
            ("tcp://[::1]:2375", false), ("tcp://[fd00::1]:2375", false), ("tcp://[fe80::1]:2375", false),
            ("tcp://[::1:2:3]:2375", true),
        ])
    func publicAddress(endpoint: String, isWarned: Bool) async throws {
        let source = FixtureSource("remote", try .docker(), kind: .remoteTCP, endpoint: endpoint)
        let document = try await ask(.connectionStatus, [:], [source])
        let warnings = document.rows("sources")[0]["warnings"]?.array?.compactMap(\.string) ?? []
        #expect(warnings.contains { $0.hasPrefix("plain HTTP to a public address") } == isWarned)
        #expect(document.lines.contains { $0.hasPrefix("warning: remote: plain HTTP") } == isWarned)
        #expect(document.isComplete == true)
    }

    @Test("Two ways to one engine are noticed")
    func twins() async throws {
        let sources = [
            FixtureSource("local", try .docker()), FixtureSource("pod", try .podman()),
            FixtureSource("remote", try .docker(), kind: .remoteTCP, endpoint: "tcp://127.0.0.1:2375"),
        ]
        let warnings = try await ask(.connectionStatus, [:], sources).rows("sources").map { $0["warnings"] }
        #expect(warnings[0] == ["this seems to be the same engine as remote: its rows come twice"])
        #expect(warnings[1] == nil)
        #expect(warnings[2] == ["this seems to be the same engine as local: its rows come twice"])
    }

    @Test("The text is a line for the mode and a table")
    func text() async throws {
        let document = try await ask(
            .connectionStatus, [:], [FixtureSource("local", try .docker()), .dead("remote")], mode: "dual")
        #expect(document.lines[1].hasPrefix("  remote: unreachable for "))
        #expect(document.lines[1].hasSuffix(", never answered yet, 1 failure in a row"))
        #expect(document.lines[2] == "mode dual, readonly")
        #expect(document.lines[3].hasPrefix("SOURCE  STATE        ENDPOINT"))
        #expect(document.lines[4].contains("Docker 20.10.24+dfsg1  1.41  8 of 12 running"))
        #expect(document.lines[5].hasPrefix("remote  unreachable  unix:///run/remote.sock"))
        #expect(document.lines.count == 6)
        #expect(document.lines[2...].allSatisfy { $0.count < 120 })
    }
}
