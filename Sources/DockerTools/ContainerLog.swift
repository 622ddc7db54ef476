// Reads one container's log to its end, through a bounded buffer.
import DockerEngine
import DockerSources

/// The lines of one container's log that are wanted.
struct ContainerLog: Sendable {
    var lines: [ShownLine] = []
    /// Lines that were looked at.
    var seen = 0
    /// Whether lines are missing because there were too many bytes.
    var isCut = false
    /// Why the log ended early; the lines before are whole.
    var endedBy: SourceError?

    /// Bytes of text that are kept of one container's log: the newest, as `tail` asks for.
    static let maximumBytes = 16 << 20

    /// What came until the end of the log, the source's deadline, or a failure. Throws when nothing came.
    init(
        of container: ContainerDetails, _ selection: LogSelection, filter: LineFilter = LineFilter(),
        maximumBytes: Int = Self.maximumBytes, from source: any Source
    ) async throws(SourceError) {
        let stream = try await source.stream(.logs(of: try source.reference(to: container.id), selection))
        var assembly = LogAssembly(
            isTerminal: container.hasTerminal, sieve: LineSieve(filter), maximumBytes: maximumBytes)
        do throws(SourceError) {
            while let chunk = try await stream.next() {
                do throws(ReplyError) { try assembly.add(chunk) } catch {
                    throw SourceError(
                        .replyMalformed, "\(source.label.place): \(error.reason).",
                        hint: "The engine, or a proxy before it, sent a broken log: look at its own log, and ask again."
                    )
                }
            }
            if !assembly.isWhole {
                throw SourceError(
                    .replyMalformed,
                    "\(source.label.place): the log ended within a line.",
                    hint: "Look at the engine's own log, and ask again.")
            }
        } catch {
            guard assembly.seen > 0 else { throw error }
            // The only one who cancels and still wants the lines is the deadline.
            endedBy = error.code == .cancelled ? .deadlineExceeded(at: source.label, limit: source.limits.total) : error
        }
        assembly.finish()
        isCut = assembly.hasDropped
        lines = assembly.lines
        seen = assembly.seen
    }
}

/// Puts the chunks of one log together, multiplexed or raw, and keeps the newest lines that are wanted.
private struct LogAssembly {
    let isTerminal: Bool
    let maximumBytes: Int
    private var sieve: LineSieve
    private(set) var lines: [ShownLine] = []
    private(set) var hasDropped = false
    private var bytes = 0
    private var frames = LogFrames()
    private var parts = LogLines()

    init(isTerminal: Bool, sieve: LineSieve, maximumBytes: Int) {
        self.isTerminal = isTerminal
        self.sieve = sieve
        self.maximumBytes = maximumBytes
    }

    var seen: Int { sieve.seen }

    var isWhole: Bool { isTerminal || frames.isBetweenFrames }

    mutating func add(_ chunk: [UInt8]) throws(ReplyError) {
        var complete: [LogLine] = []
        // Lines before a broken frame are whole.
        defer { keep(complete, atMost: 2 * maximumBytes) }
        if isTerminal {
            parts.addRaw(chunk[...]) { complete.append($0) }
        } else {
            var parts = parts
            try frames.read(chunk) { stream, piece, endsFrame in
                parts.add(piece, of: stream, endsFrame: endsFrame) { complete.append($0) }
            }
            self.parts = parts
        }
    }

    mutating func finish() {
        var last: [LogLine] = []
        parts.finish(isTerminal: isTerminal) { last.append($0) }
        keep(last, atMost: maximumBytes)
    }

    /// Drops the oldest down to what is kept in the end, once there are more than `limit`: seldom, so that it costs little.
    private mutating func keep(_ new: [LogLine], atMost limit: Int) {
        for line in new {
            for wanted in sieve.take(line) {
                lines.append(wanted)
                bytes += Self.cost(of: wanted)
            }
        }
        guard bytes > limit else { return }
        var count = 0
        while bytes > maximumBytes, count < lines.count {
            bytes -= Self.cost(of: lines[count])
            count += 1
        }
        lines.removeFirst(count)
        hasDropped = true
    }

    /// An empty line takes memory, too.
    private static func cost(of line: ShownLine) -> Int { line.text.utf8.count + 96 }
}
