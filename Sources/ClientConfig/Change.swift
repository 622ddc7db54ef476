// What is to become of a part of a file, whatever its format, and the bytes that this replaces.
import JSON

/// What is to become of one value of a document.
indirect enum Change {
    /// It is this value.
    case set(JSON)
    /// It is not there.
    case remove
    /// It is a table in which these members change and all others stay.
    case merge([(key: String, change: Change)])

    /// The value where none was; nil when there is still none.
    var fresh: JSON? {
        switch self {
        case .set(let value): return value
        case .remove: return nil
        case .merge(let members):
            let object = JSONObject(members.compactMap { member in member.change.fresh.map { (member.key, $0) } })
            return object.isEmpty ? nil : .object(object)
        }
    }
}

/// Bytes of a file that become others; an empty range is a place where text goes in.
struct Edit {
    let range: Range<Int>
    let text: String

    static func insert(_ text: String, at place: Int) -> Edit { Edit(range: place..<place, text: text) }
    static func remove(_ range: Range<Int>) -> Edit { Edit(range: range, text: "") }
}

/// Why a text is not the format that it should be, or not what it should hold.
struct Flaw: Error {
    let reason: String
    /// Bytes from the beginning.
    let offset: Int
}

extension [UInt8] {
    /// The bytes with `edits` made, which do not overlap; those at one place in the order given.
    func applying(_ edits: [Edit]) -> [UInt8] {
        var output: [UInt8] = []
        var place = 0
        let ordered = edits.enumerated().sorted {
            ($0.element.range.lowerBound, $0.element.range.upperBound, $0.offset)
                < ($1.element.range.lowerBound, $1.element.range.upperBound, $1.offset)
        }
        for edit in ordered.map(\.element) {
            output += self[place..<Swift.max(place, edit.range.lowerBound)]
            output += edit.text.utf8
            place = Swift.max(place, edit.range.upperBound)
        }
        return output + self[place...]
    }

    /// The line break that the text uses first; `\n` when it has none.
    var newline: String {
        guard let first = firstIndex(of: 0x0A) else { return "\n" }
        return first > 0 && self[first - 1] == 0x0D ? "\r\n" : "\n"
    }

    /// The place after the last line break before `place`.
    func lineStart(of place: Int) -> Int { (self[..<place].lastIndex(of: 0x0A) ?? -1) + 1 }

    /// Spaces and tabs at the beginning of the line of `place`.
    func indent(at place: Int) -> String {
        String(decoding: self[lineStart(of: place)..<place].prefix { $0.isBlank }, as: UTF8.self)
    }

    /// `place`, or the first place before it such that only spaces and tabs lie between.
    func backOverBlanks(from place: Int) -> Int {
        var place = place
        while place > 0, self[place - 1].isBlank { place -= 1 }
        return place
    }

    /// `place`, or the first place after it that is no space or tab.
    func overBlanks(from place: Int) -> Int {
        self[place...].firstIndex { !$0.isBlank } ?? count
    }

    /// Whether a line break begins at `place`.
    func endsLine(at place: Int) -> Bool {
        place < count && (self[place] == 0x0A || (self[place] == 0x0D && place + 1 < count && self[place + 1] == 0x0A))
    }
}

extension UInt8 {
    var isBlank: Bool { self == 0x20 || self == 0x09 }
}

/// Whether two names are the same bytes: for `String` the Kelvin sign is a K.
func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
