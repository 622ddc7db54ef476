// Readings of all sources together: their order, their sums, and how fast their counters grow.
import DockerEngine
import JSON

/// A reading with whose it is.
struct LabelledReading: Sendable {
    let source: String
    let reading: Reading
}

/// By what readings are ordered.
enum ReadingOrder: String, Sendable, CaseIterable {
    case cpu, memory, network, block, pids, name

    static let words = allCases.map(\.rawValue)

    /// The most first, those without a number last; of one value by name.
    func sorted(_ rows: [LabelledReading]) -> [LabelledReading] {
        rows.enumerated().sorted { left, right in
            let (one, other) = (left.element.reading, right.element.reading)
            let (most, least) = (value(of: one.sample), value(of: other.sample))
            if most != least { return most > least }
            if one.container.name != other.container.name { return one.container.name < other.container.name }
            return left.offset < right.offset
        }.map(\.element)
    }

    private func value(of sample: ResourceSample) -> Double {
        switch self {
        case .cpu: sample.cpuPercent ?? -1
        case .memory: sample.memoryBytes.map(Double.init) ?? -1
        case .network: Double(sample.networkReceivedBytes ?? -1) + Double(sample.networkSentBytes ?? 0)
        case .block: Double(sample.blockReadBytes ?? -1) + Double(sample.blockWrittenBytes ?? 0)
        case .pids: sample.pids.map(Double.init) ?? -1
        case .name: 0
        }
    }
}

/// What the containers of a source, or of a compose project on all sources, use together.
struct ReadingSum: Sendable {
    let source: String?
    let project: String?
    private(set) var containers = 0
    private(set) var cpuPercent = 0.0
    private(set) var memoryBytes = 0
    private(set) var pids = 0

    /// One for each source, then one for each project, in the order of their first rows.
    static func all(of rows: [LabelledReading]) -> [ReadingSum] {
        var sums: [ReadingSum] = []
        var places: [String: Int] = [:]
        func add(_ reading: Reading, source: String?, project: String?) {
            let key = source.map { "source \($0)" } ?? "project \(project ?? "")"
            let place = places[key] ?? sums.endIndex
            if place == sums.endIndex {
                places[key] = place
                sums.append(ReadingSum(source: source, project: project))
            }
            sums[place].add(reading.sample)
        }
        for row in rows { add(row.reading, source: row.source, project: nil) }
        for row in rows where row.reading.container.project != nil {
            add(row.reading, source: nil, project: row.reading.container.project)
        }
        return sums
    }

    private init(source: String?, project: String?) {
        self.source = source
        self.project = project
    }

    private mutating func add(_ sample: ResourceSample) {
        containers += 1
        cpuPercent += sample.cpuPercent ?? 0
        memoryBytes = memoryBytes.clampedSum(sample.memoryBytes ?? 0)
        pids = pids.clampedSum(sample.pids ?? 0)
    }

    var json: JSONObject {
        var row = JSONObject()
        row["source"] = source.map { .string($0) }
        row.set("project", text: project)
        row.set("containers", containers)
        row.set("cpu_percent", cpuPercent)
        row.set("memory_bytes", memoryBytes)
        row.set("pids", pids)
        return row
    }
}

/// Bytes a second between two samples.
struct TrafficRates: Sendable {
    private let perSecond: [(name: String, value: Double)]

    /// Nil when no time passed. A counter that fell, as after a restart, has no rate.
    init?(from earlier: ResourceSample, to later: ResourceSample) {
        guard let start = earlier.readAt, let end = later.readAt, end > start else { return nil }
        let seconds = Double(end.nanoseconds - start.nanoseconds) / 1e9
        let counters: [(String, Int?, Int?)] = [
            ("network_rx_bytes_per_s", earlier.networkReceivedBytes, later.networkReceivedBytes),
            ("network_tx_bytes_per_s", earlier.networkSentBytes, later.networkSentBytes),
            ("block_read_bytes_per_s", earlier.blockReadBytes, later.blockReadBytes),
            ("block_write_bytes_per_s", earlier.blockWrittenBytes, later.blockWrittenBytes),
        ]
        perSecond = counters.compactMap { name, before, after in
            guard let before, let after, after >= before else { return nil }
            return (name, Double(after - before) / seconds)
        }
    }

    func set(in row: inout JSONObject) {
        for (name, value) in perSecond { row.set(name, value) }
    }
}
