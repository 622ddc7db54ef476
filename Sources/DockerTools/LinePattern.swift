// Regular expressions for lines of logs, matched in time that grows with the line only.
//
// Patterns come from models and strangers, lines from containers: an engine that backtracks (Swift's own does) can be made to
// take for ever by `(a+)+$`, and can't be interrupted. This one follows all ways at once (Thompson, 1968), at most `maximumSteps` of them.

/// Why a pattern can't be used.
struct PatternError: Error, Hashable, Sendable {
    /// In words that can follow the pattern.
    let reason: String
    /// Characters before the place; nil when it is about the whole.
    var position: Int?
}

/// What is looked for in a line: the usual syntax without what needs backtracking (`\1`, `(?=`).
struct LinePattern: Sendable {
    /// One step of the program that a pattern becomes.
    enum Step: Sendable {
        case scalar(UInt32)
        case any
        case set([ClosedRange<UInt32>], isNegated: Bool)
        /// Goes on at both places.
        case split(Int, Int)
        case jump(Int)
        case lineStart, lineEnd
        case wordBoundary(isOne: Bool)
        case match
    }

    let steps: [Step]
    let ignoresCase: Bool
    /// What matching has learnt of the pattern, for the lines to come.
    private let matchers = LineMatchers()

    static let maximumSteps = 1_000

    /// Throws what is wrong with `text`, and where.
    init(_ text: String, ignoresCase: Bool = false) throws(PatternError) {
        var parser = PatternParser(text)
        let node = try parser.wholePattern()
        self.ignoresCase = ignoresCase || parser.ignoresCase
        var steps: [Step] = []
        try Self.emit(node, into: &steps, ignoresCase: self.ignoresCase)
        steps.append(.match)
        self.steps = steps
    }

    private static func emit(_ node: PatternNode, into steps: inout [Step], ignoresCase: Bool) throws(PatternError) {
        guard steps.count < maximumSteps else {
            throw PatternError(reason: "is too large: write fewer or smaller repetitions")
        }
        switch node {
        case .empty: return
        case .scalar(let scalar): steps.append(.scalar(ignoresCase ? lower(scalar) : scalar))
        case .any: steps.append(.any)
        case .set(let ranges, let isNegated): steps.append(.set(ranges, isNegated: isNegated))
        case .lineStart: steps.append(.lineStart)
        case .lineEnd: steps.append(.lineEnd)
        case .wordBoundary(let isOne): steps.append(.wordBoundary(isOne: isOne))
        case .sequence(let nodes): for node in nodes { try emit(node, into: &steps, ignoresCase: ignoresCase) }
        case .choice(let nodes): try emitChoice(nodes[...], into: &steps, ignoresCase: ignoresCase)
        case .repetition(let node, let least, let most):
            for _ in 0..<least { try emit(node, into: &steps, ignoresCase: ignoresCase) }
            guard let most else {
                let split = steps.count
                steps.append(.match)
                try emit(node, into: &steps, ignoresCase: ignoresCase)
                steps.append(.jump(split))
                steps[split] = .split(split + 1, steps.count)
                return
            }
            for _ in least..<max(least, most) {
                let split = steps.count
                steps.append(.match)
                try emit(node, into: &steps, ignoresCase: ignoresCase)
                steps[split] = .split(split + 1, steps.count)
            }
        }
    }

    private static func emitChoice(
        _ nodes: ArraySlice<PatternNode>, into steps: inout [Step], ignoresCase: Bool
    ) throws(PatternError) {
        guard let first = nodes.first else { return }
        guard nodes.count > 1 else { return try emit(first, into: &steps, ignoresCase: ignoresCase) }
        let split = steps.count
        steps.append(.match)
        try emit(first, into: &steps, ignoresCase: ignoresCase)
        let jump = steps.count
        steps.append(.match)
        steps[split] = .split(split + 1, steps.count)
        try emitChoice(nodes.dropFirst(), into: &steps, ignoresCase: ignoresCase)
        steps[jump] = .jump(steps.count)
    }
}

extension LinePattern {
    /// Whether the pattern is found anywhere in `line`. Takes at most `steps.count` looks at each character.
    func matches(_ line: String) -> Bool {
        matchers.matches(line) { LineMatcher(steps: steps, ignoresCase: ignoresCase) }
    }

    static func isWord(_ scalar: UInt32?) -> Bool {
        guard let scalar else { return false }
        return PatternNode.word.contains { $0.contains(scalar) }
    }

    static func lower(_ scalar: UInt32) -> UInt32 { mapped(scalar, \.lowercaseMapping) }
    static func upper(_ scalar: UInt32) -> UInt32 { mapped(scalar, \.uppercaseMapping) }

    private static func mapped(_ scalar: UInt32, _ mapping: (Unicode.Scalar.Properties) -> String) -> UInt32 {
        guard let unicode = Unicode.Scalar(scalar) else { return scalar }
        let text = mapping(unicode.properties).unicodeScalars
        return text.count == 1 ? text.first?.value ?? scalar : scalar
    }
}
