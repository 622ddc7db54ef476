// The edits that bring a change into a TOML text: by tables of its own, dotted names or inline tables, as the text has them.
import JSON

extension TOMLText {
    /// The edits that make `change` true of `bytes`; none when it is already. Throws when the text can't be read, or when a table
    /// whose other members are not ours (the first level of `change`) is something else.
    static func edits(making change: Change, in bytes: [UInt8]) throws(Flaw) -> [Edit] {
        var editor = TOMLEditor(text: try TOMLText(bytes))
        if case .merge(let changes) = change { try editor.merge(changes, into: []) }
        return editor.finished()
    }
}

private struct TOMLEditor {
    private let text: TOMLText
    private let statements: [TOMLText.Statement]
    private let newline: String
    private var edits: [Edit] = []
    /// Statements to take out and put in, by the number of the scope: inline tables have commas to mind.
    private var removed: [Int: Set<Int>] = [:]
    private var added: [Int: [String]] = [:]
    /// New tables, behind everything.
    private var sections: [String] = []

    private var bytes: [UInt8] { text.bytes }

    init(text: TOMLText) {
        self.text = text
        statements = text.scopes.flatMap(\.statements)
        newline = text.bytes.newline
    }

    mutating func merge(_ changes: [(key: String, change: Change)], into path: [String]) throws(Flaw) {
        var missing: [(key: String, value: JSON)] = []
        for (key, change) in changes {
            let inner = path + [key]
            try refuseArrayOfTables(inner)
            guard exists(inner) else {
                if let fresh = change.fresh { missing.append((key, fresh)) }
                continue
            }
            let same = statements.filter { isSame($0.path, inner) }
            guard same.count + text.scopes.count(where: { $0.list == nil && isSame($0.path, inner) }) < 2 else {
                throw Flaw(reason: "\(name(inner)) is defined twice", offset: same.last?.start ?? offset(of: inner))
            }
            let isTable = same.isEmpty || text.scopes.contains { $0.list != nil && isSame($0.path, inner) }
            switch change {
            case .remove: remove(inner)
            case .merge(let changes) where isTable: try merge(changes, into: inner)
            case .merge where path.isEmpty:
                throw Flaw(reason: "\(name(inner)) should be a table", offset: same[0].value.lowerBound)
            default:
                guard let fresh = change.fresh else { continue }
                guard let statement = same.first else {
                    throw Flaw(reason: "\(name(inner)) should be no table", offset: offset(of: inner))
                }
                if statement.content != fresh { edits.append(Edit(range: statement.value, text: inline(fresh))) }
            }
        }
        if !missing.isEmpty { insert(missing, into: path) }
    }

    /// The edits of all changes together.
    func finished() -> [Edit] {
        var edits = edits
        for index in Set(removed.keys).union(added.keys).sorted() {
            let scope = text.scopes[index]
            let removed = removed[index] ?? [], added = added[index] ?? []
            if let list = scope.list {
                edits += list.edits(removing: removed, adding: added, .line(gap: " ", padding: " "), in: bytes)
            } else {
                edits += removed.map { .remove(lines(of: scope.statements[$0])) }
                let kept = scope.statements.indices.last { !removed.contains($0) }.map { scope.statements[$0] }
                let indent = bytes.indent(at: kept?.start ?? scope.start)
                let place = kept?.value.upperBound ?? scope.start
                // After the line of what is kept, and not inside what is removed behind it.
                let next = kept == nil && index == 0 ? place : lineEnd(after: place)
                let endsLine = next == 0 || bytes[next - 1] == 0x0A || (kept == nil && index == 0)
                edits += added.map { .insert(endsLine ? indent + $0 + newline : newline + indent + $0, at: next) }
            }
        }
        guard !sections.isEmpty else { return edits }
        let hasText = bytes.contains { !$0.isBlank && $0 != 0x0A && $0 != 0x0D } && bytes != [0xEF, 0xBB, 0xBF]
        let endsLine = !hasText || bytes.last == 0x0A
        let isApart = !hasText || (endsLine && bytes.endsLine(at: bytes.lineStart(of: bytes.count - 1)))
        let text = sections.joined(separator: newline + newline)
        let lead = (endsLine ? "" : newline) + (isApart ? "" : newline)
        return edits + [.insert(lead + text + (endsLine ? newline : ""), at: bytes.count)]
    }

