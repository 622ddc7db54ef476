// Reads a part of one container's log, through a bounded buffer.
import DockerEngine
import DockerSources

/// The lines of one container's log that are wanted.
struct ContainerLog: Sendable {
    var lines: [ShownLine] = []
    /// Lines that were looked at.
    var seen = 0
    /// The number of the newest line that is missing because there were too many bytes.
    var droppedThrough: Int?
    /// Why the log ended early; the lines before are whole.
    var endedBy: SourceError?
    /// Where the log was looked at.
    private(set) var window: LogWindow

    /// Bytes of text that are kept of one container's log: the newest, as `tail` asks for.
    static let maximumBytes = 16 << 20
    /// Lines from the end of a log beyond which no place is looked for.
    private static let maximumDepth = 50_000_000

    /// The last lines before `place`, or up to the selection's end: what came until the end of the log, the source's deadline, or a
    /// failure. Throws when nothing came.
    ///
    /// Engines count the lines of `tail` from the end of the log, before they leave any out, and read forward from its beginning without
    /// it. So for what lies before a place as many lines are asked for as there were after it, and more when they do not reach back far enough.
    init(
        of container: ContainerDetails, _ selection: LogSelection, filter: LineFilter = LineFilter(),
        before place: LogPlace? = nil, maximumBytes: Int = Self.maximumBytes, from source: any Source
    ) async throws(SourceError) {
        let until = selection.until.map { LogPlace(nanoseconds: $0.nanoseconds, following: 0, depth: 0) }
        let end = [place, until].compactMap(\.self).min { $0.nanoseconds < $1.nanoseconds }
        let stream = LogReading(
            container: container, end: end, filter: filter, maximumBytes: maximumBytes, source: source)
        var asked = selection
        asked.until = nil
        // More than is shown: lines may be out of order, and one more tells whether the log goes on before.
        let count = selection.tail ?? Self.maximumDepth
        var tail = min((place?.depth ?? 0) + count + LogOrder.reach + 1, Self.maximumDepth)
        asked.tail = tail
        var read = try await stream.read(asked, keeping: count)
        while end != nil, read.endedBy == nil, read.entries >= tail, read.found < count, tail < Self.maximumDepth {
            tail = min(tail * 4, Self.maximumDepth)
            asked.tail = tail
            read = try await stream.read(asked, keeping: count)
        }
        lines = read.lines
        seen = read.seen
        droppedThrough = read.droppedThrough
        endedBy = read.endedBy
        window = read.window
        if read.entries >= tail { window.hasMore = true }
    }
}

/// One way of reading one log.
private struct LogReading: Sendable {
    let container: ContainerDetails
    let end: LogPlace?
    let filter: LineFilter
    let maximumBytes: Int
    let source: any Source

    func read(_ selection: LogSelection, keeping count: Int) async throws(SourceError) -> LogAssembly {
        let stream = try await source.stream(.logs(of: try source.reference(to: container.id), selection))
        var assembly = LogAssembly(
            isTerminal: container.hasTerminal, sieve: LineSieve(filter), end: end, count: count,
            maximumBytes: maximumBytes)
        do throws(SourceError) {
            while let chunk = try await stream.next() {
                do throws(ReplyError) { try assembly.add(chunk) } catch { throw source.brokenLog(error.reason) }
            }
            if !assembly.isWhole { throw source.brokenLog("the log ended within a line") }
        } catch {
            guard assembly.entries > 0 else { throw error }
            // The only one who cancels and still wants the lines is the deadline.
            assembly.endedBy =
                error.code == .cancelled ? .deadlineExceeded(at: source.label, limit: source.limits.total) : error
        }
        assembly.finish()
        return assembly
    }
}

extension Source {
    /// A log that does not keep to its format.
    func brokenLog(_ reason: String) -> SourceError {
        SourceError(
            .replyMalformed, "\(label.place): \(reason).",
            hint: "The engine, or a proxy before it, sent a broken log: look at its own log, and ask again.")
    }
}
