// Members between brackets, with commas between them: objects of JSON and inline tables of TOML change alike.

struct ItemList {
    struct Item {
        /// Where its name begins.
        let start: Int
        /// The place after its value.
        let end: Int
        /// The comma after it, when there is one.
        let comma: Int?
    }

    /// The place after the opening bracket.
    let open: Int
    let items: [Item]
    /// The place after the last item, comma or comment.
    let end: Int
    /// The closing bracket.
    let close: Int

    enum Layout {
        /// All on one line; `gap` follows a comma, `padding` stands inside the brackets of a list that was empty.
        case line(gap: String, padding: String)
        /// Each on its own.
        case lines(newline: String, indent: String, closingIndent: String)
    }

    /// The edits that take the items at `removed` out and put `added` behind the others. Commas come out as the list had them: one
    /// after the last item only when there was one.
    func edits(removing removed: Set<Int>, adding added: [String], _ layout: Layout, in bytes: [UInt8]) -> [Edit] {
        var edits = removed.map { Edit.remove(range(of: items[$0], in: bytes)) }
        let lastKept = items.indices.last { !removed.contains($0) }.map { items[$0] }
        let commaAtEnd = items.last?.comma != nil ? "," : ""
        guard !added.isEmpty else {
            if let comma = lastKept?.comma, commaAtEnd.isEmpty { edits.append(.remove(comma..<(comma + 1))) }
            return edits
        }
        if let lastKept, lastKept.comma == nil { edits.append(.insert(",", at: lastKept.end)) }
        switch layout {
        case .line(let gap, let padding):
            let text = added.joined(separator: "," + gap) + commaAtEnd
            if let lastKept {
                edits.append(.insert(gap + text, at: lastKept.comma.map { $0 + 1 } ?? lastKept.end))
            } else if items.isEmpty, open == end {
                edits.append(Edit(range: open..<close, text: padding + text + padding))
            } else {
                edits.append(.insert(padding + text, at: open))
            }
        case .lines(let newline, let indent, let closingIndent):
            let text = newline + indent + added.joined(separator: "," + newline + indent) + commaAtEnd
            if bytes[end..<close].contains(0x0A) {
                edits.append(.insert(text, at: end))
            } else {
                edits.append(Edit(range: end..<close, text: text + newline + closingIndent))
            }
        }
        return edits
    }

    /// The item with its comma and the blanks before it; with its line when nothing else is on it.
    private func range(of item: Item, in bytes: [UInt8]) -> Range<Int> {
        let end = item.comma.map { $0 + 1 } ?? item.end
        let start = bytes.backOverBlanks(from: item.start)
        if start > 0, bytes[start - 1] == 0x0A {
            // A line break goes only together with the next one in sight: what came after it could end up in a comment before it.
            guard bytes.endsLine(at: bytes.overBlanks(from: end)) else {
                return item.start..<bytes.overBlanks(from: end)
            }
            return (start > 1 && bytes[start - 2] == 0x0D ? start - 2 : start - 1)..<end
        }
        return start == open ? start..<(item.comma == nil ? end : bytes.overBlanks(from: end)) : start..<end
    }
}
