// Logs as streams: merged in fixed memory, and read anew after a break without loss and without repeats.
import DockerEngine
import DockerSources
import JSON
import NIOConcurrencyHelpers
import TestSupport
import Testing

@testable import DockerTools

@Suite struct LogStreamTests {
    private func line(_ order: Int, _ number: Int, at time: Int64) -> LabelledLine {
        let shown = ShownLine(
            number: number, time: Timestamp(nanoseconds: time), stream: .stdout, text: "\(order)/\(number)", level: nil,
            isCut: false, goesOn: false)
        return LabelledLine(
            order: order, source: "s", container: "c\(order)", line: shown, orderTime: time, last: shown)
    }

    @Test("Logs of every length and speed are merged by time, whoever comes first", arguments: 1...20)
    func merged(seed: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let count = Int.random(in: 1...6, using: &generator)
        let logs = (0..<count).map { order in
            var time: Int64 = 0
            return (0..<Int.random(in: 0...400, using: &generator)).map { number in
                time += Int64.random(in: 0...20, using: &generator)
                return line(order, number, at: time)
            }
        }
        let size = Int.random(in: 1...50, using: &generator)
        let merger = LogMerger(sources: 1, isLive: false)
        for order in 0..<count { await merger.open(order) }
        await merger.begin()
        let merged = await withTaskGroup(of: [LabelledLine].self) { group in
            for (order, log) in logs.enumerated() {
                group.addTask {
                    for start in stride(from: 0, to: log.count, by: size) {
                        await merger.add(Array(log[start..<min(start + size, log.count)]), of: order)
                    }
                    await merger.close(order)
                    return []
                }
            }
            group.addTask {
                var merged: [LabelledLine] = []
                while merged.count < logs.joined().count, let lines = await merger.next() { merged += lines }
                return merged
            }
            return await group.reduce([]) { $0 + $1 }
        }
        let expected = logs.joined().sorted(by: LabelledLine.isEarlier).map(\.line.text)
        #expect(merged.map(\.line.text) == expected)
    }

    @Test("A log that is far ahead waits, and does so no longer when all is over")
    func bounded() async throws {
        let merger = LogMerger(sources: 1, isLive: false)
        await merger.open(0)
        await merger.open(1)
        await merger.begin()
        let added = NIOLockedValueBox(0)
        let adding = Task {
            for number in 0..<100 {
                await merger.add((0..<100).map { line(0, number * 100 + $0, at: Int64(number)) }, of: 0)
                added.withLockedValue { $0 += 1 }
            }
        }
        // A line costs a hundred bytes, so some 26 batches are the most that wait while the other log is silent.
        try await Task.sleep(for: .milliseconds(200))
        #expect(added.withLockedValue { $0 } < 30)
        await merger.finish()
        await adding.value
        #expect(added.withLockedValue { $0 } == 100)
    }

    @Test("A silent log holds live ones up only for a moment")
    func live() async throws {
        let merger = LogMerger(sources: 2, isLive: true)
        await merger.open(0)
        await merger.open(1)
        await merger.begin()
        await merger.add([line(0, 0, at: 5)], of: 0)
        #expect(await merger.next()?.map(\.line.text) == ["0/0"])
        await merger.add([line(0, 1, at: 9)], of: 0)
        await merger.add([line(1, 0, at: 7)], of: 1)
        var texts: [String] = []
        while texts.count < 2, let lines = await merger.next() { texts += lines.map(\.line.text) }
        #expect(texts == ["1/0", "0/1"])
    }

    @Test("After a break a log is read on exactly, whatever its times are", arguments: 1...40)
    func memory(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        var time: Int64 = 1_000
        var log: [LogLine] = (0..<Int.random(in: 0...4_000, using: &generator)).map { number in
            time += [0, 1, 1, 50].randomElement(using: &generator) ?? 0
            // Lines that say the same at the same time are two lines all the same.
            let text = Int.random(in: 0...9, using: &generator) == 0 ? "same" : "line \(number)"
            return LogLine(time: Timestamp(nanoseconds: time), stream: .stdout, bytes: Array(text.utf8), isCut: false)
        }
        for place in log.indices.dropFirst() where Int.random(in: 0...5, using: &generator) == 0 {
            log.swapAt(place - 1, place)
        }
        var memory = LogMemory()
        var read: [LogLine] = []
        var end = 0
        while read.count < log.count || end < log.count {
            let since = memory.since()
            let available = log.prefix(end).filter { line in since.map { line.time ?? $0 >= $0 } ?? true }
            read += available.filter { memory.isNew($0) }
            if end == log.count { break }
            end = min(log.count, end + Int.random(in: 1...900, using: &generator))
        }
        #expect(read.count == log.count && read == log, "seed \(seed)")
    }

    @Test("Very many lines of one time are better read twice than never")
    func oneTime() {
        let line = LogLine(time: Timestamp(nanoseconds: 5), stream: .stdout, bytes: Array("x".utf8), isCut: false)
        var memory = LogMemory()
        let first = (0..<5_000).count { _ in memory.isNew(line) }
        let since = memory.since()
        let again = (0..<5_000).count { _ in memory.isNew(line) }
        #expect(first == 5_000 && since == Timestamp(nanoseconds: 5) && again >= 2_900)
    }

    @Test("A log that breaks gives the lines before, and a log that can't be read costs only itself")
    func broken() async throws {
        var replies = try Replies.docker()
        replies[log: "web"] = .chunks(
            [Frames.bytes([(1, "2026-11-27T10:00:00.1Z one\n")]) + Array("garbage!".utf8)], .proper)
        let web = FixtureSource("a", replies)
        replies[log: "web"] = .failure(.connectionRefused)
        let notes = NIOLockedValueBox<[String]>([])
        let texts = NIOLockedValueBox<[String]>([])
        let asking = Asking(
            Deployment(
                aggregator: Aggregator(sources: [web, FixtureSource("b", replies)]), mode: "dual",
                adviceWhenNothingIsSet: ""),
            rowLimit: nil)
        let logs = try LogFollow(["container_id": "web"], readsAll: true, follows: false, asking: asking)
        let (asked, failed) = try await logs.run(note: { note in notes.withLockedValue { $0.append(note) } }) { lines in
            texts.withLockedValue { $0 += lines.map { $0.text(showsTimes: false, label: $0.label) } }
        }
        #expect((asked, failed) == (2, 2))
        #expect(texts.withLockedValue { $0 } == ["a/web one"])
        #expect(
            notes.withLockedValue { $0.sorted() }.map { String($0.prefix(26)) } == [
                "! a/web: reply_malformed: ", "! b/web: connection_refuse",
            ])
    }
}
