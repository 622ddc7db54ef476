// docker_problems: what is found, what is not, and in which order.
import DockerEngine
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct ProblemsTests {
    private func problems(_ sources: [any Source], _ arguments: JSONObject = [:]) async throws -> Document {
        try await ask(.problems, arguments, sources)
    }

    private func found(_ document: Document) -> [String] {
        document.rows("problems").map {
            "\($0["severity"]?.string ?? "") \($0["problem"]?.string ?? "") \($0["name"]?.string ?? "-")"
        }
    }

    @Test("What recorded engines have, the gravest first, with evidence and what to ask next")
    func recorded() async throws {
        let document = try await problems([FixtureSource("local", try .docker())])
        #expect(found(document).first == "critical unhealthy unhealthy")
        let unhealthy = try #require(document.rows("problems").first)
        #expect(unhealthy["evidence"]?.string?.contains("no answer on port 8080") == true)
        #expect(unhealthy["next"]?.string?.contains("docker_inspect local/unhealthy") == true)
        let severities = document.texts("problems", "severity")
        #expect(
            severities
                == severities.sorted {
                    ["critical", "warning", "notice"].firstIndex(of: $0) ?? 9 < ["critical", "warning", "notice"]
                        .firstIndex(of: $1) ?? 9
                })
        #expect(document.lines.first?.contains("critical") == true)
    }

    @Test(
        "A container's trouble",
        arguments: [
            (["Status": "dead", "Dead": true], "critical dead web"),
            (
                ["Status": "exited", "OOMKilled": true, "ExitCode": 137, "FinishedAt": .string(Timestamp.now.rfc3339)],
                "critical oom_killed web"
            ),
            (
                ["Status": "restarting", "ExitCode": 1, "FinishedAt": .string(Timestamp.now.rfc3339)],
                "critical restarting web"
            ),
            (
                ["Status": "exited", "ExitCode": 3, "FinishedAt": .string(Timestamp.now.rfc3339)],
                "warning exited_non_zero web"
            ),
            (["Status": "created", "Error": "no such file"], "critical start_failed web"),
            (["Status": "running", "StartedAt": "2026-01-01T00:00:00Z"], "notice no_restart_policy web"),
        ] as [(JSON, String)])
    func container(state: JSON, problem: String) async throws {
        let source = try engine {
            $0.with("State", value: state).with("HostConfig", "RestartPolicy", value: ["Name": "no"])
        }
        #expect(found(try await problems([source])).contains(problem))
    }

    @Test(
        "What is no trouble",
        arguments: [
            ["Status": "exited", "ExitCode": 0, "FinishedAt": .string(Timestamp.now.rfc3339)],
            ["Status": "exited", "ExitCode": 143, "FinishedAt": .string(Timestamp.now.rfc3339)],
            ["Status": "exited", "ExitCode": 3, "FinishedAt": "2020-01-01T00:00:00Z"],
            ["Status": "running", "StartedAt": .string(Timestamp.now.rfc3339)], ["Status": "created"],
        ] as [JSON])
    func sound(state: JSON) async throws {
        let document = try await problems([try engine { $0.with("State", value: state) }])
        #expect(found(document).isEmpty, "\(found(document))")
        #expect(document.lines.first == "Nothing is wrong in 1 container of 1 source: local")
        #expect(document.structured["examined_containers"] == 1)
    }

    @Test("A restart policy makes an end graver: somebody wants it to run")
    func wanted() async throws {
        let source = try engine {
            $0.with("State", value: ["Status": "exited", "ExitCode": 2, "FinishedAt": .string(Timestamp.now.rfc3339)])
                .with("HostConfig", "RestartPolicy", value: ["Name": "on-failure", "MaximumRetryCount": 3])
        }
        #expect(found(try await problems([source])) == ["critical exited_non_zero web"])
    }

    @Test("Memory near its limit and throttling show only where there are limits", arguments: [true, false])
    func limits(isLimited: Bool) throws {
        let details = try JSON(parsing: Fixture.bytes("20.10.24/inspect-web.json"))
            .with("HostConfig", "Memory", value: .integer(isLimited ? 1_000 : 0))
            .with("HostConfig", "NanoCpus", value: .integer(isLimited ? 500_000_000 : 0))
        let container = try Endpoint<ContainerDetails>.container(try #require(ContainerReference("x"))).reply(
            from: details.bytes)
        let sample = try Endpoint<ResourceSample>.stats(of: try #require(ContainerReference("x"))).reply(
            from: JSON.object([
                "read": "2026-11-27T10:00:00Z", "memory_stats": ["usage": 950, "limit": 1_000],
                "cpu_stats": ["throttling_data": ["periods": 100, "throttled_periods": 60]],
                "precpu_stats": ["throttling_data": ["periods": 50, "throttled_periods": 30]],
            ]).bytes)
        #expect(sample.throttledPercent == 60)
        let label = SourceLabel(name: "local", kind: .localSocket, endpoint: "unix:///x", tags: [])
        let codes = Problem.of(sample, of: container, on: label).map(\.code)
        #expect(codes == (isLimited ? [.memoryNearLimit, .throttled] : []))
    }

    @Test("A source that fails is the gravest row and no error, also when all fail")
    func sources() async throws {
        let document = try await problems([FixtureSource.dead("cloud"), FixtureSource("local", try .docker())])
        #expect(found(document).first == "critical source_unreachable -")
        #expect(document.gaps == ["source cloud: connection_refused"])
        let alone = try await problems([FixtureSource.dead("cloud")])
        #expect(found(alone) == ["critical source_unreachable -"])
        #expect(alone.rows("problems")[0]["next"] == "Mend cloud.")
    }

    @Test("Less grave ones are left out when asked, and a limit says so")
    func narrowed() async throws {
        let all = try await problems([FixtureSource("local", try .docker())])
        let critical = try await problems([FixtureSource("local", try .docker())], ["min_severity": "critical"])
        #expect(critical.rows("problems").count < all.rows("problems").count)
        #expect(critical.texts("problems", "severity").allSatisfy { $0 == "critical" })
        let cut = try await problems([FixtureSource("local", try .docker())], ["limit": 1])
        #expect(cut.rows("problems").count == 1 && cut.gaps == ["limit 1 of \(all.rows("problems").count)"])
    }

    @Test("An image that is gone, a clock that is wrong, an old engine, and much that nothing uses")
    func engineTrouble() async throws {
        let source = FixtureSource(
            "local",
            try .docker().with([
                "/images/json": .json([]), "/info": .json(try Replies.info(at: Timestamp(unixSeconds: 1_600_000_000))),
                "/version": .json(["Version": "18.09.1", "ApiVersion": "1.39"]),
                "/system/df": .json(["LayersSize": 100_000_000_000, "Images": []]),
            ]))
        let codes = try await problems([source]).texts("problems", "problem")
        for code in ["image_missing", "clock_skew", "engine_unsupported", "disk_reclaimable"] {
            #expect(codes.contains(code), "\(code)")
        }
    }

    @Test("What can't be looked at is a gap, not silence")
    func gaps() async throws {
        let source = FixtureSource(
            "local",
            try .docker().with([
                "/images/json": .refusal(500, ""), "/info": .refusal(500, ""), "/system/df": .refusal(500, ""),
            ]))
        let document = try await problems([source])
        #expect(document.isComplete == false)
        #expect(Set(document.gaps) == ["images of local", "the engine's own state of local", "disk usage of local"])
    }

    @Test("Containers that can't be read, and readings that can't be had, are gaps too")
    func unread() async throws {
        let limited = try Fixture.json("20.10.24/inspect-limited.json")["Id"]?.string ?? ""
        let web = try Fixture.json("20.10.24/inspect-web.json")["Id"]?.string ?? ""
        let source = FixtureSource(
            "local",
            try .docker().with([
                "/containers/\(web)/json": .refusal(500, ""), "/containers/\(limited)/stats": .refusal(500, ""),
            ]))
        let document = try await problems([source])
        #expect(Set(document.gaps) == ["1 containers of local", "readings of 1 containers of local"])
    }

    @Test("Words of a container are cleaned and masked")
    func hostile() async throws {
        let source = try engine {
            $0.with("State", value: ["Status": "created", "Error": "bad\u{1b}[31m password=hunter2 \u{202E}x"])
        }
        let document = try await problems([source])
        #expect(!document.text.contains("hunter2") && !document.json.text.contains("hunter2"))
        #expect(!document.text.contains("\u{1b}") && !document.text.contains("\u{202E}"))
    }
}
