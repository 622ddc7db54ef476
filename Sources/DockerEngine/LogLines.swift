// Makes lines of the pieces of a log: a line may come in several frames, each with its own time stamp.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One line of a container's log.
public struct LogLine: Hashable, Sendable {
    /// When the engine received it; nil when the engine wrote no time.
    public let time: Timestamp?
    /// Where it came from.
    public let stream: LogStream
    /// Its bytes without the line break; UTF-8 only if the container wrote it.
    public let bytes: [UInt8]
    /// Whether its end was dropped because it was longer than `LogLines.maximumBytes`.
    public let isCut: Bool

    /// A line of these parts.
    public init(time: Timestamp?, stream: LogStream, bytes: [UInt8], isCut: Bool) {
        self.time = time
        self.stream = stream
        self.bytes = bytes
        self.isCut = isCut
    }
}

/// Puts lines together, one stream apart from the other.
///
/// The engine's `timestamps=1` puts a time and a space before each entry. It stores a long line as several entries (16 KiB each) of which
/// only the last ends with a line break, so a time in the middle of a line is dropped.
public struct LogLines: Sendable {
    /// Bytes kept of one line.
    public static let maximumBytes = 64 << 10
    /// Bytes of a line that engines store in one entry.
    private static let entryBytes = 16 << 10
    /// Room for the times within a terminal's line: one for each of its entries.
    private static let innerTimes = (maximumBytes / entryBytes + 1) * 40

    private var output = Unfinished()
    private var error = Unfinished()

    private struct Unfinished {
        /// Bytes of the entry that is being read, its time among them.
        var entry: [UInt8] = []
        var time: Timestamp?
        var line: [UInt8] = []
        var isCut = false
        var hasContent = false
    }

    /// Nothing read yet.
    public init() {}

    /// Takes a piece of a multiplexed stream; a frame is one entry.
    public mutating func add(_ piece: ArraySlice<UInt8>, of stream: LogStream, endsFrame: Bool, line: (LogLine) -> Void)
    {
        if stream == .stderr {
            Self.add(piece, to: &error, stream: stream, endsEntry: endsFrame, line: line)
        } else {
            Self.add(piece, to: &output, stream: stream, endsEntry: endsFrame, line: line)
        }
    }

    /// Takes a piece of a terminal's raw stream, where an entry ends only with its line.
    public mutating func addRaw(_ piece: ArraySlice<UInt8>, line: (LogLine) -> Void) {
        Self.add(piece, to: &output, stream: .tty, endsEntry: false, line: line)
    }

    /// Ends the last lines, which may lack a line break.
    public mutating func finish(isTerminal: Bool, line: (LogLine) -> Void) {
        Self.close(&output, stream: isTerminal ? .tty : .stdout, line: line)
        Self.close(&error, stream: .stderr, line: line)
    }

    private static func close(_ state: inout Unfinished, stream: LogStream, line: (LogLine) -> Void) {
        endEntry(&state)
        if state.hasContent { emit(&state, stream: stream, line: line) }
    }

    private static func add(
        _ piece: ArraySlice<UInt8>, to state: inout Unfinished, stream: LogStream, endsEntry: Bool,
        line: (LogLine) -> Void
    ) {
        var rest = piece
        while let end = lineEnd(rest) {
            defer { rest = rest[(end + 1)...] }
            // Most lines come whole and short: one entry each, of which nothing has to be kept.
            if !state.hasContent, end - rest.startIndex <= entryBytes {
                let (time, text) = parted(rest[..<end])
                let isReturned = text.last == UInt8(ascii: "\r")
                line(
                    LogLine(time: time, stream: stream, bytes: Array(isReturned ? text.dropLast() : text), isCut: false)
                )
                continue
            }
            keep(rest[..<end], in: &state)
            endEntry(&state)
            emit(&state, stream: stream, line: line)
        }
        keep(rest, in: &state)
        if endsEntry { endEntry(&state) }
    }

    /// Where the line ends. The C library looks at many bytes at once.
    private static func lineEnd(_ bytes: ArraySlice<UInt8>) -> Int? {
        bytes.withUnsafeBytes { raw -> Int? in
            guard let start = raw.baseAddress, let end = memchr(start, 0x0A, raw.count) else { return nil }
            return bytes.startIndex + (UnsafeRawPointer(end) - start)
        }
    }

    private static func keep(_ bytes: ArraySlice<UInt8>, in state: inout Unfinished) {
        guard !bytes.isEmpty else { return }
        state.hasContent = true
        let room = maximumBytes + innerTimes - state.entry.count
        state.entry.append(contentsOf: bytes.prefix(max(0, room)))
        if bytes.count > room { state.isCut = true }
    }

    /// Moves an entry without its time to the line.
    private static func endEntry(_ state: inout Unfinished) {
        guard !state.entry.isEmpty else { return }
        let (time, text) = parted(state.entry[...])
        if state.time == nil { state.time = time }
        append(text, to: &state)
        state.entry.removeAll(keepingCapacity: true)
    }

    private static func append(_ text: ArraySlice<UInt8>, to state: inout Unfinished) {
        var text = text
        // In a terminal's stream the entries of a long line follow each other without a frame between them.
        while text.count > entryBytes {
            let head = text.prefix(entryBytes)
            let (time, rest) = parted(text.dropFirst(entryBytes))
            guard time != nil else { break }
            fill(head, &state)
            text = rest
        }
        fill(text, &state)
    }

    private static func fill(_ text: ArraySlice<UInt8>, _ state: inout Unfinished) {
        // One more for the carriage return of a terminal's line.
        let room = maximumBytes + 1 - state.line.count
        state.line.append(contentsOf: text.prefix(max(0, room)))
        if text.count > room { state.isCut = true }
    }

    private static func emit(_ state: inout Unfinished, stream: LogStream, line: (LogLine) -> Void) {
        var bytes = state.line
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        if bytes.count > maximumBytes {
            bytes.removeLast()
            state.isCut = true
        }
        line(LogLine(time: state.time, stream: stream, bytes: bytes, isCut: state.isCut))
        state = Unfinished()
    }

    /// An entry's time and what follows it; the whole when it begins with none.
    private static func parted(_ entry: ArraySlice<UInt8>) -> (Timestamp?, ArraySlice<UInt8>) {
        // RFC 3339 with nine digits has 30 bytes; with an offset 35. An empty line may be its time alone, without the space.
        let head = entry.prefix(40)
        let zone = head.firstIndex { $0 == UInt8(ascii: "Z") || $0 == UInt8(ascii: " ") }
        let end = zone.map { head[$0] == UInt8(ascii: "Z") ? $0 + 1 : $0 } ?? head.endIndex
        guard let time = Timestamp(rfc3339: entry[..<end]) else { return (nil, entry) }
        let text = entry[end...]
        return (time, text.first == UInt8(ascii: " ") ? text.dropFirst() : text)
    }
}
