// A set of sources by their place in an answer: of a thousand sources it takes 128 bytes, and a union of two is quick.

/// Places of sources, as bits.
struct SourceSet: Sendable, Hashable {
    private var words: [UInt64] = []

    mutating func insert(_ index: Int) {
        let word = index / 64
        if word >= words.count { words += [UInt64](repeating: 0, count: word + 1 - words.count) }
        words[word] |= 1 << (index % 64)
    }

    mutating func remove(_ index: Int) {
        if index / 64 < words.count { words[index / 64] &= ~(1 << (index % 64)) }
    }

    mutating func formUnion(_ other: SourceSet) {
        if other.words.count > words.count {
            words += [UInt64](repeating: 0, count: other.words.count - words.count)
        }
        for (index, word) in other.words.enumerated() { words[index] |= word }
    }

    func contains(_ index: Int) -> Bool { index / 64 < words.count && words[index / 64] & (1 << (index % 64)) != 0 }

    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    /// The lowest `limit` of its members, in order.
    func first(_ limit: Int) -> [Int] {
        var found: [Int] = []
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0, found.count < limit {
                found.append(index * 64 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
        return found
    }
}
