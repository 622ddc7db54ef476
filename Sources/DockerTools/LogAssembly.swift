// Puts the chunks of one log together, and keeps the newest lines that are wanted, in fixed memory.
import DockerEngine
import DockerSources

/// Makes lines of chunks, multiplexed or raw.
struct LogChunks {
    let isTerminal: Bool
    private var frames = LogFrames()
    private var parts = LogLines()
    /// Entries of the log that were read to their end; a line that is too long for one has several.
    private(set) var entries = 0

    init(isTerminal: Bool) { self.isTerminal = isTerminal }

    /// Whether the log may end here.
    var isWhole: Bool { isTerminal || frames.isBetweenFrames }

    /// The lines that end within `chunk`. Throws when something is no frame; `lines` has those before it.
    mutating func add(_ chunk: [UInt8], to lines: inout [LogLine]) throws(ReplyError) {
        let before = lines.count
        if isTerminal {
            parts.addRaw(chunk[...]) { lines.append($0) }
            entries += lines.count - before
        } else {
            // Taken out and put back: two parts of one value can't be changed at once.
            var (parts, entries) = (parts, entries)
            defer { (self.parts, self.entries) = (parts, entries) }
            try frames.read(chunk) { stream, piece, endsFrame in
                parts.add(piece, of: stream, endsFrame: endsFrame) { lines.append($0) }
                entries += endsFrame ? 1 : 0
            }
        }
    }

    /// The last lines, which may lack their end.
    mutating func finish(_ lines: inout [LogLine]) {
        parts.finish(isTerminal: isTerminal) { lines.append($0) }
    }
}

/// The newest lines of one log before a place in it.
struct LogAssembly {
    private var chunks: LogChunks
    private var order = LogOrder()
    private var parting: LogParting
    private var sieve: LineSieve
    private let maximumBytes: Int
    private var bytes = 0
    /// The lines that were looked at last.
    private(set) var window: LogWindow
    private(set) var lines: [ShownLine] = []
    /// The number of the newest line that was dropped because there were too many bytes.
    private(set) var droppedThrough: Int?
    /// Why the log ended early.
    var endedBy: SourceError?

    init(isTerminal: Bool, sieve: LineSieve, end: LogPlace?, count: Int, maximumBytes: Int) {
        chunks = LogChunks(isTerminal: isTerminal)
        parting = LogParting(end)
        window = LogWindow(of: count, before: end)
        self.sieve = sieve
        self.maximumBytes = maximumBytes
    }

    /// Entries of the log that were read.
    var entries: Int { chunks.entries }
    /// Lines before the place.
    var found: Int { sieve.count }
    /// Lines that were looked at, of the streams that are wanted.
    var seen: Int { min(sieve.seen, window.count) }
    var isWhole: Bool { chunks.isWhole }

    mutating func add(_ chunk: [UInt8]) throws(ReplyError) {
        var complete: [LogLine] = []
        // Lines before a broken frame are whole.
        defer { keep(complete.compactMap { order.take($0) }, atMost: 2 * maximumBytes) }
        try chunks.add(chunk, to: &complete)
    }

    mutating func finish() {
        var last: [LogLine] = []
        chunks.finish(&last)
        keep(last.compactMap { order.take($0) } + order.finish(), atMost: maximumBytes)
        lines.removeAll { $0.number < window.first }
    }

    /// Drops the oldest down to what is kept in the end, once there are more than `limit`: seldom, so that it costs little.
    private mutating func keep(_ new: [LogLine], atMost limit: Int) {
        for line in new {
            guard let (before, time) = parting.take(line) else {
                window.passOver()
                continue
            }
            window.add(time)
            for wanted in sieve.take(before) {
                lines.append(wanted)
                bytes += Self.cost(of: wanted)
            }
        }
        // As seldom, those before the window: engines may send more lines than they were asked for.
        guard bytes > limit || lines.count > 2 * window.size + 1_024 else { return }
        var count = 0
        while count < lines.count, bytes > maximumBytes || lines[count].number < window.first {
            bytes -= Self.cost(of: lines[count])
            if lines[count].number >= window.first { droppedThrough = lines[count].number }
            count += 1
        }
        lines.removeFirst(count)
    }

    /// An empty line takes memory, too.
    private static func cost(of line: ShownLine) -> Int { line.text.utf8.count + 96 }
}
