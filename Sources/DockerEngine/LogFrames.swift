// Takes the engine's multiplexed log stream apart (Engine API, "Stream format" of ContainerAttach).

/// Which of a container's streams a piece of log came from.
public enum LogStream: String, Hashable, Sendable {
    /// Standard output.
    case stdout
    /// Standard error.
    case stderr
    /// The container has a terminal, where both are one.
    case tty
}

/// Splits a stream of frames (8 bytes: stream, three zeros, length in 4 bytes, big endian; then the payload), cut anywhere.
public struct LogFrames: Sendable {
    private var header: [UInt8] = []
    private var remaining = 0
    private var stream = LogStream.stdout

    /// Nothing read yet.
    public init() {}

    /// Gives each piece of payload in `chunk` to `piece`, and whether it is the last of its frame.
    ///
    /// Throws when a header is none: the stream is not multiplexed, or bytes are missing.
    public mutating func read(
        _ chunk: [UInt8], piece: (LogStream, ArraySlice<UInt8>, _ endsFrame: Bool) -> Void
    ) throws(ReplyError) {
        var rest = chunk[...]
        while !rest.isEmpty {
            if remaining > 0 {
                let payload = rest.prefix(remaining)
                remaining -= payload.count
                rest = rest.dropFirst(payload.count)
                piece(stream, payload, remaining == 0)
                continue
            }
            let missing = rest.prefix(8 - header.count)
            header.append(contentsOf: missing)
            rest = rest.dropFirst(missing.count)
            if header.count == 8 { try begin() }
        }
    }

    /// Whether the stream may end here: not within a frame.
    public var isBetweenFrames: Bool { header.isEmpty && remaining == 0 }

    private mutating func begin() throws(ReplyError) {
        guard header[0] <= 3, header[1...3].allSatisfy({ $0 == 0 }) else {
            throw ReplyError("the log stream holds something that is not a frame")
        }
        // Stream 0 is standard input; engines write it for none of ours, and it reads as output.
        // Stream 3 is the engine's own error while it reads the log.
        stream = header[0] >= 2 ? .stderr : .stdout
        remaining = header[4...7].reduce(0) { $0 << 8 | Int($1) }
        header.removeAll(keepingCapacity: true)
    }
}
