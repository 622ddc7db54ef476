// docker_stats: what containers use now; without an id, every running container of every source.
import DockerEngine
import DockerSources
import JSON
import SafeText

extension Parameter {
    fileprivate static let anyContainerID = Parameter(
        name: Parameter.containerID.name, kind: Parameter.containerID.kind,
        description: "Name, id, beginning of an id, or SOURCE/NAME. Without it: all running containers of all sources.")
    fileprivate static let sort = Parameter(
        name: "sort", kind: .choice(ReadingOrder.words),
        description: "Order by this, the most first (name: by the alphabet), over all sources together.")
    fileprivate static let top = Parameter(
        name: "top", kind: .integer(1...10_000, standard: nil), description: "Only the first so many rows.")
}

extension DockerTool {
    /// `docker_stats`.
    public static let stats = DockerTool(
        name: "docker_stats", title: "Container resource usage",
        description:
            "Returns CPU, memory, network and disk use of one container, or of all running containers of all sources, with sums for each source and compose project. "
            + "Takes about two seconds the first time: engines measure CPU between two samples.",
        parameters: [.anyContainerID, .source, .maximumMatches, .sort, .top], outputSchema: statsSchema
    ) { arguments, asking throws(CallFailure) in
        let samples = asking.samples
        let order = arguments.text(.sort).flatMap { ReadingOrder(rawValue: $0) }
        let top = arguments.integer(.top)
        if arguments.text(.containerID) != nil {
            let matches = try await asking.containers(arguments)
            let answers = await asking.gather(matches) { source, container throws(SourceError) in
                try await Readings(of: [Measured(container)], from: source, remembering: samples)
            }
            return try statsDocument(answers, asked: matches.reports, order: order, top: top)
        }
        let answers = await asking.gather(from: try asking.sources(arguments)) { source throws(SourceError) in
            let running = try await source.reply(to: .containers(all: false)).map(Measured.init)
            return try await Readings(of: running, from: source, remembering: samples)
        }
        return try statsDocument(answers, asked: answers.map(SourceReport.init), order: order, top: top)
    }

    /// `asked` has every source; `answers` are of those that had something to measure.
    private static func statsDocument(
        _ answers: [Answer<Readings>], asked: [SourceReport], order: ReadingOrder?, top: Int?
    ) throws(CallFailure) -> Document {
        let measured = try [SourceReport](answered: answers)
        let reports = asked.map { report in measured.first { $0.source == report.source } ?? report }
        var rows: [LabelledReading] = []
        var cuts: [String] = []
        for answer in answers {
            guard case .success(let readings) = answer.result else { continue }
            rows += readings.readings.map { LabelledReading(source: answer.source.name, reading: $0) }
            cuts += readings.gaps(of: answer.source.name)
        }
        let heading = rows.isEmpty ? EmptyAnswer.text("running containers", matching: [], on: reports) : nil
        let (total, sums) = (rows.count, ReadingSum.all(of: rows))
        if let order { rows = order.sorted(rows) }
        // Whoever asks for the first few misses nothing.
        if let top { rows = Array(rows.prefix(top)) }
        return Envelope(name: "stats", sources: reports, cuts: cuts, total: total).document(
            "stats", rows.map { $0.reading.json(source: $0.source) }, heading: heading, body: .table(table(rows)),
            more: ["sums": .array(sums.map { .object($0.json) })])
    }

    private static func table(_ rows: [LabelledReading]) -> TextTable {
        var table = TextTable(columns: [
            .init(heading: "SOURCE"), .init(heading: "ID"), .init(heading: "NAME", minimumWidth: 12),
            .init(heading: "CPU"),
            .init(heading: "MEMORY"), .init(heading: "NETWORK IN/OUT", minimumWidth: 8),
            .init(heading: "DISK READ/WRITTEN", minimumWidth: 8),
            .init(heading: "PIDS"),
        ])
        table.rows = rows.map { row in
            let (reading, sample) = (row.reading, row.reading.sample)
            let isRunning = sample.readAt != nil
            return [
                row.source, String(reading.container.id.prefix(12)), SafeText.line(reading.container.name),
                !isRunning ? "not running" : sample.cpuPercent.map(Quantity.percent) ?? "-",
                pair(sample.memoryBytes, sample.memoryLimitBytes, Quantity.binary),
                pair(sample.networkReceivedBytes, sample.networkSentBytes, Quantity.decimal),
                pair(sample.blockReadBytes, sample.blockWrittenBytes, Quantity.decimal),
                sample.pids.map { "\($0)" } ?? "-",
            ]
        }
        return table
    }

