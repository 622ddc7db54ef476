// Merges logs that come as streams by time, through a queue of fixed size for each.
import DockerEngine

/// The lines of many logs in the order of their times. Whoever reads a log waits while its queue is full; so a log that is far
/// ahead of the others waits for them, and memory stays the same however long the logs are.
actor LogMerger {
    private struct Queue {
        var lines: ArraySlice<LabelledLine> = []
        var bytes = 0
        var isOpen = true
        /// Until when the others wait for more of this log.
        var awaitedUntil: ContinuousClock.Instant?
        var waiter: CheckedContinuation<Void, Never>?
    }

    private var queues: [Int: Queue] = [:]
    private var consumer: CheckedContinuation<Void, Never>?
    private var isFinished = false
    /// Sources that have not said yet which logs they have.
    private var expected: Int
    private let expectedUntil: ContinuousClock.Instant?
    private let isLive: Bool

    /// Bytes of lines that wait in one queue.
    private static let maximumBytes = 256 << 10
    /// The most lines that are handed on at once.
    private static let maximumLines = 1_024
    /// How long the others wait for a log that has just been opened, and for one that has just been heard.
    private static let firstPatience = Duration.milliseconds(500)
    private static let patience = Duration.milliseconds(100)
    /// How often it is looked whether they have waited long enough.
    private static let pulse = Duration.milliseconds(10)

    /// For logs of so many sources. Of logs that are live, one that is silent holds the others up only for a moment.
    init(sources: Int, isLive: Bool) {
        expected = sources
        self.isLive = isLive
        expectedUntil = isLive ? .now + Self.firstPatience : nil
    }

    /// A log begins, or goes on.
    func open(_ order: Int) {
        queues[order, default: Queue()].isOpen = true
        queues[order]?.awaitedUntil = isLive ? .now + Self.firstPatience : nil
    }

    /// A source has opened all its logs.
    func begin() {
        expected -= 1
        wakeConsumer()
    }

    /// Lines of a log in their order. Returns when there is room for more.
    func add(_ lines: [LabelledLine], of order: Int) async {
        guard !lines.isEmpty else { return }
        queues[order, default: Queue()].lines += lines
        queues[order]?.bytes += lines.reduce(0) { $0 + Self.cost(of: $1) }
        queues[order]?.awaitedUntil = isLive ? .now + Self.patience : nil
        wakeConsumer()
        while queues[order]?.bytes ?? 0 > Self.maximumBytes, !isFinished {
            await withCheckedContinuation { queues[order]?.waiter = $0 }
        }
    }

    /// A log has ended for now; nobody waits for it.
    func close(_ order: Int) {
        queues[order]?.isOpen = false
        wakeConsumer()
    }

    /// There will be no more lines of any log.
    func finish() {
        isFinished = true
        for order in queues.keys { resumeWaiter(order) }
        wakeConsumer()
    }

    /// The lines whose turn it is; nil after the last.
    func next() async -> [LabelledLine]? {
        while true {
            let isEmpty = queues.values.allSatisfy(\.lines.isEmpty)
            if isEmpty, isFinished { return nil }
            if !isEmpty, !isAwaiting {
                let lines = take()
                if !lines.isEmpty { return lines }
            } else if isEmpty || !isLive {
                await withCheckedContinuation { consumer = $0 }
            } else {
                try? await Task.sleep(for: Self.pulse)
                if Task.isCancelled { return nil }
            }
        }
    }

    /// Whether some log that has no lines now may still have one that comes first.
    private var isAwaiting: Bool {
        if isFinished { return false }
        let now = ContinuousClock.now
        if expected > 0, expectedUntil.map({ now < $0 }) ?? true { return true }
        return queues.values.contains { queue in
            queue.isOpen && queue.lines.isEmpty && queue.awaitedUntil.map { now < $0 } ?? true
        }
    }

    /// The earliest lines, until one of the logs has no more of them and has to be waited for.
    private func take() -> [LabelledLine] {
        var taken: [LabelledLine] = []
        while taken.count < Self.maximumLines, let (first, second) = earliest() {
            // As many of this log as come before the next line of any other.
            while let line = queues[first]?.lines.first, taken.count < Self.maximumLines,
                second.map({ LogTurn(line) < $0 }) ?? true
            {
                queues[first]?.lines.removeFirst()
                queues[first]?.bytes -= Self.cost(of: line)
                taken.append(line)
            }
            if let queue = queues[first] {
                if queue.bytes <= Self.maximumBytes / 2 { resumeWaiter(first) }
                if queue.isOpen, queue.lines.isEmpty { break }
            }
        }
        return taken
    }

    /// The log whose turn it is, and the next turn of another; nil when there are no lines.
    private func earliest() -> (log: Int, next: LogTurn?)? {
        var (first, second): ((log: Int, turn: LogTurn)?, LogTurn?) = (nil, nil)
        for (log, queue) in queues {
            guard let turn = queue.lines.first.map(LogTurn.init) else { continue }
            if let earlier = first, earlier.turn < turn {
                second = second.map { min($0, turn) } ?? turn
            } else {
                second = first?.turn
                first = (log, turn)
            }
        }
        return first.map { ($0.log, second) }
    }

    /// An empty line takes memory, too.
    private static func cost(of line: LabelledLine) -> Int { line.line.text.utf8.count + 96 }

    private func resumeWaiter(_ order: Int) {
        queues[order]?.waiter?.resume()
        queues[order]?.waiter = nil
    }

    private func wakeConsumer() {
        consumer?.resume()
        consumer = nil
    }
}
