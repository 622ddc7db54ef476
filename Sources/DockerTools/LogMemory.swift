// What was read last of a log that is followed, so that it can be read anew after a break without loss and without repeats.
import DockerEngine

/// The last lines that were read of one log.
struct LogMemory: Sendable {
    private struct Mark: Hashable, Sendable {
        let time: Timestamp
        let stream: LogStream
        let hash: Int
    }

    /// The last lines, oldest first.
    private var marks: [Mark] = []
    /// The latest time of a line that is not remembered any more.
    private var forgottenUntil: Timestamp?
    /// Of a log that is read anew, the lines that were seen and have not come again yet.
    private var awaited: [Mark: Int] = [:]
    private var awaitedUntil: Timestamp?

    /// As many lines are remembered, and up to twice as many. Engines write what they stamped later first now and then, but not by so many lines.
    private static let maximumMarks = 1_024

    /// From which moment on the log has to be read; nil for from its beginning, when nothing was read yet.
    ///
    /// The engine's `since` takes lines of that very time too; `isNew` knows which of them were read.
    mutating func since() -> Timestamp? {
        let times = marks.map(\.time)
        guard let first = times.min(), let newest = times.max() else { return nil }
        awaited = [:]
        awaitedUntil = newest
        // What is forgotten is not read again; when there is no other time than that, better twice than never.
        let since = forgottenUntil.map { min(Timestamp(nanoseconds: $0.nanoseconds + 1), newest) } ?? first
        for mark in marks where mark.time >= since { awaited[mark, default: 0] += 1 }
        return since
    }

    /// Whether `line` was not read before the break; it counts as read from now on.
    mutating func isNew(_ line: LogLine) -> Bool {
        guard let time = line.time else { return true }
        var hasher = Hasher()
        line.bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        let mark = Mark(time: time, stream: line.stream, hash: hasher.finalize())
        if let until = awaitedUntil {
            if let count = awaited[mark] {
                awaited[mark] = count > 1 ? count - 1 : nil
                return false
            }
            if time > until, awaited.isEmpty { awaitedUntil = nil }
        }
        marks.append(mark)
        // Seldom, so that it costs little.
        if marks.count >= 2 * Self.maximumMarks {
            forgottenUntil = ([forgottenUntil].compactMap(\.self) + marks.prefix(Self.maximumMarks).map(\.time)).max()
            marks.removeFirst(Self.maximumMarks)
        }
        return true
    }
}
