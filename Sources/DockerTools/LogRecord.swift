// Which lines of a log belong together: a stack trace is one record over many lines, and there is no mark for it, so the usual
// ways in which languages write one are known by their shapes.
import DockerEngine

/// Tells, for one stream of one container, which lines go on with the record before them.
struct LogRecordReader {
    private var kind = Kind.plain
    private var lastTime: Timestamp?
    private var hasHead = false

    /// What the record that is open has shown to be.
    private enum Kind { case plain, python, go }

    /// What comes this long after the line before is no part of the same trace, which is written at once.
    private static let longestPause: Int64 = 1_000_000_000

    /// Whether `text`, a line that is cleaned already, goes on with the record before.
    mutating func goesOn(_ text: String, at time: Timestamp?) -> Bool {
        let isLate =
            if let time, let lastTime { time.nanoseconds - lastTime.nanoseconds > Self.longestPause } else { false }
        lastTime = time ?? lastTime
        defer { hasHead = true }
        guard hasHead, !isLate, belongs(text) else {
            kind = Self.isGoHead(text) ? .go : Self.isPythonHead(text) ? .python : .plain
            return false
        }
        return true
    }

    private mutating func belongs(_ text: String) -> Bool {
        guard let first = text.utf8.first else { return kind != .plain }
        if first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") { return true }
        switch kind {
        case .python:
            // `ValueError: what`, the last line, is the first that is not indented.
            if !Self.begins(text, with: Self.pythonLinks) { kind = .plain }
            return true
        case .go: return Self.isOfGo(text)
        case .plain:
            if Self.isPythonHead(text) {
                kind = .python
                return true
            }
            return Self.begins(text, with: Self.continuations) || Self.closings.contains { text.utf8.elementsEqual($0) }
        }
    }

    /// Java, .NET, Node and Rust, where the frames themselves are indented.
    private static let continuations = [
        "Caused by:", "Suppressed: ", "... ", "} ", "--- End of ", "created by ", "goroutine ", "note: run with `RUST_",
        "stack backtrace:", "During handling of the above ", "The above exception was ",
    ].map { Array($0.utf8) }
    private static let closings = ["}", ")", "]", "});"].map { Array($0.utf8) }
    private static let pythonLinks = ["Traceback (", "During handling of the above ", "The above exception was "].map {
        Array($0.utf8)
    }
    private static let pythonHeads = [Array("Traceback (".utf8)]
    private static let goHeads = ["panic: ", "fatal error: "].map { Array($0.utf8) }
    private static let goParts = ["goroutine ", "[signal ", "created by ", "panic: ", "exit status "].map {
        Array($0.utf8)
    }

    /// Compares bytes, which is quick; most lines differ in the first.
    private static func begins(_ text: String, with beginnings: [[UInt8]]) -> Bool {
        beginnings.contains { text.utf8.starts(with: $0) }
    }

    private static func isPythonHead(_ text: String) -> Bool { begins(text, with: pythonHeads) }

    private static func isGoHead(_ text: String) -> Bool { begins(text, with: goHeads) }

    private static func isOfGo(_ text: String) -> Bool {
        begins(text, with: goParts)
            // `main.main()` and `net/http.(*Server).Serve(0xc0001, {0x7f, 0x1})`
            || (text.hasSuffix(")") && text.prefix { $0 != "(" }.contains(".") && !text.contains(": "))
    }
}
