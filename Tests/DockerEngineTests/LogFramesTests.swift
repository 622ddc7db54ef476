// The multiplexed stream is taken apart the same, wherever the network cuts it.
import DockerEngine
import TestSupport
import Testing

@Suite("Engine: log frames") struct LogFramesTests {
    private struct Piece: Hashable {
        var stream: LogStream
        var bytes: [UInt8]
    }

    /// Whole frames, put together from the pieces.
    private func read(_ chunks: [[UInt8]]) throws -> (frames: [Piece], isBetweenFrames: Bool) {
        var frames = LogFrames()
        var whole: [Piece] = []
        var open: Piece?
        for chunk in chunks {
            try frames.read(chunk) { stream, bytes, endsFrame in
                var piece = open ?? Piece(stream: stream, bytes: [])
                #expect(piece.stream == stream)
                #expect(!bytes.isEmpty)
                piece.bytes += bytes
                open = endsFrame ? nil : piece
                if endsFrame { whole.append(piece) }
            }
        }
        return (whole, frames.isBetweenFrames)
    }

    @Test("Streams are told apart; frames without a payload are nothing")
    func streams() throws {
        let bytes = frame(1, "out\n") + frame(2, "err\n") + frame(1, "") + frame(0, "in\n")
        let expected = [(LogStream.stdout, "out\n"), (.stderr, "err\n"), (.stdout, "in\n")].map {
            Piece(stream: $0, bytes: Array($1.utf8))
        }
        for chunks in cuts(bytes) + [[bytes]] {
            let (frames, isBetweenFrames) = try read(chunks)
            #expect(frames == expected)
            #expect(isBetweenFrames)
        }
    }

    @Test("The engine's own error within a log is text on standard error")
    func systemError() throws {
        let lines = try multiplexedLines([
            frame(1, "2026-11-27T10:14:00Z ok\n") + frame(3, "Error grabbing logs: invalid character\n")
        ])
        #expect(lines.map(\.text) == ["ok", "Error grabbing logs: invalid character"])
        #expect(lines.map(\.stream) == [.stdout, .stderr])
    }

    @Test(
        "What is no frame is refused, wherever it is cut",
        arguments: [
            Array("2026-11-27T10:14:00Z hello\n".utf8), [4, 0, 0, 0, 0, 0, 0, 1, 65], [1, 1, 0, 0, 0, 0, 0, 1, 65],
            [1, 0, 0, 7, 0, 0, 0, 1, 65], [255, 255, 255, 255, 255, 255, 255, 255],
        ] as [[UInt8]])
    func noFrame(bytes: [UInt8]) {
        for chunks in cuts(bytes) + [[bytes], [frame(1, "ok\n") + bytes]] {
            #expect(throws: ReplyError.self) { try read(chunks) }
        }
    }

    @Test("A stream may end only between frames")
    func end() throws {
        let bytes = frame(1, "out\n") + frame(2, "error\n")
        let ends = try bytes.indices.filter { try read([Array(bytes[..<$0])]).isBetweenFrames }
        #expect(ends == [0, 12])
        #expect(try read([bytes]).isBetweenFrames)
        #expect(try read([]).isBetweenFrames)
        #expect(try read([[]]).isBetweenFrames)
    }

    @Test("A frame that claims four gigabytes takes only what has come")
    func huge() throws {
        let (frames, isBetweenFrames) = try read([[1, 0, 0, 0, 255, 255, 255, 255], Array("abc".utf8)])
        #expect(frames.isEmpty)
        #expect(!isBetweenFrames)
    }

    @Test(
        "Recorded logs give the same lines wherever they are cut",
        arguments: ["20.10.24/logs-web", "20.10.24/logs-worker", "podman-4.3.1/logs-web"])
    func recorded(name: String) throws {
        let bytes = try Fixture.bytes("engine/\(name).bin")
        let whole = try multiplexedLines([bytes])
        #expect(whole.count == (name.contains("worker") ? 20 : 40))
        #expect(whole.allSatisfy { $0.time != nil && !$0.isCut && !$0.bytes.isEmpty })
        for size in 1...64 { #expect(try multiplexedLines(bytes.chunks(of: size)) == whole, "chunks of \(size)") }
        let beginning = Array(bytes.prefix(800))
        let lines = try multiplexedLines([beginning])
        for chunks in cuts(beginning) { #expect(try multiplexedLines(chunks) == lines) }
    }

    @Test("Random chunks of random frames", arguments: UInt64(1)...20)
    func random(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var expected: [Piece] = []
        var bytes: [UInt8] = []
        for _ in 0..<50 {
            let isError = Bool.random(using: &generator)
            let payload = (0..<Int.random(in: 1...600, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            expected.append(Piece(stream: isError ? .stderr : .stdout, bytes: payload))
            bytes += frame(isError ? 2 : 1, payload)
        }
        #expect(try read(bytes.chunks(of: Int.random(in: 1...100, using: &generator))).frames == expected)
    }
}
