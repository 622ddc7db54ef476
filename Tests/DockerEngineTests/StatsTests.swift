// Use of resources, against values worked out by hand with docker CLI's formulas.
import DockerEngine
import TestSupport
import Testing

@Suite("Engine: stats") struct StatsTests {
    private func sample(_ text: String) throws -> ResourceSample {
        let reference = try #require(ContainerReference("x"))
        return try Endpoint<ResourceSample>.stats(of: reference).reply(from: Array(text.utf8))
    }

    private func cpu(_ now: String, before: String) throws -> Double? {
        try sample("{\"cpu_stats\":\(now),\"precpu_stats\":\(before)}").cpuPercent
    }

    /// The member for one reading of the CPU.
    private static func reading(total: Int, system: Int, online: Int? = nil, perCPU: Int? = nil) -> String {
        let counters =
            perCPU.map { ",\"percpu_usage\":[\(Array(repeating: "1", count: $0).joined(separator: ","))]" } ?? ""
        let cpus = online.map { ",\"online_cpus\":\($0)" } ?? ""
        return "{\"cpu_usage\":{\"total_usage\":\(total)\(counters)},\"system_cpu_usage\":\(system)\(cpus)}"
    }

    @Test(
        "CPU: share of the system's time, times the CPUs",
        arguments: [
            (reading(total: 200, system: 2_000, online: 2), reading(total: 100, system: 1_000), 20),
            (reading(total: 600, system: 2_000, online: 4), reading(total: 100, system: 1_000), 200),
            (reading(total: 200, system: 2_000, perCPU: 8), reading(total: 100, system: 1_000), 80),
            (reading(total: 200, system: 2_000, online: 0, perCPU: 3), reading(total: 100, system: 1_000), 30),
            (reading(total: 100, system: 2_000, online: 2), reading(total: 100, system: 1_000), 0),
            (reading(total: 50, system: 2_000, online: 2), reading(total: 100, system: 1_000), 0),
            (
                reading(total: 250_000_000_000_000_001, system: 900_000_000_000_000_000, online: 1),
                reading(total: 200_000_000_000_000_001, system: 800_000_000_000_000_000), 50
            ),
            (reading(total: 200, system: 1_000, online: 2), reading(total: 100, system: 1_000), nil),
            (reading(total: 200, system: 900, online: 2), reading(total: 100, system: 1_000), nil),
            (reading(total: 200, system: 2_000, online: 2), "{}", nil),
            (reading(total: 200, system: 2_000, online: 2), reading(total: 0, system: 0), nil),
            ("{}", reading(total: 100, system: 1_000), nil),
            (reading(total: 200, system: 2_000), reading(total: 100, system: 1_000), nil),
            (reading(total: 200, system: 2_000, online: 2), "{\"cpu_usage\":{\"total_usage\":0}}", nil),
            ("null", "null", nil),
        ] as [(String, String, Double?)])
    func cpuPercent(now: String, before: String, percent: Double?) throws {
        let shown = try cpu(now, before: before)
        #expect((shown == nil) == (percent == nil))
        #expect(abs((shown ?? 0) - (percent ?? 0)) < 1e-9)
    }

