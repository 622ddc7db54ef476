// Merges the logs of containers by time, and cuts the merged lines to what one answer shows.
import DockerEngine
import JSON

/// A line with whose it is.
struct LabelledLine: Sendable {
    /// The place of the container among those of the answer.
    let order: Int
    let source: String
    let container: String
    let line: ShownLine
    /// The line's own time, or that of a line before when it has none or an earlier one, or goes on with that line's record.
    let orderTime: Int64
    /// How many equal lines this one stands for, and the last of them.
    var count = 1
    var last: ShownLine

    /// A container's lines in their order, which the engine's times may not have.
    static func lines(of log: LogTargets.Log, order: Int) -> [LabelledLine] {
        var time = Int64.min
        return log.log.lines.sorted { $0.number < $1.number }.map { line in
            if !line.goesOn, let own = line.time { time = max(time, own.nanoseconds) }
            return LabelledLine(
                order: order, source: log.source, container: log.name, line: line, orderTime: time, last: line)
        }
    }

    static func isEarlier(_ left: LabelledLine, _ right: LabelledLine) -> Bool { LogTurn(left) < LogTurn(right) }

    func json(showsTimes: Bool) -> JSONObject {
        var json: JSONObject = ["source": .string(source), "container": .string(container)]
        if showsTimes { json.set("time", line.time) }
        json["stream"] = .string(line.stream.rawValue)
        json["level"] = line.level.map { .string($0.word) }
        json["text"] = .string(line.text)
        if count > 1 {
            json.set("repeated", count)
            if showsTimes { json.set("last_time", last.time) }
        }
        return json
    }

    /// The line for reading, whose it is before its text; nil for not.
    func display(showsTimes: Bool, label: String?) -> String {
        var text = ""
        text.reserveCapacity(line.text.utf8.count + 64)
        if showsTimes, let time = line.time { text += time.rfc3339 + " " }
        if let label { text += label + " " }
        if line.stream == .stderr { text += "stderr " }
        text += line.text
        if count > 1 {
            let until = showsTimes ? last.time.map { " until \($0.rfc3339)" } ?? "" : ""
            text += " (repeated \(count) times\(until))"
        }
        return text
    }

    private func isRepeated(by other: LabelledLine) -> Bool {
        order == other.order && line.stream == other.line.stream && line.text == other.line.text
    }

    /// Lines of one container that follow each other and say the same as one, where there are at least `minimum`.
    static func folded(_ lines: [LabelledLine], from minimum: Int) -> [LabelledLine] {
        var folded: [LabelledLine] = []
        var rest = lines[...]
        while let first = rest.first {
            let run = rest.prefix(while: first.isRepeated)
            rest = rest.dropFirst(run.count)
            guard run.count >= minimum, let last = run.last else {
                folded += run
                continue
            }
            var one = first
            (one.count, one.last) = (run.reduce(0) { $0 + $1.count }, last.last)
            folded.append(one)
        }
        return folded
    }
}

/// When a line's turn comes: by time; of one time, by source and container; and a container's lines in their order.
struct LogTurn: Comparable {
    private let time: Int64
    private let order: Int
    private let number: Int

    init(_ line: LabelledLine) {
        time = line.orderTime
        order = line.order
        number = line.line.number
    }

    static func < (left: LogTurn, right: LogTurn) -> Bool {
        (left.time, left.order, left.number) < (right.time, right.order, right.number)
    }
}

/// What one answer shows of merged logs: the newest.
struct LogPage {
    private(set) var lines: [LabelledLine] = []
    /// Lines, or lines with their repeats as one, before anything was cut.
    let total: Int
    /// What was cut, in words for programs.
    private(set) var cuts: [String] = []
    /// For each container with lines that are not shown, the number of the newest of these.
    private var hidden: [Int: Int] = [:]

    struct Limits {
        var lines: Int?
        var bytes: Int?
        /// Whether equal lines count as one.
        var folds = false
    }

    init(of logs: [LogTargets.Log], _ limits: Limits) {
        lines = logs.enumerated().flatMap { LabelledLine.lines(of: $1, order: $0) }
        lines.sort(by: LabelledLine.isEarlier)
        if limits.folds { lines = LabelledLine.folded(lines, from: 2) }
        total = lines.count
        if let limit = limits.lines, total > limit {
            hide(total - limit)
            cuts.append("limit \(limit) of \(total): the newest are shown")
        }
        if let limit = limits.bytes { cut(toBytes: limit) }
    }

    private mutating func cut(toBytes limit: Int) {
        var bytes = 0
        // One line is always shown, or no answer would get on.
        let count = max(
            1,
            lines.reversed().prefix { line in
                bytes += line.line.text.utf8.count
                return bytes <= limit
            }.count)
        guard count < lines.count else { return }
        hide(lines.count - count)
        cuts.append("max_bytes \(limit): the newest \(lines.count) of \(total) lines are shown")
    }

    /// Hides the oldest `count` lines, and what is left of a record whose beginning is hidden then, unless that is everything.
    private mutating func hide(_ count: Int) {
        var count = count
        let cut = lines[count]
        if let next = lines[count...].firstIndex(where: { !($0.line.goesOn && $0.order == cut.order) }) { count = next }
        for line in lines.prefix(count) {
            hidden[line.order] = max(hidden[line.order] ?? 0, line.last.number)
        }
        lines.removeFirst(count)
    }

    /// Where the answer after this one goes on in the log of the container in that place; nil when nothing lies before.
    func place(in log: ContainerLog, order: Int) -> LogPlace? {
        log.window.place(before: (hidden[order] ?? log.droppedThrough).map { $0 + 1 } ?? log.window.first)
    }
}
