// Which lines of one container's log are kept: by pattern and level, with lines of context around them, in fixed memory.
import DockerEngine
import SafeText

/// What lines have to have.
struct LineFilter: Sendable {
    var pattern: LinePattern?
    /// Keeps the lines that the pattern is not found in.
    var isInverted = false
    /// Lines of context before and after each that is kept.
    var context = 0
    var leastLevel: LineLevel?

    var keepsAll: Bool { pattern == nil && leastLevel == nil }
}

/// A line as it is shown: cleaned, masked, and with its level.
struct ShownLine: Sendable {
    let time: Timestamp?
    let stream: LogStream
    let text: String
    let level: LineLevel?
    let isCut: Bool
}

/// Takes one container's lines in turn, and hands on those that are wanted.
struct LineSieve {
    private let filter: LineFilter
    private var masks: [LogStream: SecretLines] = [:]
    private var levels: [LogStream: LineLevel] = [:]
    private var before: [ShownLine] = []
    private var after = 0
    /// Lines that were looked at.
    private(set) var seen = 0

    init(_ filter: LineFilter) { self.filter = filter }

    /// What `line` makes of it: nothing, the line, or the line with those before it. A private key goes on over several lines of its
    /// stream, so each is masked, also those that are left out; and a pattern sees the masked text, so that nobody can search for a secret.
    mutating func take(_ line: LogLine) -> [ShownLine] {
        seen += 1
        let text = masks[line.stream, default: SecretLines()].masked(
            SafeText.line(String(decoding: line.bytes, as: UTF8.self)))
        var level = LineLevel(of: text)
        if level == nil, LineLevel.continues(text) { level = levels[line.stream] }
        levels[line.stream] = level
        let shown = ShownLine(time: line.time, stream: line.stream, text: text, level: level, isCut: line.isCut)
        guard !filter.keepsAll else { return [shown] }
        if keeps(shown) {
            defer { before.removeAll(keepingCapacity: true) }
            after = filter.context
            return before + [shown]
        }
        if after > 0 {
            after -= 1
            return [shown]
        }
        guard filter.context > 0 else { return [] }
        before.append(shown)
        if before.count > filter.context { before.removeFirst() }
        return []
    }

    private func keeps(_ line: ShownLine) -> Bool {
        if let least = filter.leastLevel {
            guard let level = line.level, level >= least else { return false }
        }
        return filter.pattern.map { $0.matches(line.text) != filter.isInverted } ?? true
    }
}