    @Test(
        "Memory: use without the cache that can be taken back, by cgroup v1 and v2",
        arguments: [
            (#"{"usage":1000,"limit":4000,"stats":{"total_inactive_file":300}}"#, 700, 17.5),
            (#"{"usage":1000,"limit":4000,"stats":{"inactive_file":250}}"#, 750, 18.75),
            (#"{"usage":1000,"limit":4000,"stats":{"total_inactive_file":300,"inactive_file":100}}"#, 700, 17.5),
            (#"{"usage":1000,"limit":4000,"stats":{"inactive_file":2000}}"#, 1_000, 25),
            (#"{"usage":1000,"limit":4000,"stats":{"total_inactive_file":1000}}"#, 1_000, 25),
            (#"{"usage":1000,"limit":4000,"stats":{"total_inactive_file":1000,"inactive_file":400}}"#, 600, 15),
            (#"{"usage":1000,"limit":4000,"stats":{"cache":900,"anon":5}}"#, 1_000, 25),
            (#"{"usage":1000,"limit":4000}"#, 1_000, 25), (#"{"usage":1000,"limit":4000,"stats":null}"#, 1_000, 25),
            (#"{"usage":1000}"#, 1_000, nil),
            (#"{"usage":1000,"limit":0}"#, 1_000, nil), (#"{"usage":1000,"limit":18446744073709551615}"#, 1_000, nil),
            (#"{"usage":0,"limit":4000}"#, 0, 0), (#"{"limit":4000}"#, nil, nil), ("{}", nil, nil), ("null", nil, nil),
        ] as [(String, Int?, Double?)])
    func memory(text: String, bytes: Int?, percent: Double?) throws {
        let reading = try sample("{\"memory_stats\":\(text)}")
        #expect(reading.memoryBytes == bytes)
        #expect(reading.memoryPercent == percent)
    }

    @Test("Traffic is summed over networks, block devices by direction")
    func traffic() throws {
        let reading = try sample(
            #"{"networks":{"eth0":{"rx_bytes":10,"tx_bytes":1},"eth1":{"rx_bytes":20,"tx_bytes":2}},"blkio_stats":{"io_service_bytes_recursive":["#
                + #"{"op":"Read","value":5},{"op":"write","value":7},{"op":"read","value":100},{"op":"Sync","value":9},{"op":"Total","value":99},{"op":"","value":3},{"value":4}]},"pids_stats":{"current":12}}"#
        )
        #expect((reading.networkReceivedBytes, reading.networkSentBytes) == (30, 3))
        #expect((reading.blockReadBytes, reading.blockWrittenBytes) == (105, 7))
        #expect(reading.pids == 12)
    }

    @Test(
        "What an engine leaves out is unknown, and not zero",
        arguments: [
            "{}", #"{"networks":null,"blkio_stats":null,"pids_stats":{},"read":"0001-01-01T00:00:00Z"}"#,
            #"{"blkio_stats":{"io_service_bytes_recursive":null}}"#,
        ])
    func unknown(text: String) throws {
        let reading = try sample(text)
        #expect(
            [
                reading.networkReceivedBytes, reading.networkSentBytes, reading.blockReadBytes,
                reading.blockWrittenBytes, reading.pids, reading.onlineCPUs,
            ] == [nil, nil, nil, nil, nil, nil])
        #expect(reading.readAt == nil)
    }

    @Test("Counts beyond 64 bits and below zero overflow nothing")
    func hostileCounts() throws {
        let reading = try sample(
            #"{"networks":{"a":{"rx_bytes":9223372036854775807},"b":{"rx_bytes":9223372036854775807,"tx_bytes":-5}},"cpu_stats":{"cpu_usage":{"total_usage":1e308},"system_cpu_usage":1e308,"online_cpus":9223372036854775807},"#
                + #""precpu_stats":{"cpu_usage":{"total_usage":-1e308},"system_cpu_usage":1}}"#)
        #expect((reading.networkReceivedBytes ?? -1) >= 0)
        #expect(reading.networkSentBytes == 0)
        #expect(reading.cpuPercent?.isFinite ?? true)
    }

    @Test("Recorded: cgroup v1 of Docker 20.10, two samples and one")
    func docker() throws {
        let reading = try sample(try Fixture.text("engine/20.10.24/stats-web.json"))
        #expect(reading.readAt == Timestamp(rfc3339: "2026-11-27T10:14:01.92154592Z"))
        #expect((reading.cpuPercent, reading.onlineCPUs) == (0, 2))
        #expect((reading.memoryBytes, reading.memoryLimitBytes) == (466_944, 25_276_514_304))
        #expect((reading.networkReceivedBytes, reading.networkSentBytes) == (nil, nil))
        #expect((reading.blockReadBytes, reading.blockWrittenBytes, reading.pids) == (0, 0, 2))
        #expect(try sample(try Fixture.text("engine/20.10.24/stats-web-one-shot.json")).cpuPercent == nil)
    }

    @Test("Recorded: Podman 4.3 gives one sample")
    func podman() throws {
        let reading = try sample(try Fixture.text("engine/podman-4.3.1/stats-web.json"))
        #expect((reading.cpuPercent, reading.onlineCPUs, reading.memoryBytes, reading.pids) == (nil, 2, 487_424, 2))
        #expect((reading.networkReceivedBytes, reading.networkSentBytes) == (0, 0))
    }
}
