// docker_stats with a memory: one sample where the last is remembered, rates between the two, order and sums.
import DockerEngine
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct StatsMemoryTests {
    private func sample(
        used: Int, system: Int, at second: Int = 0, received: Int = 0, memory: Int = 1_000
    ) throws -> ResourceSample {
        let json: JSON = [
            "read": .string("2026-12-01T10:00:\(second < 10 ? "0" : "")\(second)Z"),
            "cpu_stats": [
                "cpu_usage": ["total_usage": .integer(Int64(used))], "system_cpu_usage": .integer(Int64(system)),
                "online_cpus": 2,
            ],
            "networks": ["eth0": ["rx_bytes": .integer(Int64(received)), "tx_bytes": 0]],
            "memory_stats": ["usage": .integer(Int64(memory)), "limit": 10_000], "pids_stats": ["current": 3],
        ]
        return try Endpoint<ResourceSample>.stats(of: try #require(ContainerReference("x"))).reply(from: json.bytes)
    }

    @Test("The share of CPU since an earlier sample; the same counters keep their share; a restart has none")
    func measured() throws {
        let first = try sample(used: 100, system: 1_000)
        let second = try sample(used: 350, system: 2_000).measured(since: first)
        #expect(first.cpuPercent == nil && second.cpuPercent == 50)
        #expect(try sample(used: 350, system: 2_000).measured(since: second).cpuPercent == 50)
        #expect(try sample(used: 20, system: 3_000).measured(since: second).cpuPercent == nil)
        #expect(try sample(used: 400, system: 1_500).measured(since: second).cpuPercent == nil)
    }

    @Test("A sample is remembered for a minute, by source and container, and not beyond a bound")
    func memory() throws {
        let memory = SampleMemory()
        let (sample, now) = (try sample(used: 1, system: 1), ContinuousClock.now)
        memory.remember(sample, of: "a", on: "local", now: now)
        #expect(memory.sample(of: "a", on: "local", now: now + .seconds(59)) == sample)
        #expect(memory.sample(of: "a", on: "local", now: now + .seconds(60)) == nil)
        #expect(
            memory.sample(of: "a", on: "remote", now: now) == nil
                && memory.sample(of: "b", on: "local", now: now) == nil)
        for number in 0..<SampleMemory.maximumCount { memory.remember(sample, of: "\(number)", on: "local", now: now) }
        memory.remember(sample, of: "late", on: "local", now: now)
        #expect(memory.sample(of: "late", on: "local", now: now) == nil)
        memory.remember(sample, of: "later", on: "local", now: now + .seconds(61))
        #expect(memory.sample(of: "later", on: "local", now: now + .seconds(62)) == sample)
    }

    @Test("Rates need time, and counters that do not fall")
    func rates() throws {
        let first = try sample(used: 1, system: 1, at: 1, received: 1_000)
        var row = JSONObject()
        TrafficRates(from: first, to: try sample(used: 1, system: 1, at: 3, received: 5_000))?.set(in: &row)
        #expect(row["network_rx_bytes_per_s"] == 2_000.0 && row["network_tx_bytes_per_s"] == 0.0)
        #expect(TrafficRates(from: first, to: first) == nil)
        row = JSONObject()
        TrafficRates(from: first, to: try sample(used: 1, system: 1, at: 3, received: 10))?.set(in: &row)
        #expect(row["network_rx_bytes_per_s"] == nil)
    }

    @Test("A second call asks for one sample of each container, and says what changed since")
    func secondCall() async throws {
        let source = FixtureSource("local", try .docker())
        let asking = Asking(
            Deployment(aggregator: Aggregator(sources: [source]), mode: "local", adviceWhenNothingIsSet: ""),
            rowLimit: nil)
        let first = try await DockerTool.stats.call(["container_id": "web"], asking: asking)
        #expect(source.asked.contains { $0.hasSuffix("/stats?stream=false") } && first.rows("stats").count == 1)
        let before = source.asked.count
        let second = try await DockerTool.stats.call(["container_id": "web"], asking: asking)
        let asked = source.asked.dropFirst(before)
        #expect(
            asked.contains { $0.hasSuffix("/stats?stream=false&one-shot=true") }
                && !asked.contains { $0.hasSuffix("/stats?stream=false") })
        #expect(second.rows("stats")[0]["cpu_percent"] == first.rows("stats")[0]["cpu_percent"])
    }

    private func rows() throws -> [LabelledReading] {
        try [("b", "shop", 3_000), ("a", nil, 2_000), ("c", "shop", 1_000)].map { name, project, memory in
            let labels: JSON = project.map { ["com.docker.compose.project": .string($0)] } ?? [:]
            let listed = try Endpoint<[ContainerSummary]>.containers(all: true).reply(
                from: JSON.array([["Id": "ab", "Names": [.string("/\(name)")], "Labels": labels]]).bytes)
            let container = Measured(try #require(listed.first))
            return LabelledReading(
                source: name == "c" ? "remote" : "local",
                reading: Reading(container: container, sample: try sample(used: 1, system: 1, memory: memory)))
        }
    }

    @Test("Order", arguments: [(ReadingOrder.memory, "bac"), (.name, "abc"), (.cpu, "abc"), (.pids, "abc")])
    func order(order: ReadingOrder, names: String) throws {
        #expect(order.sorted(try rows()).map(\.reading.container.name).joined() == names)
    }

    @Test("Sums of sources, then of projects over all sources")
    func sums() throws {
        let sums = ReadingSum.all(of: try rows()).map { ($0.source ?? $0.project ?? "", $0.containers, $0.memoryBytes) }
        #expect(sums.map(\.0) == ["local", "remote", "shop"] && sums.map(\.1) == [2, 1, 2])
        #expect(sums.map(\.2) == [5_000, 1_000, 4_000])
    }

    @Test("The first few rows, while the sums count all")
    func top() async throws {
        let document = try await ask(.stats, ["sort": "name", "top": 2], [FixtureSource("local", try .docker())])
        #expect(document.rows("stats").count == 2 && document.isComplete == true)
        #expect(document.structured["total"] == document.rows("sums")[0]["containers"])
        #expect((document.structured["total"]?.int ?? 0) > 2)
    }
}
