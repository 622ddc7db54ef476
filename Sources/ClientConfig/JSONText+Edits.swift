// The edits that bring a change into a JSON text, in the text's own style.
import JSON

extension JSONText {
    /// The edits that make `change` true of `bytes`; none when it is already. Throws when the text can't be read, or when a table
    /// whose other members are not ours (the first level of `change`) is something else.
    static func edits(making change: Change, in bytes: [UInt8]) throws(Flaw) -> [Edit] {
        var text = JSONText(bytes)
        guard case .merge(let changes) = change else { return [] }
        let root = try text.document()
        var editor = JSONEditor(text: text, root: root)
        guard let root else {
            guard let fresh = change.fresh else { return [] }
            let isOwnLine = bytes.isEmpty || bytes.last == 0x0A || bytes == [0xEF, 0xBB, 0xBF]
            let text = editor.rendered(fresh, indent: "", isOneLine: false) + editor.newline
            return [.insert((isOwnLine ? "" : editor.newline) + text, at: bytes.count)]
        }
        guard case .object = root.content else {
            throw Flaw(reason: "the file should hold an object", offset: root.range.lowerBound)
        }
        try editor.merge(changes, into: root)
        return editor.edits
    }
}

private struct JSONEditor {
    let text: JSONText
    let newline: String
    /// One level of indentation.
    private var unit = "  "
    /// What follows a colon, and a comma on one line.
    private var gap = " "
    /// Whether the whole document is on one line, so that what comes in should be too.
    private var isOneLine = false
    private(set) var edits: [Edit] = []

    private var bytes: [UInt8] { text.bytes }

    init(text: JSONText, root: LocatedJSON?) {
        self.text = text
        newline = text.bytes.newline
        guard let root, case .object(let members, let list) = root.content, let first = members.first else { return }
        isOneLine = !bytes[root.range].contains(0x0A)
        let place = list.items[0].start
        if bytes.backOverBlanks(from: place) == bytes.lineStart(of: place), bytes.lineStart(of: place) >= list.open {
            let deeper = bytes.indent(at: place).dropFirst(bytes.indent(at: root.range.lowerBound).count)
            if !deeper.isEmpty { unit = String(deeper) }
        }
        if bytes[first.value.range.lowerBound - 1] == UInt8(ascii: ":") { gap = "" }
    }

    /// `depth` 0 is the document, whose tables hold others' entries beside ours: what is no table there is refused, not replaced.
    mutating func merge(_ changes: [(key: String, change: Change)], into place: LocatedJSON, depth: Int = 0)
        throws(Flaw)
    {
        guard case .object(let members, let list) = place.content else { return }
        let isOneLine = members.isEmpty ? isOneLine : !bytes[place.range].contains(0x0A)
        let indent = indent(of: list, in: place)
        var added: [String] = []
        var removed: Set<Int> = []
        for (key, change) in changes {
            let found = members.indices.filter { isSame(members[$0].key, key) }
            // Of members with one name the last counts.
            guard let last = found.last else {
                guard let fresh = change.fresh else { continue }
                added.append(
                    "\(JSON.string(key).text):\(gap)\(rendered(fresh, indent: indent, isOneLine: isOneLine))")
                continue
            }
            let value = members[last].value
            switch (change, value.content) {
            case (.remove, _): removed.formUnion(found)
            case (.merge(let inner), .object): try merge(inner, into: value, depth: depth + 1)
            case (.merge, _) where depth == 0:
                throw Flaw(reason: "\"\(key)\" should be an object", offset: value.range.lowerBound)
            default:
                guard let fresh = change.fresh, text.value(of: value) != fresh else { continue }
                edits.append(Edit(range: value.range, text: rendered(fresh, indent: indent, isOneLine: isOneLine)))
            }
        }
        let layout: ItemList.Layout =
            isOneLine
            ? .line(gap: gap, padding: "")
            : .lines(newline: newline, indent: indent, closingIndent: bytes.indent(at: place.range.lowerBound))
        edits += list.edits(removing: removed, adding: added, layout, in: bytes)
    }

    /// The indentation of members in an object: that of its first, when that begins a line.
    private func indent(of list: ItemList, in place: LocatedJSON) -> String {
        if let start = list.items.first?.start, bytes.backOverBlanks(from: start) == bytes.lineStart(of: start),
            bytes.lineStart(of: start) >= list.open
        {
            return bytes.indent(at: start)
        }
        return bytes.indent(at: place.range.lowerBound) + unit
    }

    /// `value` as it stands after a name whose line is indented by `indent`: objects on lines of their own, arrays on one.
    func rendered(_ value: JSON, indent: String, isOneLine: Bool) -> String {
        guard case .object(let members) = value, !members.isEmpty else {
            guard case .array(let elements) = value else { return value.text }
            return "[\(elements.map(\.text).joined(separator: "," + gap))]"
        }
        let deeper = indent + unit
        let lines = members.map { key, value in
            "\(JSON.string(key).text):\(gap)\(rendered(value, indent: deeper, isOneLine: isOneLine))"
        }
        return isOneLine
            ? "{\(lines.joined(separator: "," + gap))}"
            : "{\(newline)\(deeper)\(lines.joined(separator: ",\(newline)\(deeper)"))\(newline)\(indent)}"
    }
}
