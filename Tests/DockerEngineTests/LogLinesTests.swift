// Lines are put together from entries, their own time kept and inner ones dropped.
import DockerEngine
import TestSupport
import Testing

@Suite("Engine: log lines") struct LogLinesTests {
    private static let first = "2026-11-27T10:14:00.000000001Z"
    private static let second = "2026-11-27T10:14:00.000000002Z"
    private static let time = Timestamp(rfc3339: first)

    @Test("Recorded: both streams of a web server, in the engine's order")
    func web() throws {
        let lines = try multiplexedLines([try Fixture.bytes("engine/20.10.24/logs-web.bin")])
        #expect(lines.count { $0.stream == .stderr } == 20)
        #expect(lines.first?.text == "warning: order 1 has no invoice")
        #expect(lines.first?.stream == .stderr)
        #expect(lines.first?.time == Timestamp(rfc3339: "2026-11-27T10:10:43.225118807Z"))
        #expect(lines.last?.text == #"{"level":"info","msg":"order served","order":10,"ms":30}"#)
        #expect(lines.last?.stream == .stdout)
        #expect(lines.last?.time == Timestamp(rfc3339: "2026-11-27T10:10:43.226759130Z"))
    }

    @Test("Recorded: a long line stored as two entries is one line")
    func long() throws {
        let bytes = try Fixture.bytes("engine/20.10.24/logs-worker-long.bin")
        let lines = try multiplexedLines([bytes])
        #expect(lines.count == 16)
        #expect(lines[14].bytes == [UInt8](repeating: UInt8(ascii: "x"), count: 20_000))
        #expect(!lines[14].isCut)
        #expect(lines[0].text == "job 1: 日本語 ñandú Ω 🚀 fertig")
        for size in [1, 7, 8, 9, 1_000, 16_384, 16_392] {
            #expect(try multiplexedLines(bytes.chunks(of: size)) == lines)
        }
    }

