// The members of a JSON object, in the order in which they were written.

/// An ordered list of named values. Looking a name up is linear: the objects here have few members, and building an index
/// for each of thousands costs more than it saves.
public struct JSONObject: Hashable, Sendable {
    private var members: [Member] = []

    private struct Member: Hashable, Sendable {
        let key: String
        var value: JSON

        /// By bytes: `String` would take two spellings of one accent for one name.
        func isNamed(_ name: String) -> Bool { key.utf8.count == name.utf8.count && key == name }
    }

    /// No members.
    public init() {}

    /// These members; a key that comes twice keeps its first place and its last value.
    public init(_ members: some Sequence<(String, JSON)>) {
        for (key, value) in members { append(key, value) }
        settleDuplicates()
    }

    /// The value of `key`; setting nil removes it, setting a new key appends it.
    public subscript(_ key: String) -> JSON? {
        get { members.last { $0.isNamed(key) }?.value }
        set {
            let index = members.firstIndex { $0.isNamed(key) }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    /// How many members there are.
    public var count: Int { members.count }

    /// Whether there is none.
    public var isEmpty: Bool { members.isEmpty }

    /// The names, in order.
    public var keys: [String] { members.map(\.key) }

    /// Adds members as they are parsed, without looking for an earlier one of the same name; `settleDuplicates` does that once.
    mutating func append(_ key: String, _ value: JSON) {
        members.append(Member(key: key, value: value))
    }

    /// Lets the last of several members with one name win, at the first one's place.
    mutating func settleDuplicates() {
        guard members.count > 1 else { return }
        if members.count <= 16 {
            for index in members.indices.dropFirst()
            where members[..<index].contains(where: { $0.isNamed(members[index].key) }) {
                return rebuild()
            }
        } else if Set(members.lazy.map { Array($0.key.utf8) }).count < members.count {
            rebuild()
        }
    }

    private mutating func rebuild() {
        var places: [[UInt8]: Int] = [:]
        var kept: [Member] = []
        for member in members {
            if let place = places[Array(member.key.utf8)] {
                kept[place].value = member.value
            } else {
                places[Array(member.key.utf8)] = kept.count
                kept.append(member)
            }
        }
        members = kept
    }
}

extension JSONObject: Sequence {
    /// The members, in order.
    public func makeIterator() -> AnyIterator<(key: String, value: JSON)> {
        var rest = members.makeIterator()
        return AnyIterator { rest.next().map { ($0.key, $0.value) } }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// These members; a key that comes twice keeps its last value.
    public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}
