// Which lines of one container's log are kept: by stream, pattern and level, with lines of context around them, in fixed memory.
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
    /// The stream that is left out.
    var without: LogStream?

    /// Whether every line of the streams that are wanted is kept.
    var keepsAll: Bool { pattern == nil && leastLevel == nil }
}

/// A line as it is shown: cleaned, masked, and with its level.
struct ShownLine: Sendable {
    /// Its place among the lines that were read of this container, from 0 on.
    let number: Int
    let time: Timestamp?
    let stream: LogStream
    let text: String
    let level: LineLevel?
    let isCut: Bool
    /// Whether it belongs to the same record as the line before it on its stream, such as a line of a stack trace.
    let goesOn: Bool
}

/// Takes one container's lines in turn, and hands on those that are wanted.
struct LineSieve {
    private let filter: LineFilter
    private var streams = [StreamState](repeating: StreamState(), count: 3)
    /// Lines that may still be wanted: as context, or because their record turns out to be.
    private var waiting: [Waiting] = []
    private var after = 0
    private var records = 0
    /// Lines that were taken, those of streams that are not wanted too.
    private(set) var count = 0
    /// Lines that were looked at.
    private(set) var seen = 0

    /// The most lines of records that are waited with.
    private static let maximumWaiting = 400

    init(_ filter: LineFilter) { self.filter = filter }

    /// What `line` makes of it: nothing, the line, or the line with those before it. A pattern sees the masked text, so that nobody can
    /// search for a secret.
    ///
    /// A record is kept whole when one of its lines is found; only inverted, where no line may have the pattern, each stands for itself.
    /// With two streams, lines of a record may come after later ones of the other stream: their numbers tell.
    mutating func take(_ line: LogLine) -> [ShownLine] {
        defer { count += 1 }
        guard line.stream != filter.without else { return [] }
        seen += 1
        let stream = line.stream.place
        let shown = streams[stream].shown(line, number: count)
        guard !filter.keepsAll else { return [shown] }
        if !shown.goesOn || filter.isInverted { streams[stream].begin(&records) }
        if streams[stream].isWanted || keeps(shown) {
            streams[stream].isWanted = true
            after = filter.context
            return withdraw(streams[stream].record) + [shown]
        }
        if after > 0 {
            after -= 1
            return [shown]
        }
        wait(shown, streams[stream].record)
        return []
    }

    private func keeps(_ line: ShownLine) -> Bool {
        if let least = filter.leastLevel {
            guard let level = line.level, level >= least else { return false }
        }
        return filter.pattern.map { $0.matches(line.text) != filter.isInverted } ?? true
    }

    /// The lines before the one that was found: those of its record, and of context before that.
    private mutating func withdraw(_ record: Int) -> [ShownLine] {
        guard !waiting.isEmpty else { return [] }
        let head = waiting.first { $0.record == record }?.place ?? seen
        let wanted = waiting.filter { $0.record == record || (head - filter.context..<head).contains($0.place) }
        waiting.removeAll { $0.place < head || $0.record == record }
        return wanted.map(\.line)
    }

    private mutating func wait(_ line: ShownLine, _ record: Int) {
        waiting.append(Waiting(line: line, record: record, place: seen))
        // Everything from the context of the first record on that is still open; `line` itself is of one.
        let head = waiting.first { line in streams.contains { $0.record == line.record } }?.place ?? seen
        while let first = waiting.first,
            first.place + filter.context < head || waiting.count > filter.context + Self.maximumWaiting
        {
            waiting.removeFirst()
        }
    }
}

private struct Waiting {
    let line: ShownLine
    let record: Int
    /// Its place among the lines that were looked at.
    let place: Int
}

/// What has to be remembered of the lines before on the same stream.
private struct StreamState {
    private var masks = SecretLines()
    private var reader = LogRecordReader()
    private var level: LineLevel?
    /// Which record is open; 0 for none.
    private(set) var record = 0
    /// Whether that record is kept.
    var isWanted = false

    /// The line, cleaned and masked. A private key goes on over several lines, so each is masked, also those that are left out.
    mutating func shown(_ line: LogLine, number: Int) -> ShownLine {
        let text = masks.masked(SafeText.line(String(decoding: line.bytes, as: UTF8.self)))
        let goesOn = reader.goesOn(text, at: line.time)
        let own = LineLevel(of: text)
        // What a trace tells in its further lines is not how grave it is.
        if !goesOn || level == nil { level = own }
        return ShownLine(
            number: number, time: line.time, stream: line.stream, text: text, level: goesOn ? level : own,
            isCut: line.isCut, goesOn: goesOn)
    }

    /// Opens the next record, which gets the next number.
    mutating func begin(_ records: inout Int) {
        records += 1
        (record, isWanted) = (records, false)
    }
}

extension LogStream {
    /// Its place among the streams.
    fileprivate var place: Int {
        switch self {
        case .stdout: 0
        case .stderr: 1
        case .tty: 2
        }
    }
}
