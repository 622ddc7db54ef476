// A container's use of resources, with docker CLI's arithmetic (docker/cli, cli/command/container/stats_helpers.go, as facts).
import JSON

/// One reading of a container's counters, with the reading before it (`GET /containers/{id}/stats?stream=false`).
public struct ResourceSample: Hashable, Sendable {
    /// When the engine read the counters, by its clock; nil when the container does not run.
    public let readAt: Timestamp?
    /// Percent of one CPU: 250 is two and a half busy; nil without an earlier reading to subtract.
    public let cpuPercent: Double?
    /// CPUs that the container can run on.
    public let onlineCPUs: Int?
    /// Percent of the scheduler's periods between the readings in which the container had used up its share; nil without a limit on CPUs.
    public let throttledPercent: Double?
    /// Memory in use without the page cache that the kernel can take back.
    public let memoryBytes: Int?
    /// What it may use at most: its limit or the machine's memory.
    public let memoryLimitBytes: Int?
    /// Received on all networks since the start; nil without a network.
    public let networkReceivedBytes: Int?
    /// Sent on all networks since the start; nil without a network.
    public let networkSentBytes: Int?
    /// Read from block devices since the start.
    public let blockReadBytes: Int?
    /// Written to block devices since the start.
    public let blockWrittenBytes: Int?
    /// Processes and threads.
    public let pids: Int?

    init(_ json: JSON) throws(ReplyError) {
        guard json.object != nil else { throw ReplyError("the stats should be an object") }
        readAt = json.time("read")
        let cpu = json["cpu_stats"] ?? [:]
        onlineCPUs = Self.onlineCPUs(cpu)
        cpuPercent = Self.cpuPercent(cpu, before: json["precpu_stats"] ?? [:])
        throttledPercent = Self.throttledPercent(cpu, before: json["precpu_stats"] ?? [:])
        let memory = json["memory_stats"] ?? [:]
        memoryBytes = Self.memory(memory)
        memoryLimitBytes = memory.count("limit").flatMap { $0 == 0 ? nil : $0 }
        let networks = json["networks"]?.object
        networkReceivedBytes = networks.map { Self.sum($0, "rx_bytes") }
        networkSentBytes = networks.map { Self.sum($0, "tx_bytes") }
        let blocks = json["blkio_stats"]?["io_service_bytes_recursive"]?.array
        blockReadBytes = blocks.map { Self.sum($0, operation: "r") }
        blockWrittenBytes = blocks.map { Self.sum($0, operation: "w") }
        pids = json["pids_stats"]?.count("current")
    }

    /// Share of the limit in use; nil when either is unknown.
    public var memoryPercent: Double? {
        guard let memoryBytes, let memoryLimitBytes else { return nil }
        return Double(memoryBytes) / Double(memoryLimitBytes) * 100
    }

    private static func onlineCPUs(_ cpu: JSON) -> Int? {
        if let online = cpu.count("online_cpus"), online > 0 { return online }
        // Engines before 1.27 name none: one counter each.
        let counters = cpu["cpu_usage"]?["percpu_usage"]?.array?.count ?? 0
        return counters > 0 ? counters : nil
    }

    /// The container's share of the time that all CPUs had between the readings, times their number.
    private static func cpuPercent(_ now: JSON, before: JSON) -> Double? {
        guard let used = now["cpu_usage"]?["total_usage"]?.double,
            let usedBefore = before["cpu_usage"]?["total_usage"]?.double,
            let system = now["system_cpu_usage"]?.double, let systemBefore = before["system_cpu_usage"]?.double,
            systemBefore > 0, system > systemBefore, let cpus = onlineCPUs(now)
        else { return nil }
        let percent = (used - usedBefore) / (system - systemBefore) * Double(cpus) * 100
        return percent.isFinite ? max(0, percent) : nil
    }

    /// Both counters grow since the start.
    private static func throttledPercent(_ now: JSON, before: JSON) -> Double? {
        guard let periods = now["throttling_data"]?["periods"]?.double,
            let throttled = now["throttling_data"]?["throttled_periods"]?.double
        else { return nil }
        let passed = periods - (before["throttling_data"]?["periods"]?.double ?? 0)
        guard passed > 0 else { return nil }
        let percent = (throttled - (before["throttling_data"]?["throttled_periods"]?.double ?? 0)) / passed * 100
        return percent.isFinite ? min(100, max(0, percent)) : nil
    }

    /// cgroup v1 names the reclaimable cache `total_inactive_file`, v2 `inactive_file`; a cache above the use is not believed.
    private static func memory(_ memory: JSON) -> Int? {
        guard let usage = memory.count("usage") else { return nil }
        let caches = ["total_inactive_file", "inactive_file"].compactMap { memory["stats"]?.count($0) }
        return usage - (caches.first { $0 < usage } ?? 0)
    }

    /// A hostile engine may count beyond 64 bits.
    private static func sum(_ networks: JSONObject, _ key: String) -> Int {
        networks.reduce(0) { $0.addingReportingOverflow($1.value.count(key) ?? 0).partialValue & .max }
    }

    private static func sum(_ blocks: [JSON], operation: String) -> Int {
        blocks.reduce(0) { sum, block in
            guard block.text("op")?.lowercased().hasPrefix(operation) == true else { return sum }
            return sum.addingReportingOverflow(block.count("value") ?? 0).partialValue & .max
        }
    }
}
