// Follows one container's log: over breaks of the connection, and from one start of the container to the next.
import DockerEngine
import DockerSources
import SafeText

/// One container whose log is followed.
struct LogFollower: Sendable {
    let source: any Source
    let container: ContainerDetails
    /// The place of the container among all that are followed.
    let order: Int
    let selection: LogSelection
    let filter: LineFilter
    let merger: LogMerger
    let note: @Sendable (String) -> Void

    private static let firstPause = Duration.milliseconds(200)
    private static let longestPause = Duration.seconds(10)

    private var name: String { "\(source.label.name)/\(SafeText.line(container.shownName))" }

    /// Reads the log once, to its end; false when it could not be read to that.
    func readOnce() async -> Bool {
        var reading = FollowedLines(self, isReadAgain: false)
        var isWell = true
        do throws(SourceError) { try await read(selection, &reading, patience: source.limits.total) } catch {
            note("! \(name): \(error.code.rawValue): \(error.message)")
            isWell = false
        }
        await merger.close(order)
        return isWell
    }

    /// Follows the log until the task is cancelled or the container is gone. Each element of `wakes` says that the container may have
    /// been started.
    func follow(wakes: AsyncStream<Void>) async {
        var reading = FollowedLines(self, isReadAgain: true)
        var pause = Self.firstPause
        var wanted = selection
        wanted.follows = true
        var isRefused = false
        var wakes = wakes.makeAsyncIterator()
        while !Task.isCancelled {
            let before = reading.count
            do throws(SourceError) {
                await merger.open(order)
                try await read(wanted, &reading, patience: nil)
                isRefused = false
                await merger.close(order)
                let state = try await source.reply(to: .container(try source.reference(to: container.id))).state
                if state.isRunning {
                    // Started again already, or the engine has ended the stream.
                    do { try await Task.sleep(for: pause) } catch { return }
                } else {
                    let code = state.exitCode.map { " with exit code \($0)" } ?? ""
                    note("! \(name) has ended\(code); when it is started again, its log goes on")
                    guard await wakes.next() != nil else { return }
                }
            } catch {
                await merger.close(order)
                if Task.isCancelled { return }
                if error.code == .notFound { return note("! \(name) was removed") }
                // Of an engine that is not there its source tells, once for all logs.
                if !isRefused, [.engineError, .replyMalformed, .unauthorized].contains(error.code) {
                    note("! \(name): \(error.code.rawValue): \(error.message) Trying again.")
                    isRefused = true
                }
                do { try await Task.sleep(for: pause) } catch { return }
            }
            pause = reading.count > before ? Self.firstPause : min(pause * 2, Self.longestPause)
            if let since = reading.since() {
                wanted.since = since
                wanted.tail = nil
            }
        }
    }

    private func read(
        _ selection: LogSelection, _ reading: inout FollowedLines, patience: Duration?
    ) async throws(SourceError) {
        let stream = try await source.stream(.logs(of: try source.reference(to: container.id), selection))
        reading.begin()
        while let chunk = try await next(of: stream, within: patience) {
            let (lines, problem) = reading.lines(of: chunk)
            await merger.add(lines, of: order)
            if let problem { throw source.brokenLog(problem.reason) }
        }
        await merger.add(reading.rest(), of: order)
    }

    /// The next chunk. A log that is read only once has to go on within `patience`.
    private func next(of stream: ByteStream, within patience: Duration?) async throws(SourceError) -> [UInt8]? {
        guard let patience else { return try await stream.next() }
        let late = SourceError.deadlineExceeded(at: source.label, limit: patience)
        let result = await withTaskGroup(of: Result<[UInt8]?, SourceError>.self) { group in
            group.addTask {
                do throws(SourceError) { return .success(try await stream.next()) } catch { return .failure(error) }
            }
            group.addTask {
                try? await Task.sleep(for: patience)
                return .failure(late)
            }
            defer { group.cancelAll() }
            return await group.next() ?? .failure(late)
        }
        return try result.get()
    }
}

/// Makes lines of one log's chunks that are not known yet and are wanted.
private struct FollowedLines {
    private let follower: LogFollower
    private var chunks: LogChunks
    /// Nil for a log that is read only once.
    private var memory: LogMemory?
    private var sieve: LineSieve
    private var orderTime = Int64.min
    /// Lines that were read.
    private(set) var count = 0

    init(_ follower: LogFollower, isReadAgain: Bool) {
        memory = isReadAgain ? LogMemory() : nil
        self.follower = follower
        chunks = LogChunks(isTerminal: follower.container.hasTerminal)
        sieve = LineSieve(follower.filter)
    }

    /// The log is read from some place on; a line that was not read to its end comes again.
    mutating func begin() { chunks = LogChunks(isTerminal: follower.container.hasTerminal) }

    mutating func since() -> Timestamp? { memory?.since() }

    /// The lines that end within `chunk`, and what is wrong behind them.
    mutating func lines(of chunk: [UInt8]) -> ([LabelledLine], ReplyError?) {
        var lines: [LogLine] = []
        var problem: ReplyError?
        do throws(ReplyError) { try chunks.add(chunk, to: &lines) } catch { problem = error }
        return (wanted(lines), problem)
    }

    mutating func rest() -> [LabelledLine] {
        var lines: [LogLine] = []
        if chunks.isWhole { chunks.finish(&lines) }
        return wanted(lines)
    }

    private mutating func wanted(_ lines: [LogLine]) -> [LabelledLine] {
        var wanted: [LabelledLine] = []
        for line in lines where memory?.isNew(line) ?? true {
            count += 1
            for shown in sieve.take(line) {
                if !shown.goesOn, let time = shown.time { orderTime = max(orderTime, time.nanoseconds) }
                wanted.append(
                    LabelledLine(
                        order: follower.order, source: follower.source.label.name,
                        container: SafeText.line(follower.container.shownName), line: shown, orderTime: orderTime,
                        last: shown))
            }
        }
        return wanted
    }
}
