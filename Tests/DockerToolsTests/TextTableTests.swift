// Aligned columns, narrowed where they may be, measured in columns of a terminal.
import Testing

@testable import DockerTools

@Suite struct TextTableTests {
    private func table(_ rows: [[String]], minimums: [Int?] = [nil, 4, nil]) -> TextTable {
        TextTable(
            columns: zip(["A", "NAME", "END"], minimums).map { .init(heading: $0, minimumWidth: $1) }, rows: rows)
    }

    @Test("Columns are aligned, two blanks apart, and lines end with their last text")
    func aligned() {
        #expect(
            table([["x", "a long name", "1"], ["long", "b", ""]]).lines(width: nil)
                == ["A     NAME         END", "x     a long name  1", "long  b"])
    }

    @Test("No rows, no heading") func empty() { #expect(table([]).lines(width: nil).isEmpty) }

    @Test("Only columns that may be are narrowed, down to their least width", arguments: 1...40)
    func narrowed(width: Int) {
        let lines = table([["fixed", "a very long name indeed", "end"]]).lines(width: width)
        #expect(lines.allSatisfy { DisplayWidth.of($0) <= max(width, 5 + 2 + 4 + 2 + 3) })
        #expect(lines[1].hasPrefix("fixed  a ") && lines[1].hasSuffix("  end"))
        #expect(lines[1].contains("…") == (width < 35))
    }

    @Test("The widest gives first")
    func widestFirst() {
        let lines = table(
            [["x", String(repeating: "n", count: 10), String(repeating: "e", count: 30)]], minimums: [nil, 4, 4]
        )
        .lines(width: 25)
        #expect(lines[1] == "x  nnnnnnnnnn  eeeeeeeee…")
    }

    @Test(
        "Wide characters take two columns, marks none",
        arguments: [
            ("abc", 3), ("", 0), ("日本語", 6), ("한글", 4), ("ñandú", 5), ("n\u{0303}", 1), ("🚀", 2), ("Ω", 1), ("ｆ", 2),
            ("日a", 3), ("👨‍👩‍👧", 2), ("…", 1),
        ])
    func width(text: String, width: Int) { #expect(DisplayWidth.of(text) == width) }

    @Test("Wide texts are aligned by what they take")
    func wideAligned() {
        #expect(
            table([["日本", "x", "1"], ["abcd", "y", "2"]]).lines(width: nil)
                == ["A     NAME  END", "日本  x     1", "abcd  y     2"])
    }

    @Test(
        "A cut keeps whole characters and never takes more than its width",
        arguments: ["日本語の名前", "🚀🚀🚀", "abcdef", "日a本b"], 1...12)
    func cut(text: String, width: Int) {
        let cut = DisplayWidth.cut(text, to: width)
        #expect(DisplayWidth.of(cut) <= width)
        #expect((cut == text) == (DisplayWidth.of(text) <= width))
        #expect(cut == text || (cut.last == "…" && text.hasPrefix(cut.dropLast())))
    }
}
