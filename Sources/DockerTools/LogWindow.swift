// Which lines of a container's log one answer looks at, and where the answer after it goes on.
import DockerEngine

/// A place in a container's log that stays where it is while lines are added: told by a time and by how many lines of that very time
/// come after the place. A line without a time has that of the line before, and none has an earlier one.
struct LogPlace: Hashable, Sendable {
    let nanoseconds: Int64
    let following: Int
    /// Lines from here to the end of the log when it was read: how far back to look for the place.
    let depth: Int
}

/// Puts the lines of a log that has two streams in the order of their times. Engines stamp each stream by itself, and write what they
/// stamped later first now and then; a line that came in several entries has the time of its first. A stream's own order stays.
struct LogOrder {
    /// How many lines later a line may come.
    static let reach = 64
    private var lines: [LogLine] = []

    /// The line whose turn it is.
    mutating func take(_ line: LogLine) -> LogLine? {
        guard line.stream != .tty else { return line }
        var index = lines.count
        if let time = line.time {
            while index > 0, lines[index - 1].stream != line.stream, let other = lines[index - 1].time, other > time {
                index -= 1
            }
        }
        lines.insert(line, at: index)
        return lines.count > Self.reach ? lines.removeFirst() : nil
    }

    /// The last lines.
    mutating func finish() -> [LogLine] {
        defer { lines = [] }
        return lines
    }
}

/// Parts the lines of a log at a place.
struct LogParting {
    private let place: LogPlace?
    private var time = Int64.min
    /// The last lines of the place's own time, as many as come after it: a ring.
    private var following: [LogLine] = []
    private var next = 0
    private var bytes = 0

    /// Bytes of lines that are waited with. What is more, of one single time, may be shown a second time.
    private static let maximumBytes = 16 << 20

    init(_ place: LogPlace?) { self.place = place }

    /// A line that is now known to lie before the place, and its time; nil when none is.
    mutating func take(_ line: LogLine) -> (line: LogLine, time: Int64)? {
        time = max(time, line.time?.nanoseconds ?? time)
        guard let place, time >= place.nanoseconds else { return (line, time) }
        guard time == place.nanoseconds else { return nil }
        guard place.following > 0 else { return (line, time) }
        bytes += line.bytes.count
        if following.isEmpty || (following.count < place.following && bytes <= Self.maximumBytes) {
            following.append(line)
            return nil
        }
        let before = following[next]
        following[next] = line
        next = (next + 1) % following.count
        bytes -= before.bytes.count
        return (before, time)
    }
}

/// The lines that an answer looks at, by their numbers in what was read.
struct LogWindow: Sendable {
    /// The number of the first line.
    private(set) var first = 0
    /// Lines of the log that were read after the window.
    private(set) var after = 0
    /// Whether the log goes on before what was read.
    var hasMore = false
    private let place: LogPlace?
    /// As many lines are looked at, the last.
    let size: Int
    private var times: [Int64] = []
    private var start = 0

    init(of size: Int, before place: LogPlace?) {
        self.size = size
        self.place = place
    }

    /// Lines in the window.
    var count: Int { times.count - start }

    mutating func add(_ time: Int64) {
        times.append(time)
        guard count > size else { return }
        start += 1
        first += 1
        // Seldom, so that it costs little.
        if start > size + 1_024 {
            times.removeFirst(start)
            start = 0
        }
    }

    mutating func passOver() { after += 1 }

    /// Where an answer goes on that ends before line `number`; nil when nothing lies before it.
    func place(before number: Int) -> LogPlace? {
        let index = number - first
        guard index > 0 || first > 0 || hasMore, index >= 0, index <= count, count > 0 else { return nil }
        let end = index == count
        let time = end ? times[times.count - 1] : times[start + index]
        guard time != .min else { return nil }
        // Of the lines of that time those in the window from the place on, and those that the window itself ends before.
        var following = end ? 0 : times[(start + index)...].prefix { $0 == time }.count
        if start + index + following == times.count, let place, place.nanoseconds == time {
            following += place.following
        }
        return LogPlace(nanoseconds: time, following: following, depth: after + count - index)
    }
}
