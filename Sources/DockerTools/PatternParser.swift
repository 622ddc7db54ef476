// Reads a regular expression into a tree.

/// A part of a pattern.
indirect enum PatternNode: Sendable {
    case empty, any, lineStart, lineEnd
    case scalar(UInt32)
    case set([ClosedRange<UInt32>], isNegated: Bool)
    case wordBoundary(isOne: Bool)
    case sequence([PatternNode])
    case choice([PatternNode])
    case repetition(PatternNode, least: Int, most: Int?)

    static let digit: [ClosedRange<UInt32>] = [0x30...0x39]
    static let word: [ClosedRange<UInt32>] = [
        0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A, 0xAA...0x2FF, 0x370...0x1FFF, 0x2C00...0xD7FF,
    ]
    static let space: [ClosedRange<UInt32>] = [0x09...0x0D, 0x20...0x20, 0x85...0x85, 0xA0...0xA0, 0x2000...0x200A]
}

struct PatternParser {
    private let scalars: [Unicode.Scalar]
    private var place = 0
    private var depth = 0
    /// Whether the pattern begins with `(?i)`.
    private(set) var ignoresCase = false

    private static let deepest = 50
    private static let mostRepeats = 500

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    mutating func wholePattern() throws(PatternError) -> PatternNode {
        if scalars.starts(with: "(?i)".unicodeScalars) {
            ignoresCase = true
            place = 4
        }
        let node = try choice()
        guard place == scalars.count else { throw problem("has a ) without a (", at: place) }
        return node
    }

    private func problem(_ reason: String, at position: Int) -> PatternError {
        PatternError(reason: reason, position: position)
    }

    private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        place += 1
        return true
    }

    private mutating func choice() throws(PatternError) -> PatternNode {
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(PatternError) -> PatternNode {
        var nodes: [PatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            let start = place
            let node = try atom()
            nodes.append(try repeated(node, from: start))
        }
        return nodes.isEmpty ? .empty : nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func repeated(_ node: PatternNode, from start: Int) throws(PatternError) -> PatternNode {
        let (least, most): (Int, Int?)
        switch next {
        case "*": (least, most) = (0, nil)
        case "+": (least, most) = (1, nil)
        case "?": (least, most) = (0, 1)
        case "{":
            guard let bounds = try bounds() else { return node }
            return try lazily(.repetition(node, least: bounds.0, most: bounds.1))
        default: return node
        }
        place += 1
        return try lazily(.repetition(node, least: least, most: most))
    }

    /// `*?` finds the same lines as `*`.
    private mutating func lazily(_ node: PatternNode) throws(PatternError) -> PatternNode {
        if take("?") { return node }
        if next == "+" || next == "*" { throw problem("has two repetitions, one after another", at: place) }
        return node
    }

    /// `{2}`, `{2,}`, `{2,5}`; nil when the brace stands for itself.
    private mutating func bounds() throws(PatternError) -> (Int, Int?)? {
        let start = place
        place += 1
        guard let least = number() else {
            place = start
            return nil
        }
        var most: Int? = least
        if take(",") { most = number() }
        guard take("}") else {
            place = start
            return nil
        }
        guard least <= Self.mostRepeats, (most ?? least) <= Self.mostRepeats else {
            throw problem("repeats more than \(Self.mostRepeats) times", at: start)
        }
        guard (most ?? least) >= least else {
            throw problem("has a repetition whose bounds are the wrong way round", at: start)
        }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var digits = ""
        while let scalar = next, ("0"..."9").contains(scalar), digits.count < 9 {
            digits.unicodeScalars.append(scalar)
            place += 1
        }
        return Int(digits)
    }

    private mutating func atom() throws(PatternError) -> PatternNode {
        let start = place
        guard let scalar = next else { return .empty }
        place += 1
        switch scalar {
        case "(": return try group(from: start)
        case "[": return try set(from: start)
        case ".": return .any
        case "^": return .lineStart
        case "$": return .lineEnd
        case "\\": return try escape(from: start)
        case "*", "+", "?": throw problem("has a \(scalar) with nothing before it to repeat", at: start)
        case "{":
            place = start
            if try bounds() != nil { throw problem("has a repetition with nothing before it", at: start) }
            place = start + 1
            return .scalar(scalar.value)
        default: return .scalar(scalar.value)
        }
    }

    private mutating func group(from start: Int) throws(PatternError) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw problem("is nested too deeply", at: start) }
        if take("?") {
            guard take(":") else {
                throw problem("uses (? for more than (?: or a leading (?i), which is not supported", at: start)
            }
        }
        let node = try choice()
        guard take(")") else { throw problem("has a ( without a )", at: start) }
        return node
    }

    private mutating func escape(from start: Int) throws(PatternError) -> PatternNode {
        guard let scalar = next else { throw problem("ends with a \\", at: start) }
        place += 1
        if let ranges = Self.classes[scalar.properties.lowercaseMapping] {
            return .set(ranges, isNegated: scalar.properties.isUppercase)
        }
        switch scalar {
        case "b": return .wordBoundary(isOne: true)
        case "B": return .wordBoundary(isOne: false)
        default: return .scalar(try literal(scalar, from: start))
        }
    }

    private static let classes = ["d": PatternNode.digit, "w": PatternNode.word, "s": PatternNode.space]

    /// The character that `\x` stands for.
    private func literal(_ scalar: Unicode.Scalar, from start: Int) throws(PatternError) -> UInt32 {
        switch scalar {
        case "t": return 0x09
        case "n": return 0x0A
        case "r": return 0x0D
        case "0"..."9": throw problem("refers back by \\\(scalar), which is not supported", at: start)
        case "a"..."z", "A"..."Z": throw problem("has \\\(scalar), which means nothing", at: start)
        default: return scalar.value
        }
    }

    private mutating func set(from start: Int) throws(PatternError) -> PatternNode {
        let isNegated = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        var isFirst = true
        while let scalar = next, scalar != "]" || isFirst {
            isFirst = false
            place += 1
            var low = scalar.value
            if scalar == "\\" {
                guard let escaped = next else { break }
                place += 1
                if let more = Self.classes[String(escaped)] {
                    ranges += more
                    continue
                }
                low = try literal(escaped, from: place - 2)
            }
            guard next == "-", place + 1 < scalars.count, scalars[place + 1] != "]" else {
                ranges.append(low...low)
                continue
            }
            place += 1
            var high = scalars[place].value
            place += 1
            if high == 0x5C, let escaped = next {
                place += 1
                high = try literal(escaped, from: place - 2)
            }
            guard low <= high else { throw problem("has a range whose ends are the wrong way round", at: start) }
            ranges.append(low...high)
        }
        guard take("]") else { throw problem("has a [ without a ]", at: start) }
        return .set(ranges, isNegated: isNegated)
    }
}
