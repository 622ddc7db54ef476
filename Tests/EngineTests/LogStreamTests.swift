// Logs of real engines: both streams, terminals, long lines, selections; every stream ends.
import DockerEngine
import DockerSources
import Testing

@Suite(
    .enabled(
        if: TestEngines.arePresent, "set ENGINE_1_SOCKET and ENGINE_2_TCP: scripts/test does, with scripts/engines"))
struct LogStreamTests {
    /// The lines of a container's log, to its end.
    private func lines(_ name: String, _ engine: TestEngines.Engine, _ selection: LogSelection) async throws
        -> [LogLine]
    {
        let source = try TestEngines.source(engine)
        let container = try await source.reply(to: .container(try #require(ContainerReference(name))))
        let stream = try await source.stream(.logs(of: try #require(ContainerReference(container.id)), selection))
        var (frames, parts, lines) = (LogFrames(), LogLines(), [LogLine]())
        while let chunk = try await stream.next() {
            if container.hasTerminal {
                parts.addRaw(chunk[...]) { lines.append($0) }
            } else {
                try frames.read(chunk) { stream, piece, endsFrame in
                    parts.add(piece, of: stream, endsFrame: endsFrame) { lines.append($0) }
                }
            }
        }
        #expect(frames.isBetweenFrames)
        parts.finish(isTerminal: container.hasTerminal) { lines.append($0) }
        return lines
    }

    private func text(_ line: LogLine) -> String { String(decoding: line.bytes, as: UTF8.self) }

    @Test("Both streams, each line with its time", arguments: TestEngines.present)
    func both(engine: TestEngines.Engine) async throws {
        let lines = try await lines("web", engine, LogSelection(tail: 100))
        #expect(!lines.isEmpty && lines.count <= 100)
        #expect(lines.allSatisfy { $0.time != nil && !$0.isCut })
        #expect(Set(lines.map(\.stream)) == [.stdout, .stderr])
    }

    @Test("A tail has as many lines as are asked for", arguments: TestEngines.docker, [1, 5, 17])
    func tail(engine: TestEngines.Engine, count: Int) async throws {
        #expect(try await lines("web", engine, LogSelection(tail: count)).count == count)
    }

    @Test("One stream only", arguments: TestEngines.docker, [true, false])
    func oneStream(engine: TestEngines.Engine, isOutput: Bool) async throws {
        let selection = LogSelection(tail: 20, stdout: isOutput, stderr: !isOutput)
        let lines = try await lines("worker", engine, selection)
        #expect(!lines.isEmpty)
        #expect(Set(lines.map(\.stream)) == [isOutput ? .stdout : .stderr])
    }

    @Test("Since and until narrow to a span", arguments: TestEngines.docker)
    func span(engine: TestEngines.Engine) async throws {
        let all = try await lines("web", engine, LogSelection(tail: 50))
        let since = try #require(all.dropFirst(10).first?.time)
        let until = try #require(all.dropFirst(30).first?.time)
        let span = try await lines("web", engine, LogSelection(tail: 100_000, since: since, until: until))
        #expect(!span.isEmpty && span.count < 100_000)
        #expect(span.allSatisfy { ($0.time ?? since) >= since && ($0.time ?? until) <= until })
        let future = try #require(Timestamp.now.earlier(bySeconds: -86_400))
        #expect(try await lines("web", engine, LogSelection(tail: 10, since: future)).isEmpty)
    }

    @Test("A terminal's log is one raw stream without carriage returns at its line ends", arguments: TestEngines.docker)
    func terminal(engine: TestEngines.Engine) async throws {
        let lines = try await lines("tty", engine, LogSelection(tail: 100))
        #expect(!lines.isEmpty)
        #expect(lines.allSatisfy { $0.stream == .tty && $0.time != nil && $0.bytes.last != UInt8(ascii: "\r") })
        #expect(lines.contains { text($0).contains("an error on a terminal comes on the same stream") })
    }

    @Test("A line longer than the engine's entries comes whole", arguments: TestEngines.docker)
    func longLine(engine: TestEngines.Engine) async throws {
        let lines = try await lines("worker", engine, LogSelection(tail: 100_000))
        #expect(lines.contains { $0.stream == .stdout && text($0) == String(repeating: "x", count: 20_000) })
        // Of several bytes a character: the engine's entry ends within one, and the engine itself stores U+FFFD for its halves.
        let long = lines.filter { $0.stream == .stderr && $0.bytes.count > 16 << 10 }
        #expect(!long.isEmpty)
        #expect(long.allSatisfy { $0.time != nil })
        #expect(lines.contains { text($0).contains("日本語") })
    }

    @Test("A container that never started has an empty log", arguments: TestEngines.docker)
    func empty(engine: TestEngines.Engine) async throws {
        #expect(try await lines("created", engine, LogSelection(tail: 100)).isEmpty)
    }

    @Test("A stream that nobody reads on can be left", arguments: TestEngines.docker)
    func left(engine: TestEngines.Engine) async throws {
        let source = try TestEngines.source(engine)
        for _ in 0..<3 {
            let stream = try await source.stream(
                .logs(of: try #require(ContainerReference("worker")), LogSelection(tail: 100_000)))
            #expect(try await stream.next() != nil)
        }
        try await source.reply(to: .ping)
    }
}