    /// Puts members into a table where they are not yet.
    private mutating func insert(_ members: [(key: String, value: JSON)], into path: [String]) {
        let own = text.scopes.firstIndex { isSame($0.path, path) && !path.isEmpty }
        let dotted = text.scopes.indices.last { index in
            text.scopes[index].path.count < path.count
                && text.scopes[index].statements.contains { starts($0.path, with: path) }
        }
        let isTable = own == nil && dotted == nil
        // A table that has only tables under it so far gets a header of its own with its first value.
        guard !(isTable && members.contains { !$0.value.isTable }) else {
            sections += tables(path, JSONObject(members.map { ($0.key, $0.value) }))
            return
        }
        for (key, value) in members {
            let inner = path + [key]
            // Servers are tables under headers of their own, unless the text has them otherwise.
            if let object = value.object,
                isTable || (own.map { text.scopes[$0].list == nil } ?? false && path.count < 2)
            {
                sections += tables(inner, object)
            } else if let scope = own ?? dotted {
                let relative = Array(inner.dropFirst(text.scopes[scope].path.count))
                added[scope, default: []].append("\(name(relative)) = \(inline(value))")
            }
        }
    }

    private mutating func remove(_ path: [String]) {
        for (index, scope) in text.scopes.enumerated() {
            if starts(scope.path, with: path) {
                if scope.list == nil { edits.append(.remove(lines(of: scope))) }
            } else {
                let found = scope.statements.indices.filter { starts(scope.statements[$0].path, with: path) }
                if !found.isEmpty { removed[index, default: []].formUnion(found) }
            }
        }
    }

    /// The lines of a statement, with the last line break.
    private func lines(of statement: TOMLText.Statement) -> Range<Int> {
        bytes.lineStart(of: statement.start)..<lineEnd(after: statement.value.upperBound)
    }

    /// The lines of a table; with an empty line before it when another follows.
    private func lines(of scope: TOMLText.Scope) -> Range<Int> {
        let end = lineEnd(after: scope.end)
        var start = bytes.lineStart(of: scope.start)
        if start > 0, end == bytes.count || bytes.endsLine(at: end) {
            let before = bytes.lineStart(of: start - 1)
            if bytes.endsLine(at: before) { start = before }
        }
        return start..<end
    }

    private func lineEnd(after place: Int) -> Int {
        bytes[place...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
    }

    private func exists(_ path: [String]) -> Bool {
        text.scopes.contains { starts($0.path, with: path) } || statements.contains { starts($0.path, with: path) }
    }

    private func refuseArrayOfTables(_ path: [String]) throws(Flaw) {
        guard let array = text.arraysOfTables.first(where: { isSame($0, path) }) else { return }
        throw Flaw(reason: "\(name(path)) should be one table, and not [[\(name(array))]]", offset: offset(of: path))
    }

    private func offset(of path: [String]) -> Int {
        text.scopes.first { starts($0.path, with: path) }?.start ?? statements.first { starts($0.path, with: path) }?
            .start ?? 0
    }

    private func tables(_ path: [String], _ object: JSONObject) -> [String] {
        let values = object.filter { !$0.value.isTable }.map { "\(name([$0.key])) = \(inline($0.value))" }
        let head = values.isEmpty ? [] : [(["[\(name(path))]"] + values).joined(separator: newline)]
        return head + object.flatMap { key, value in value.object.map { tables(path + [key], $0) } ?? [] }
    }

    private func inline(_ value: JSON) -> String {
        switch value {
        case .object(let object):
            "{ \(object.map { "\(name([$0.key])) = \(inline($0.value))" }.joined(separator: ", ")) }"
        case .array(let elements): "[\(elements.map { inline($0) }.joined(separator: ", "))]"
        // JSON's escapes are TOML's too.
        default: value.text
        }
    }

    private func name(_ path: [String]) -> String {
        path.map { key in
            let isBare = !key.isEmpty && key.utf8.allSatisfy { $0.isLetterOrDigit || $0 == 0x2D || $0 == 0x5F }
            return isBare ? key : JSON.string(key).text
        }.joined(separator: ".")
    }

    private func starts(_ path: [String], with prefix: [String]) -> Bool {
        path.count >= prefix.count && zip(path, prefix).allSatisfy { ClientConfig.isSame($0, $1) }
    }

    private func isSame(_ left: [String], _ right: [String]) -> Bool {
        left.count == right.count && starts(left, with: right)
    }
}

extension JSON {
    fileprivate var isTable: Bool { object != nil }
}
