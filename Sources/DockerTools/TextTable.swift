// Rows as aligned columns, as docker CLI prints them, narrowed to a terminal where needed.

struct TextTable: Sendable {
    struct Column: Sendable {
        let heading: String
        /// The narrowest that it may become; nil when it is never cut.
        var minimumWidth: Int?
    }

    let columns: [Column]
    var rows: [[String]] = []

    private static let gap = 2

    /// Narrowed to `width` columns where that is possible; nil for no limit. Without alignment, cells are two blanks apart.
    func lines(width: Int?, isAligned: Bool = true) -> [String] {
        guard !rows.isEmpty else { return [] }
        let all = [columns.map(\.heading)] + rows
        let cellWidths = all.map { $0.map(DisplayWidth.of) }
        var widths = columns.indices.map { column in cellWidths.map { $0[column] }.max() ?? 0 }
        if let width { narrow(&widths, to: width) }
        if !isAligned { return all.map { Self.trimmed($0.joined(separator: String(repeating: " ", count: Self.gap))) } }
        return zip(all, cellWidths).map { row, cellWidths in
            var line = ""
            for (index, cell) in row.enumerated() {
                let isCut = cellWidths[index] > widths[index]
                let shown = isCut ? DisplayWidth.cut(cell, to: widths[index]) : cell
                line += shown
                if index < row.count - 1 {
                    let used = isCut ? DisplayWidth.of(shown) : cellWidths[index]
                    line += String(repeating: " ", count: widths[index] - used + Self.gap)
                }
            }
            return Self.trimmed(line)
        }
    }

    private static func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }

    /// Takes from the widest column that may still give, until the table fits or none may.
    private func narrow(_ widths: inout [Int], to width: Int) {
        var excess = widths.reduce(0, +) + Self.gap * (columns.count - 1) - width
        while excess > 0 {
            let candidates = columns.indices.filter { widths[$0] > columns[$0].minimumWidth ?? .max }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { return }
            widths[widest] -= 1
            excess -= 1
        }
    }
}

/// How many columns of a terminal a text takes.
public enum DisplayWidth {
    static func of(_ text: String) -> Int {
        text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.count : text.reduce(0) { $0 + of($1) }
    }

    /// `text` in at most `width` columns, an ellipsis at its end when something was cut.
    public static func cut(_ text: String, to width: Int) -> String {
        guard of(text) > width else { return text }
        var shown = ""
        var used = 0
        for character in text {
            used += of(character)
            if used > width - 1 { break }
            shown.append(character)
        }
        return shown + "…"
    }

    /// Wide are the East Asian scripts and pictures (Unicode TR 11, the blocks that are wide as a whole).
    private static func of(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        if scalar.properties.isEmojiPresentation { return 2 }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            return 2
        default: return scalar.properties.generalCategory == .nonspacingMark ? 0 : 1
        }
    }
}