    private static func pair(_ left: Int?, _ right: Int?, _ text: (Int) -> String) -> String {
        left == nil && right == nil ? "-" : "\(left.map(text) ?? "-") / \(right.map(text) ?? "-")"
    }
}

/// A container to measure.
struct Measured: Sendable {
    let id: String
    let name: String
    /// The compose project.
    let project: String?

    init(_ container: ContainerSummary) {
        id = container.id
        name = container.shownName
        project = container.labels[Compose.project]
    }

    init(_ container: ContainerDetails) {
        id = container.id
        name = container.shownName
        project = container.labels[Compose.project]
    }
}

/// One container's reading.
struct Reading: Sendable {
    let container: Measured
    let sample: ResourceSample
    /// Since the remembered sample; nil without one.
    var rates: TrafficRates?

    func json(source: String) -> JSONObject {
        var row: JSONObject = ["source": .string(source)]
        row.set("id", text: String(container.id.prefix(12)))
        row.set("name", text: container.name)
        row.set("project", text: container.project)
        row.set("read_at", sample.readAt)
        row.set("cpu_percent", sample.cpuPercent)
        guard sample.readAt != nil else { return row }
        row.set("online_cpus", sample.onlineCPUs)
        row.set("memory_bytes", sample.memoryBytes)
        row.set("memory_limit_bytes", sample.memoryLimitBytes)
        row.set("memory_percent", sample.memoryPercent)
        row.set("network_rx_bytes", sample.networkReceivedBytes)
        row.set("network_tx_bytes", sample.networkSentBytes)
        row.set("block_read_bytes", sample.blockReadBytes)
        row.set("block_write_bytes", sample.blockWrittenBytes)
        row.set("pids", sample.pids)
        row.set("throttled_percent", sample.throttledPercent)
        rates?.set(in: &row)
        return row
    }
}

/// The readings of one source's containers, all asked at once: two seconds in all, not two seconds each.
struct Readings: Sendable {
    var readings: [Reading] = []
    var failures: [(name: String, code: SourceError.Code)] = []

    /// What is missing, for `incomplete_because`: each container by name, or their count when they are many.
    func gaps(of source: String) -> [String] {
        guard failures.count > 8 else { return failures.map { "stats of \(source)/\($0.name): \($0.code.rawValue)" } }
        let counts = failures.reduce(into: [:]) { $0[$1.code.rawValue, default: 0] += 1 }
        return counts.sorted { $0.key < $1.key }.map { "stats of \($0.value) containers of \(source): \($0.key)" }
    }

    /// Questions in flight at one engine.
    private static let width = 128

    /// Throws when every container failed. One that ended meanwhile is left out.
    init(
        of containers: [Measured], from source: any Source, remembering memory: SampleMemory
    ) async throws(SourceError) {
        let name = source.label.name
        let answers = await source.forEach(containers.map(\.id), width: Self.width) { source, id throws(SourceError) in
            let earlier = memory.sample(of: id, on: name)
            return (earlier, try await Self.sample(of: id, from: source, after: earlier))
        }
        var firstFailure: SourceError?
        for (container, answer) in zip(containers, answers) {
            switch answer.result {
            case .success((let earlier, let sample)):
                readings.append(
                    Reading(
                        container: container, sample: sample,
                        rates: earlier.flatMap { TrafficRates(from: $0, to: sample) }))
                memory.remember(sample, of: container.id, on: name)
            case .failure(let error) where error.code != .notFound && error.code != .conflict:
                firstFailure = firstFailure ?? error
                // The only one who cancels and still wants the others' samples is the deadline.
                failures.append(
                    (SafeText.line(container.name), error.code == .cancelled ? .deadlineExceeded : error.code))
            default: continue
            }
        }
        if readings.isEmpty, let firstFailure { throw firstFailure }
    }

    /// One sample where there is an earlier one to subtract and the engine can give just one; else two, which the engine takes a
    /// second apart.
    private static func sample(
        of id: String, from source: any Source, after earlier: ResourceSample?
    ) async throws(SourceError) -> ResourceSample {
        let reference = try source.reference(to: id)
        guard let earlier, let version = source.negotiatedAPI, version >= oneSampleVersion else {
            return try await source.reply(to: .stats(of: reference))
        }
        return try await source.reply(to: .oneSample(of: reference)).measured(since: earlier)
    }

    private static let oneSampleVersion = APIVersion(major: 1, minor: 41)
}
