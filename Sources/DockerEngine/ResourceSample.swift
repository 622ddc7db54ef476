// A container's use of resources, with docker CLI's arithmetic (docker/cli, cli/command/container/stats_helpers.go, as facts).
import JSON

/// One reading of a container's counters, with the reading before it (`GET /containers/{id}/stats?stream=false`).
public struct ResourceSample: Hashable, Sendable {
    /// When the engine read the counters, by its clock; nil when the container does not run.
    public let readAt: Timestamp?
    /// Percent of one CPU: 250 is two and a half busy; nil without an earlier reading to subtract.
    public private(set) var cpuPercent: Double?
    /// CPU time until then; nil when the engine does not tell.
    public let counters: CPUCounters?
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
        counters = CPUCounters(cpu)
        if let counters, let before = CPUCounters(json["precpu_stats"] ?? [:]), let onlineCPUs {
            cpuPercent = counters.percent(since: before, of: onlineCPUs)
        }
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

    /// The same, its share of CPU counted from `earlier`, a sample of the same container, where it has none of its own.
    ///
    /// The engine samples once a second: asked again sooner it repeats itself, and then the earlier share still holds. After a restart
    /// the counters begin anew, and nothing can be said.
    public func measured(since earlier: ResourceSample) -> ResourceSample {
        guard cpuPercent == nil, let counters, let before = earlier.counters, let onlineCPUs,
            counters.used >= before.used
        else { return self }
        var sample = self
        sample.cpuPercent =
            counters == before ? earlier.cpuPercent : counters.percent(since: before, of: onlineCPUs)
        return sample
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

/// CPU time that was used until a moment, by a container and by the whole machine.
public struct CPUCounters: Hashable, Sendable {
    /// Nanoseconds that the container used.
    public let used: Double
    /// Nanoseconds that all CPUs had, idle ones too.
    public let system: Double

    init?(_ cpu: JSON) {
        guard let used = cpu["cpu_usage"]?["total_usage"]?.double, let system = cpu["system_cpu_usage"]?.double,
            system > 0
        else { return nil }
        self.used = used
        self.system = system
    }

    /// The container's share of the time that all CPUs had since `earlier`, times their number; nil when no time passed, or the
    /// container began anew.
    func percent(since earlier: CPUCounters, of cpus: Int) -> Double? {
        guard system > earlier.system else { return nil }
        let percent = (used - earlier.used) / (system - earlier.system) * Double(cpus) * 100
        return percent.isFinite ? max(0, percent) : nil
    }
}
