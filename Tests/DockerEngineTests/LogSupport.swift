// Builds and reads log streams as engines send them.
import DockerEngine
import Testing

/// A frame of the multiplexed stream.
func frame(_ stream: UInt8, _ payload: [UInt8]) -> [UInt8] {
    let count = UInt32(payload.count)
    return [stream, 0, 0, 0] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) } + payload
}

func frame(_ stream: UInt8, _ payload: String) -> [UInt8] { frame(stream, Array(payload.utf8)) }

/// The lines of a multiplexed stream that arrives in these chunks.
func multiplexedLines(_ chunks: [[UInt8]]) throws -> [LogLine] {
    var frames = LogFrames()
    var parts = LogLines()
    var lines: [LogLine] = []
    for chunk in chunks {
        try frames.read(chunk) { stream, piece, endsFrame in
            parts.add(piece, of: stream, endsFrame: endsFrame) { lines.append($0) }
        }
    }
    parts.finish(isTerminal: false) { lines.append($0) }
    return lines
}

/// The lines of a terminal's stream that arrives in these chunks.
func terminalLines(_ chunks: [[UInt8]]) -> [LogLine] {
    var parts = LogLines()
    var lines: [LogLine] = []
    for chunk in chunks { parts.addRaw(chunk[...]) { lines.append($0) } }
    parts.finish(isTerminal: true) { lines.append($0) }
    return lines
}

/// Every way to cut `bytes` in two, and into single bytes.
func cuts(_ bytes: [UInt8]) -> [[[UInt8]]] {
    bytes.indices.map { [Array(bytes[..<$0]), Array(bytes[$0...])] } + [bytes.map { [$0] }]
}

extension [UInt8] {
    /// The same bytes in chunks of this size, the last of them shorter.
    func chunks(of size: Int) -> [[UInt8]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}

extension LogLine {
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
