// How grave a line of a log says that it is: there is no standard, so the usual ways of writing it are tried in turn.

/// From the least grave on.
enum LineLevel: Int, Hashable, Comparable, Sendable, CaseIterable {
    case trace, debug, info, warn, error, fatal

    static func < (left: LineLevel, right: LineLevel) -> Bool { left.rawValue < right.rawValue }

    var word: String { "\(self)" }

    static let words = allCases.map(\.word)

    /// What `text`, a line that is cleaned already, says; nil when it says nothing.
    ///
    /// Each line of a log is asked, so it works on bytes; letters are those of ASCII.
    init?(of text: String) {
        var text = text
        guard let level = text.withUTF8(Self.of) else { return nil }
        self = level
    }

    private static func of(_ line: UnsafeBufferPointer<UInt8>) -> LineLevel? {
        if line.first == UInt8(ascii: "{"), let level = json(line) { return level }
        return prefixed(line) ?? assigned(line) ?? spoken(line)
    }

    /// A word of up to eight letters as one number, in small letters; of a longer one its end.
    private struct Word: Hashable {
        var packed: UInt64 = 0
        var length = 0

        init(_ letters: some Sequence<UInt8>) {
            for letter in letters {
                packed = packed << 8 | UInt64(letter | 0x20)
                length += 1
            }
        }
    }

    /// Beside each other, the words are compared faster than a dictionary would hash one.
    private static let (knownWords, meanings): ([Word], [LineLevel]) = {
        let named: [(String, LineLevel)] = [
            ("trace", .trace), ("verbose", .trace), ("debug", .debug), ("dbg", .debug), ("info", .info),
            ("information", .info), ("notice", .info), ("warn", .warn), ("warning", .warn), ("wrn", .warn),
            ("error", .error), ("err", .error), ("severe", .error), ("fatal", .fatal), ("critical", .fatal),
            ("crit", .fatal), ("panic", .fatal), ("emerg", .fatal), ("alert", .fatal),
        ]
        return (named.map { Word($0.0.utf8) }, named.map(\.1))
    }()

    private static func named(_ letters: some Collection<UInt8>) -> LineLevel? {
        guard (3...11).contains(letters.count) else { return nil }
        return knownWords.firstIndex(of: Word(letters)).map { meanings[$0] }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    /// Members that tell a level; the first that is there counts.
    private static let memberNames = ["level", "severity", "lvl", "log.level", "levelname"].map { Array($0.utf8) }

    /// `{"level":"warn"}`, also as `severity`, `lvl` or `log.level`; numbers are those of pino and bunyan.
    ///
    /// Looks at the outer object's members only, and does not mind what JSON would: a line that was cut has its level, too.
    private static func json(_ line: UnsafeBufferPointer<UInt8>) -> LineLevel? {
        guard line.count <= 16 << 10 else { return nil }
        var (depth, position) = (0, 0)
        var (rank, level) = (memberNames.count, LineLevel?.none)
        while position < line.count, rank > 0 {
            switch line[position] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "\""):
                let start = position + 1
                position = stringEnd(line, from: start)
                guard depth == 1, position - start <= 9 else { break }
                let value = colonEnd(line, from: position + 1)
                guard value < line.count,
                    let found = memberNames[..<rank].firstIndex(where: { line[start..<position].elementsEqual($0) })
                else { break }
                if line[value] == UInt8(ascii: "\"") {
                    (rank, level) = (found, named(line[(value + 1)..<stringEnd(line, from: value + 1)]))
                } else if case let digits = line[value...].prefix(3).prefix(while: { (0x30...0x39).contains($0) }),
                    !digits.isEmpty
                {
                    (rank, level) = (found, numbered(digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }))
                }
            default: break
            }
            position += 1
        }
        return level
    }

    /// Where a JSON string's closing quote stands, or the line's end.
    private static func stringEnd(_ line: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var end = start
        while end < line.count, line[end] != UInt8(ascii: "\"") { end += line[end] == UInt8(ascii: "\\") ? 2 : 1 }
        return min(end, line.count)
    }

    /// Where the value after a colon begins; the line's end when there is no colon.
    private static func colonEnd(_ line: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let colon = line[min(start, line.count)...].firstIndex(where: { $0 != UInt8(ascii: " ") }),
            line[colon] == UInt8(ascii: ":")
        else { return line.count }
        return line[(colon + 1)...].firstIndex { $0 != UInt8(ascii: " ") } ?? line.count
    }

    private static func numbered(_ number: Int) -> LineLevel? {
        switch number {
        case 10..<20: .trace
        case 20..<30: .debug
        case 30..<40: .info
        case 40..<50: .warn
        case 50..<60: .error
        case 60..<70: .fatal
        default: nil
        }
    }

    /// klog's `E1201 12:00:00` and syslog's `<3>`.
    private static func prefixed(_ line: UnsafeBufferPointer<UInt8>) -> LineLevel? {
        guard line.count >= 3 else { return nil }
        if line.count >= 6, line[5] == UInt8(ascii: " "), line[1...4].allSatisfy({ (0x30...0x39).contains($0) }) {
            switch line[0] {
            case UInt8(ascii: "I"): return .info
            case UInt8(ascii: "W"): return .warn
            case UInt8(ascii: "E"): return .error
            case UInt8(ascii: "F"): return .fatal
            default: break
            }
        }
        guard line[0] == UInt8(ascii: "<") else { return nil }
        let digits = line.dropFirst().prefix(4).prefix { (0x30...0x39).contains($0) }
        guard (1...3).contains(digits.count), digits.endIndex < line.count, line[digits.endIndex] == UInt8(ascii: ">")
        else { return nil }
        let priority = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard priority <= 191 else { return nil }
        // RFC 5424, section 6.2.1: the severity is the priority's lowest three bits.
        return [.fatal, .fatal, .fatal, .error, .warn, .info, .info, .debug][priority & 7]
    }

    /// logfmt's `level=warn`.
    private static func assigned(_ line: UnsafeBufferPointer<UInt8>) -> LineLevel? {
        let line = UnsafeBufferPointer(rebasing: line.prefix(400))
        var start = 0
        for index in line.indices {
            if line[index] == UInt8(ascii: " ") {
                start = index + 1
            } else if line[index] == UInt8(ascii: "="), (3...8).contains(index - start) {
                let name = line[start..<index]
                guard keys.contains(where: { name.elementsEqual($0) }) else { continue }
                return named(line[(index + 1)...].prefix { $0 != UInt8(ascii: " ") }.filter(isLetter))
            }
        }
        return nil
    }

    private static let keys = ["level", "lvl", "severity"].map { Array($0.utf8) }

    /// `ERROR` in capitals, `[error]`, or `error:` among the first words.
    private static func spoken(_ line: UnsafeBufferPointer<UInt8>) -> LineLevel? {
        let line = UnsafeBufferPointer(rebasing: line.prefix(100))
        var position = 0
        while position < line.count {
            let end = line[position...].firstIndex(of: UInt8(ascii: " ")) ?? line.count
            defer { position = end + 1 }
            let word = line[position..<end]
            let letters = word.drop { !isLetter($0) }.prefix(while: isLetter)
            guard let first = word.first, let last = word.last, (3...11).contains(letters.count) else { continue }
            let isMarked =
                first == UInt8(ascii: "[") || last == UInt8(ascii: "]") || last == UInt8(ascii: ":")
                || letters.allSatisfy { $0 & 0x20 == 0 }
            if isMarked, let level = named(letters) { return level }
        }
        return nil
    }
}
