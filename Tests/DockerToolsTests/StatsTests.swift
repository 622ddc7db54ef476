// docker_stats: one container, or all that run; one that ended meanwhile is left out.
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct StatsTests {
    @Test("A row has the fields that are promised, and no other")
    func fields() async throws {
        let document = try await ask(.stats, ["container_id": "web"], [FixtureSource("local", try .docker())])
        #expect(
            document.rows("stats") == [
                [
                    "source": "local", "id": "00ccadb0faa8", "name": "web", "project": "shop",
                    "read_at": "2026-11-27T10:14:01.921Z",
                    "cpu_percent": 0.0, "online_cpus": 2, "memory_bytes": 466_944,
                    "memory_limit_bytes": 25_276_514_304, "memory_percent": 0.0, "block_read_bytes": 0,
                    "block_write_bytes": 0, "pids": 2,
                ]
            ])
        #expect(document.structured["total"] == 1)
        #expect(document.structured["schema"] == "docker-mcp-secure/stats.v1")
    }

    @Test("Shares are of one CPU and of the limit, to two digits; networks are added up")
    func arithmetic() async throws {
        var replies = try Replies.docker()
        replies[stats: "web"] = .json([
            "read": "2026-11-27T10:14:01Z",
            "cpu_stats": [
                "cpu_usage": ["total_usage": 300_000_000], "system_cpu_usage": 12_000_000_000, "online_cpus": 4,
            ],
            "precpu_stats": ["cpu_usage": ["total_usage": 100_000_000], "system_cpu_usage": 11_000_000_000],
            "memory_stats": ["usage": 1_500, "limit": 4_096, "stats": ["inactive_file": 500]],
            "networks": ["eth0": ["rx_bytes": 1, "tx_bytes": 10], "eth1": ["rx_bytes": 2, "tx_bytes": 20]],
            "blkio_stats": [
                "io_service_bytes_recursive": [
                    ["op": "Read", "value": 5], ["op": "read", "value": 6], ["op": "Write", "value": 7],
                    ["op": "Total", "value": 18],
                ]
            ],
        ])
        let row = try await ask(.stats, ["container_id": "web"], [FixtureSource("local", replies)]).rows("stats")[0]
        #expect(row["cpu_percent"] == 80.0)
        #expect(row["memory_bytes"] == 1_000)
        #expect(row["memory_percent"] == 24.41)
        #expect(row["network_rx_bytes"] == 3)
        #expect(row["network_tx_bytes"] == 30)
        #expect(row["block_read_bytes"] == 11)
        #expect(row["block_write_bytes"] == 7)
    }

    @Test("Without an id every running container of every source has a row")
    func everyRunning() async throws {
        let sources = [FixtureSource("a", try .docker()), FixtureSource("b", try .docker())]
        let document = try await ask(.stats, [:], sources)
        #expect(document.rows("stats").count == 20)
        #expect(
            document.texts("stats", "source") == Array(repeating: "a", count: 10) + Array(repeating: "b", count: 10))
        let list = try Fixture.json("20.10.24/containers-running.json").array ?? []
        let names = list.compactMap { $0["Names"]?.array?.first?.string?.dropFirst() }
        #expect(document.names("stats").prefix(10) == names.map { "a/\($0)" }[...])
        #expect(document.isComplete == true)
        #expect(document.lines.count == 21)
    }

    @Test("A container that ended meanwhile is left out", arguments: [404, 409])
    func vanished(status: Int) async throws {
        var replies = try Replies.docker()
        replies[stats: "db"] = .refusal(status, #"{"message":"No such container"}"#)
        let document = try await ask(.stats, [:], [FixtureSource("local", replies)])
        #expect(document.rows("stats").count == 9)
        #expect(!document.names("stats").contains("local/db"))
        #expect(document.isComplete == true)
    }

    @Test("When all of them ended meanwhile there is nothing to tell, and nothing failed")
    func allVanished() async throws {
        let replies: Replies = ["/containers/json": .json([["Id": "aa", "Names": ["/web"]], ["Id": "bb"]])]
        let document = try await ask(.stats, [:], [FixtureSource("local", replies)])
        #expect(document.rows("stats").isEmpty)
        #expect(document.isComplete == true)
        #expect(document.states == ["local connected"])
    }

    @Test("A container that can't be measured costs its own row only")
    func oneFails() async throws {
        var replies = try Replies.docker()
        replies[stats: "db"] = .refusal(500, "")
        let document = try await ask(.stats, [:], [FixtureSource("local", replies)])
        #expect(document.rows("stats").count == 9)
        #expect(document.gaps == ["stats of local/db: engine_error"])
        #expect(document.lines[0] == "! incomplete: stats of local/db: engine_error")
    }

    @Test("When none can be measured the source failed, for the reason that counts")
    func allFail() async {
        let replies: Replies = [
            "/containers/json": .json([["Id": "aa"], ["Id": "bb"]]),
            "/containers/bb/stats": .refusal(500, "out of luck"),
        ]
        let failure = await failure(.stats, [:], [FixtureSource("local", replies)])
        #expect(failure?.code == "engine_error")
        #expect(failure?.message.contains("out of luck") == true)
    }

    @Test("A container that does not run has a row without numbers")
    func notRunning() async throws {
        var replies = try Replies.docker()
        replies[stats: "crashed"] = .json([
            "read": "0001-01-01T00:00:00Z", "preread": "0001-01-01T00:00:00Z",
            "cpu_stats": ["cpu_usage": ["total_usage": 0]],
            "precpu_stats": [:], "memory_stats": [:], "pids_stats": [:],
        ])
        let document = try await ask(.stats, ["container_id": "crashed"], [FixtureSource("local", replies)])
        #expect(document.rows("stats") == [["source": "local", "id": "ef2ff25b45e1", "name": "crashed"]])
        #expect(document.lines[1].contains("not running"))
    }

    @Test("More containers than are asked at once all have their row, in order")
    func many() async throws {
        let ids = (1_000..<1_400).map { "a\($0)" }
        let replies: Replies = [
            "/containers/json": .json(.array(ids.map { ["Id": .string($0), "Names": [.string("/\($0)")]] })),
            "": try .fixture("20.10.24/stats-web.json"),
        ]
        let document = try await ask(.stats, [:], [FixtureSource("local", replies)])
        #expect(document.texts("stats", "id") == ids)
        #expect(document.structured["total"] == 400)
    }

    @Test("Hundreds that can't be measured in time are counted, not listed; those that could be have their row")
    func manyFail() async throws {
        let ids = (1_000..<1_400).map { "a\($0)" }
        var replies: Replies = ["/containers/json": .json(.array(ids.map { ["Id": .string($0)] })), "": .hang]
        for id in ids.prefix(100) { replies["/containers/\(id)/stats"] = try .fixture("20.10.24/stats-web.json") }
        let document = try await ask(.stats, [:], [FixtureSource("local", replies, limit: .milliseconds(500))])
        #expect(document.rows("stats").count == 100)
        #expect(document.isComplete == false)
        #expect(document.gaps.contains { $0.contains("deadline_exceeded") })
        #expect(document.gaps.count <= 32)
    }

    @Test("Counters beyond all measure make no number that JSON lacks")
    func beyondMeasure() async throws {
        var replies = try Replies.docker()
        replies[stats: "web"] = .body(
            Array(
                """
                {"read": "2026-11-27T10:14:01Z", "memory_stats": {"usage": 9223372036854775807, "limit": 1},
                 "cpu_stats": {"cpu_usage": {"total_usage": 1e308}, "system_cpu_usage": 2, "online_cpus": 4},
                 "precpu_stats": {"cpu_usage": {"total_usage": -1e308}, "system_cpu_usage": 1}}
                """.utf8))
        let document = try await ask(.stats, ["container_id": "web"], [FixtureSource("local", replies)])
        #expect(throws: Never.self) { try JSON(parsing: document.json.text) }
    }

    @Test("No running container is an answer, too")
    func none() async throws {
        let document = try await ask(.stats, [:], [FixtureSource("local", ["/containers/json": .json([])])])
        #expect(document.rows("stats").isEmpty)
        #expect(document.isComplete == true)
    }
}
