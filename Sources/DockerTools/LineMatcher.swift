// Runs the program of a `LinePattern` over lines, and remembers what each character led to.
import NIOConcurrencyHelpers

/// The places of one pattern's program where a match may be, all at once: what a character makes of them is found once, in time that grows
/// with the program, and then looked up (a lazy automaton: Aho, Sethi and Ullman, 3.7). Memory is fixed: when it is full, it is forgotten.
struct LineMatcher {
    /// Where a match may be, and what came before; of two that are the same, all that follows is the same.
    private struct State: Hashable {
        var places: [Int]
        var previous: Previous
    }

    private enum Previous: Hashable { case none, word, other }

    private let steps: [LinePattern.Step]
    private let ignoresCase: Bool
    private var states: [State] = []
    private var numbers: [State: Int] = [:]
    private var placesHeld = 0
    /// Of each state what each ASCII character, and the line's end, lead to: a state, or one of the two below.
    private var next: [Int32] = []
    private var seen: [Int]
    private var round = 0

    private static let unknown: Int32 = -1
    private static let match: Int32 = -2
    /// 128 characters and the end.
    private static let width = 129
    private static let (maximumStates, maximumPlaces) = (256, 16_384)

    init(steps: [LinePattern.Step], ignoresCase: Bool) {
        self.steps = steps
        self.ignoresCase = ignoresCase
        seen = [Int](repeating: -1, count: steps.count)
        forget()
    }

    /// The first state is the beginning of a line.
    private mutating func forget() {
        (states, numbers, next, placesHeld) = ([], [:], [], 0)
        _ = number(of: State(places: [0], previous: .none))
    }

    private mutating func number(of state: State) -> Int {
        if let known = numbers[state] { return known }
        numbers[state] = states.count
        placesHeld += state.places.count
        states.append(state)
        next.append(contentsOf: repeatElement(Self.unknown, count: Self.width))
        return states.count - 1
    }

    /// Whether the pattern is found anywhere in `line`.
    mutating func matches(_ line: String) -> Bool {
        var line = line
        return line.withUTF8 { bytes in
            var (state, position) = (0, 0)
            while true {
                // As far as is known already; this is where the time goes.
                let isFound = next.withUnsafeBufferPointer { next in
                    while position < bytes.count, bytes[position] < 0x80 {
                        let following = next[state * Self.width + Int(bytes[position])]
                        guard following >= 0 else { return following == Self.match }
                        (state, position) = (Int(following), position + 1)
                    }
                    return false
                }
                if isFound { return true }
                guard position < bytes.count else { return follow(state, nil) == nil }
                var length = 1
                let scalar = bytes[position] < 0x80 ? UInt32(bytes[position]) : Self.scalar(bytes, position, &length)
                guard let following = follow(state, scalar) else { return true }
                (state, position) = (following, position + length)
            }
        }
    }

    /// A character of more than one byte; a `String` holds no others.
    private static func scalar(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int, _ length: inout Int) -> UInt32 {
        length = bytes[position] < 0xE0 ? 2 : bytes[position] < 0xF0 ? 3 : 4
        let first = UInt32(bytes[position]) & (0x7F >> UInt32(length))
        return bytes[position..<min(position + length, bytes.count)].dropFirst().reduce(first) {
            $0 << 6 | UInt32($1 & 0x3F)
        }
    }

    /// What `scalar`, or the end of the line, makes of a state; nil when the pattern is found.
    private mutating func follow(_ state: Int, _ scalar: UInt32?) -> Int? {
        let symbol = scalar.map { $0 < 0x80 ? Int($0) : nil } ?? Self.width - 1
        if let symbol, case let known = next[state * Self.width + symbol], known != Self.unknown {
            return known == Self.match ? nil : Int(known)
        }
        guard let waiting = closure(of: states[state], before: scalar) else {
            if let symbol { next[state * Self.width + symbol] = Self.match }
            return nil
        }
        var following = State(places: [], previous: LinePattern.isWord(scalar) ? .word : .other)
        if let scalar {
            let lowered = ignoresCase ? LinePattern.lower(scalar) : scalar
            for place in waiting where fits(steps[place], scalar, lowered) { following.places.append(place + 1) }
        }
        following.places.sort()
        if states.count >= Self.maximumStates || placesHeld >= Self.maximumPlaces, numbers[following] == nil {
            forget()
            return number(of: following)
        }
        let found = number(of: following)
        if let symbol { next[state * Self.width + symbol] = Int32(found) }
        return found
    }

    /// All places that are reached without taking a character, nil when the end is among them. A match may begin at each character.
    private mutating func closure(of state: State, before scalar: UInt32?) -> [Int]? {
        round += 1
        var waiting: [Int] = []
        var open = state.places
        if state.previous != .none { open.append(0) }
        while let place = open.popLast() {
            guard seen[place] != round else { continue }
            seen[place] = round
            switch steps[place] {
            case .match: return nil
            case .split(let first, let second): open += [first, second]
            case .jump(let target): open.append(target)
            case .lineStart: if state.previous == .none { open.append(place + 1) }
            case .lineEnd: if scalar == nil { open.append(place + 1) }
            case .wordBoundary(let isOne):
                if ((state.previous == .word) != LinePattern.isWord(scalar)) == isOne { open.append(place + 1) }
            case .scalar, .any, .set: waiting.append(place)
            }
        }
        return waiting
    }

    private func fits(_ step: LinePattern.Step, _ scalar: UInt32, _ lowered: UInt32) -> Bool {
        switch step {
        case .scalar(let wanted): return wanted == lowered
        case .any: return true
        case .set(let ranges, let isNegated):
            let isIn = ranges.contains { range in
                range.contains(scalar)
                    || (ignoresCase && (range.contains(lowered) || range.contains(LinePattern.upper(scalar))))
            }
            return isIn != isNegated
        default: return false
        }
    }
}

/// The matchers of one pattern: several logs are read at once, and each takes one for a line and gives it back.
final class LineMatchers: Sendable {
    private let free = NIOLockedValueBox<[LineMatcher]>([])

    func matches(_ line: String, new: () -> LineMatcher) -> Bool {
        var matcher = free.withLockedValue { $0.popLast() } ?? new()
        let isFound = matcher.matches(line)
        free.withLockedValue { free in if free.count < 8 { free.append(matcher) } }
        return isFound
    }
}
