// Lines out of bytes that arrive in any pieces.
import Testing

@testable import MCP

@Suite struct LineFramerTests {
    private static func events(_ pieces: [[UInt8]], limit: Int = 100) -> [LineFramer.Event] {
        var framer = LineFramer(maximumLineBytes: limit)
        var events: [LineFramer.Event] = []
        for piece in pieces { piece.withUnsafeBytes { framer.feed($0) { events.append($0) } } }
        framer.finish { events.append($0) }
        return events
    }

    private static func line(_ text: String) -> LineFramer.Event { .line(Array(text.utf8)) }

    @Test("A stream cut at any two places gives the same lines")
    func cuts() {
        let stream = Array("one\n\r\n\ntwo ü\r\n\rthree\nfour".utf8)
        let expected = ["one", "two ü", "\rthree", "four"].map(Self.line)
        for first in 0...stream.count {
            for second in first...stream.count {
                let pieces = [Array(stream[..<first]), Array(stream[first..<second]), Array(stream[second...])]
                #expect(Self.events(pieces) == expected)
            }
        }
    }

    @Test("A line that is too long is said once, and the next one is whole again")
    func tooLong() {
        let stream = Array((String(repeating: "x", count: 1000) + "\nok\n12345678901\n1234567890\n").utf8)
        let expected = [.tooLong, Self.line("ok"), .tooLong, Self.line("1234567890")]
        #expect(Self.events([stream], limit: 10) == expected)
        #expect(Self.events(stream.map { [$0] }, limit: 10) == expected)
    }

    @Test("Nothing gives nothing")
    func empty() {
        #expect(Self.events([]).isEmpty)
        #expect(Self.events([[], [10], [13, 10], []]).isEmpty)
    }
}
