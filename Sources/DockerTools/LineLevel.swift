// How grave a line of a log says that it is: there is no standard, so the usual ways of writing it are tried in turn.
import JSON

/// From the least grave on.
enum LineLevel: Int, Hashable, Comparable, Sendable, CaseIterable {
    case trace, debug, info, warn, error, fatal

    static func < (left: LineLevel, right: LineLevel) -> Bool { left.rawValue < right.rawValue }

    var word: String { "\(self)" }

    static let words = allCases.map(\.word)

    /// What `text`, a line that is cleaned already, says; nil when it says nothing.
    init?(of text: String) {
        if text.utf8.first == UInt8(ascii: "{"), let level = Self.json(text) {
            self = level
        } else if let level = Self.prefixed(text) ?? Self.assigned(text) ?? Self.spoken(text) {
            self = level
        } else {
            return nil
        }
    }

    private static let named: [String: LineLevel] = [
        "trace": .trace, "verbose": .trace, "debug": .debug, "dbg": .debug, "info": .info, "information": .info,
        "notice": .info, "warn": .warn, "warning": .warn, "wrn": .warn, "error": .error, "err": .error,
        "severe": .error, "fatal": .fatal, "critical": .fatal, "crit": .fatal, "panic": .fatal, "emerg": .fatal,
        "alert": .fatal,
    ]

    /// `{"level":"warn"}`, also as `severity`, `lvl` or `log.level`; numbers are those of pino and bunyan.
    private static func json(_ text: String) -> LineLevel? {
        guard text.utf8.count <= 16 << 10, let object = (try? JSON(parsing: text))?.object else { return nil }
        for key in ["level", "severity", "lvl", "log.level", "levelname"] {
            if let word = object[key]?.string { return named[word.lowercased()] }
            if let number = object[key]?.int {
                return switch number {
                case 10..<20: .trace
                case 20..<30: .debug
                case 30..<40: .info
                case 40..<50: .warn
                case 50..<60: .error
                case 60..<70: .fatal
                default: nil
                }
            }
        }
        return nil
    }

    /// klog's `E1201 12:00:00` and syslog's `<3>`.
    private static func prefixed(_ text: String) -> LineLevel? {
        let bytes = text.utf8.prefix(6)
        let digits = bytes.dropFirst().prefix(4)
        if digits.count == 4, digits.allSatisfy({ (0x30...0x39).contains($0) }), bytes.last == UInt8(ascii: " ") {
            switch bytes.first {
            case UInt8(ascii: "I"): return .info
            case UInt8(ascii: "W"): return .warn
            case UInt8(ascii: "E"): return .error
            case UInt8(ascii: "F"): return .fatal
            default: break
            }
        }
        guard bytes.first == UInt8(ascii: "<"), let close = text.firstIndex(of: ">"),
            let priority = Int(text[text.index(after: text.startIndex)..<close]), (0...191).contains(priority)
        else { return nil }
        // RFC 5424, section 6.2.1: the severity is the priority's lowest three bits.
        return [.fatal, .fatal, .fatal, .error, .warn, .info, .info, .debug][priority & 7]
    }

    /// logfmt's `level=warn`.
    private static func assigned(_ text: String) -> LineLevel? {
        for word in text.prefix(400).split(separator: " ") {
            guard let equals = word.firstIndex(of: "="), ["level", "lvl", "severity"].contains(word[..<equals]) else {
                continue
            }
            return named[word[word.index(after: equals)...].filter(\.isLetter).lowercased()]
        }
        return nil
    }

    /// `ERROR` in capitals, `[error]`, or `error:` among the first words.
    private static func spoken(_ text: String) -> LineLevel? {
        for word in text.prefix(100).split(separator: " ") {
            let letters = word.drop { !$0.isLetter }.prefix { $0.isLetter }
            guard let level = named[letters.lowercased()] else { continue }
            let isShouted = letters.allSatisfy(\.isUppercase)
            if isShouted || word.hasPrefix("[") || word.hasSuffix("]") || word.hasSuffix(":") { return level }
        }
        return nil
    }
}