    @Test("Recorded: a terminal's stream, wherever it is cut")
    func terminal() throws {
        let bytes = try Fixture.bytes("engine/20.10.24/logs-tty.bin")
        for chunks in [[bytes]] + cuts(bytes) {
            let lines = terminalLines(chunks)
            #expect(
                lines.map(\.text) == [
                    "\u{1B}[36mwelcome\u{1B}[0m to the terminal", "progress 10%\rprogress 100%",
                    "an error on a terminal comes on the same stream",
                ])
            #expect(lines.map(\.stream) == [.tty, .tty, .tty])
            #expect(lines[2].time == Timestamp(rfc3339: "2026-11-27T10:10:42.558435388Z"))
        }
    }

    @Test("Recorded: Podman's times have whole seconds")
    func podman() throws {
        let lines = try multiplexedLines([try Fixture.bytes("engine/podman-4.3.1/logs-web.bin")])
        #expect(lines.allSatisfy { $0.time == Timestamp(rfc3339: "2026-11-27T10:10:38Z") })
        #expect(lines.first?.text == "10.0.0.1 - GET /orders/1 HTTP/1.1 200 37")
    }

    @Test(
        "One entry's time and text",
        arguments: [
            ("\(first) hello\n", "hello", time), ("\(first) \n", "", time), ("\(first)\n", "", time),
            ("\(first) two words \n", "two words ", time), ("\(first)  indented\n", " indented", time),
            ("\(first) windows\r\n", "windows", time), ("\(first) a\rb\n", "a\rb", time),
            ("\(first) \(second) own time\n", "\(second) own time", time), ("no time\n", "no time", nil),
            ("\n", "", nil),
            ("2026-11-27 10:14:00 other time\n", "2026-11-27 10:14:00 other time", nil),
            ("2026-11-27T12:14:00.000000001+02:00 offset\n", "offset", time),
            ("\(first) no line break", "no line break", time),
            ("\(first) 日本語 🚀\n", "日本語 🚀", time), ("\(first) a\0b\n", "a\0b", time),
        ] as [(String, String, Timestamp?)])
    func entries(entry: String, text: String, time: Timestamp?) throws {
        for lines in [try multiplexedLines([frame(1, entry)]), terminalLines([Array(entry.utf8)])] {
            #expect(lines.map(\.text) == [text])
            #expect(lines.map(\.time) == [time])
            #expect(lines.map(\.isCut) == [false])
        }
    }

    @Test("Nothing gives no line")
    func nothing() throws {
        #expect(try multiplexedLines([]).isEmpty)
        #expect(terminalLines([[]]).isEmpty)
    }

    @Test("Bytes that are not UTF-8 are kept as they are")
    func notUTF8() throws {
        #expect(
            try multiplexedLines([frame(1, Array("\(Self.first) ".utf8) + [0xFF, 0xC3, 0x0A])]).map(\.bytes) == [
                [0xFF, 0xC3]
            ])
    }

    @Test("Entries of one line are joined by stream, their inner times dropped", arguments: [1, 2, 3])
    func joined(entries: Int) throws {
        let full = String(repeating: "x", count: 16 << 10)
        var bytes: [UInt8] = []
        for _ in 0..<entries {
            bytes += frame(1, "\(Self.first) \(full)")
            bytes += frame(2, "\(Self.second) error\n")
        }
        bytes += frame(1, "\(Self.second) end\n")
        for chunks in [[bytes], bytes.map { [$0] }] {
            let lines = try multiplexedLines(chunks)
            #expect(lines.map(\.stream) == Array(repeating: .stderr, count: entries) + [.stdout])
            #expect(lines.last?.text == String(repeating: full, count: entries) + "end")
            #expect(lines.last?.time == Self.time)
            #expect(lines.last?.isCut == false)
        }
    }

    @Test("On a terminal the entries of one line follow each other without frames", arguments: [1, 2, 3])
    func joinedOnTerminal(entries: Int) {
        let full = String(repeating: "x", count: 16 << 10)
        let text =
            String(repeating: "\(Self.first) \(full)", count: entries) + "\(Self.second) end\r\n\(Self.second) next\r\n"
        for chunks in [[Array(text.utf8)], text.utf8.map { [$0] }] {
            let lines = terminalLines(chunks)
            #expect(lines.map(\.text) == [String(repeating: full, count: entries) + "end", "next"])
            #expect(lines.first?.time == Self.time)
        }
    }

    @Test(
        "A line of 64 KiB is whole, a longer one cut, and the next is not touched",
        arguments: [(-1, false), (0, false), (1, true), (64 << 10, true), (1 << 20, true)])
    func longest(more: Int, isCut: Bool) throws {
        let length = LogLines.maximumBytes + more
        var rest = length
        var multiplexed: [UInt8] = []
        var raw: [UInt8] = []
        while rest > 0 {
            let entry = Array("\(Self.first) ".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: min(rest, 16 << 10))
            rest -= 16 << 10
            multiplexed += frame(1, entry + (rest <= 0 ? [0x0A] : []))
            raw += entry
        }
        let next = "\(Self.second) next\n"
        for lines in [
            try multiplexedLines([multiplexed + frame(1, next)]),
            terminalLines([raw + [0x0D, 0x0A] + Array(next.utf8)]),
        ] {
            #expect(lines.count == 2)
            #expect(lines.first?.bytes.count == min(length, LogLines.maximumBytes))
            #expect(lines.map(\.isCut) == [isCut, false])
            #expect(lines.last?.text == "next")
        }
    }

    @Test("Megabytes without a line break keep 64 KiB")
    func endless() throws {
        var parts = LogLines()
        var lines: [LogLine] = []
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        for _ in 0..<8 { parts.add(piece[...], of: .stdout, endsFrame: false) { lines.append($0) } }
        #expect(lines.isEmpty)
        parts.finish(isTerminal: false) { lines.append($0) }
        #expect(lines.map(\.bytes.count) == [LogLines.maximumBytes])
        #expect(lines.map(\.isCut) == [true])
    }

    @Test("Last lines without a line break, of both streams")
    func unfinished() throws {
        let lines = try multiplexedLines([frame(2, "\(Self.second) err") + frame(1, "\(Self.first) out")])
        #expect(lines.map(\.text) == ["out", "err"])
        #expect(lines.map(\.stream) == [.stdout, .stderr])
    }

    @Test("Several lines in one frame")
    func severalInOne() throws {
        let lines = try multiplexedLines([frame(1, "\(Self.first) a\n\(Self.second) b\n\n\(Self.second) c")])
        #expect(lines.map(\.text) == ["a", "b", "", "c"])
        #expect(
            lines.map(\.time) == [Self.time, Timestamp(rfc3339: Self.second), nil, Timestamp(rfc3339: Self.second)])
    }
}
