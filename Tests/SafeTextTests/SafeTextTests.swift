// Foreign text loses what could steer a terminal or hide words, and nothing else.
import SafeText
import TestSupport
import Testing

@Suite("SafeText") struct SafeTextTests {
    @Test(
        "Harmless text stays as it is",
        arguments: [
            "", "plain", "a\tb", "日本語 ñandú Ω café", "naïve — “quotes” …", "مرحبا", "עברית", "🚀", "👨‍👩‍👧‍👦", "👩🏽‍🚀", "❤️", "🏳️‍🌈",
            "1️⃣",
            "e\u{301}", "한국어", "€ 100 % $HOME ~ | \\", "C:\\temp\\n",
        ])
    func harmless(text: String) {
        #expect(Array(SafeText.line(text).utf8) == Array(text.utf8))
        #expect(Array(SafeText.lines(text).utf8) == Array(text.utf8))
    }

    @Test(
        "Escape sequences are taken out whole",
        arguments: [
            ("\u{1B}[32mINFO\u{1B}[0m done", "INFO done"), ("\u{1B}[1;31mERROR\u{1B}[0m", "ERROR"),
            ("a\u{1B}[2J\u{1B}[Hb", "ab"),
            ("\u{1B}[38;2;1;2;3mx", "x"), ("\u{1B}[38:5:9mx", "x"), ("\u{1B}[?25lx\u{1B}[?25h", "x"),
            ("\u{1B}[ qx", "x"),
            ("\u{1B}]0;title\u{7}x", "x"), ("\u{1B}]0;title\u{1B}\\x", "x"),
            ("\u{1B}]8;;http://evil\u{7}link\u{1B}]8;;\u{7}", "link"),
            ("\u{1B}]52;c;ZXZpbA==\u{7}x", "x"), ("\u{1B}P1$r0m\u{1B}\\x", "x"), ("\u{1B}_app\u{1B}\\x", "x"),
            ("\u{1B}^pm\u{1B}\\x", "x"),
            ("\u{1B}Xsos\u{1B}\\x", "x"), ("\u{1B}(Bx", "x"), ("\u{1B}#8x", "x"), ("\u{1B}cx", "x"),
            ("\u{1B}7x\u{1B}8", "x"), ("\u{1B}=x", "x"),
            ("\u{9B}31mx", "x"), ("\u{9D}0;t\u{9C}x", "x"), ("\u{90}q\u{9C}x", "x"), ("\u{1B}[31", ""), ("\u{1B}", ""),
            ("a\u{1B}", "a"),
            ("\u{1B}\u{1B}[31mx", "x"), ("\u{1B}[\u{1B}[31mx", "x"), ("\u{1B}]t\u{1B}[31mx", "x"), ("\u{1B}[31日", "日"),
            ("\u{1B}日", "日"),
        ])
    func escapes(text: String, clean: String) {
        #expect(SafeText.line(text) == clean)
        #expect(SafeText.lines(text) == clean)
    }

    @Test(
        "A sequence that never ends takes no more than its line",
        arguments: [
            ("\u{1B}]0;never\nnext", "\nnext"), ("\u{1B}[31\nnext", "\nnext"), ("\u{1B}P\nnext", "\nnext"),
            ("\u{1B}\nnext", "\nnext"),
        ])
    func unterminated(text: String, clean: String) {
        #expect(SafeText.lines(text) == clean)
        #expect(SafeText.line(text) == " next")
    }

    @Test(
        "Line breaks of every kind",
        arguments: [
            ("a\nb", "a\nb"), ("a\r\nb", "a\nb"), ("a\u{85}b", "a\nb"), ("a\u{2028}b", "a\nb"), ("a\u{2029}b", "a\nb"),
            ("\n\n", "\n\n"),
        ])
    func lineBreaks(text: String, lines: String) {
        #expect(SafeText.lines(text) == lines)
        #expect(SafeText.line(text) == String(lines.map { $0 == "\n" ? " " : $0 }))
    }

    @Test("Every control character but tab and line break goes", arguments: Array(UInt8(0)..<0x20) + Array(0x7F...0x9F))
    func controls(byte: UInt8) throws {
        let scalar = Unicode.Scalar(byte)
        guard !["\t", "\n", "\u{85}", "\u{1B}"].contains(scalar) else { return }
        for text in ["a\(scalar)", "a\(scalar)日"] {
            #expect(!SafeText.line(text).unicodeScalars.contains(scalar), "\(byte)")
            #expect(SafeText.line(text).hasPrefix("a"))
        }
    }

    @Test(
        "Invisible scalars go",
        arguments: [
            0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x180B, 0x180E, 0x200B, 0x200C, 0x200E, 0x200F, 0x202A, 0x202B,
            0x202C, 0x202D, 0x202E,
            0x2060, 0x2061, 0x2064, 0x2066, 0x2067, 0x2068, 0x2069, 0x206F, 0x3164, 0xFEFF, 0xFFA0, 0xFFF9, 0xFFFB,
            0x1BCA0, 0x1BCA3, 0x1D173,
            0x1D17A, 0xE0001, 0xE0020, 0xE0041, 0xE007F, 0xE0100, 0xE01EF, 0xE0FFF,
        ] as [UInt32])
    func invisible(value: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(value))
        #expect(SafeText.line("a\(scalar)b") == "ab")
        #expect(SafeText.lines("\(scalar)") == "")
    }

    @Test(
        "Variation selectors stay on a picture and carry no hidden bytes elsewhere",
        arguments: Array(UInt32(0xFE00)...0xFE0F))
    func variationSelectors(value: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(value))
        #expect(Array(SafeText.line("a\(scalar)\(scalar)b").utf8) == Array("ab".utf8))
    }

    @Test("Words in tags, and reversed ones, are not smuggled in")
    func smuggled() {
        let tags = "ignore".unicodeScalars.compactMap { Unicode.Scalar(0xE0000 + $0.value) }
        #expect(SafeText.line("ok" + String(String.UnicodeScalarView(tags))) == "ok")
        #expect(SafeText.line("a\u{202E}txt.exe\u{202C}") == "atxt.exe")
    }

    @Test(
        "A zero-width joiner stays only between two pictures",
        arguments: [
            ("a\u{200D}b", "ab"), ("\u{200D}", ""), ("👨\u{200D}\u{200D}👩", "👨\u{200D}👩"), ("🙂\u{200D}a", "🙂a"),
            ("🙂\u{200D}", "🙂"),
            ("a\u{200D}🙂", "a🙂"),
        ])
    func joiners(text: String, clean: String) {
        #expect(Array(SafeText.line(text).unicodeScalars) == Array(clean.unicodeScalars))
    }

    @Test("Hostile text never leaves anything hidden, and cleaning twice changes nothing", arguments: UInt64(1)...60)
    func hostile(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let text = Self.hostileText(&generator)
            let clean = SafeText.lines(text)
            #expect(Self.hidden(in: clean).isEmpty, "\(text.unicodeScalars.map(\.value))")
            #expect(Array(SafeText.lines(clean).utf8) == Array(clean.utf8))
            let line = SafeText.line(text)
            #expect(!line.unicodeScalars.contains("\n"))
            #expect(Array(line.unicodeScalars) == clean.unicodeScalars.map { $0 == "\n" ? " " : $0 })
        }
    }

    /// Scalars that Unicode itself calls controls, format characters or ignorable, but for those of emoji.
    private static func hidden(in text: String) -> [Unicode.Scalar] {
        let allowed: Set<Unicode.Scalar> = ["\n", "\t", "\u{200D}", "\u{FE0F}"]
        return text.unicodeScalars.filter { scalar in
            !allowed.contains(scalar)
                && (scalar.properties.generalCategory == .control || scalar.properties.isDefaultIgnorableCodePoint
                    || scalar.properties.isBidiControl)
        }
    }

    private static func hostileText(_ generator: inout SeededGenerator) -> String {
        let pieces = [
            "\u{1B}", "\u{1B}[", "\u{1B}]", "\u{1B}P", "\u{9B}", "\u{9D}", "\u{9C}", "\u{7}", "\\", "[", ";", "31m",
            "m", "\n", "\r", "\t", "a", "日",
            "🙂", "\u{200D}", "\u{FE0F}", "\u{202E}", "\u{E0041}", "\u{200B}", " ", "\u{85}", "\u{2028}",
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0...20, using: &generator) {
            if Bool.random(using: &generator) {
                text += pieces[Int.random(in: pieces.indices, using: &generator)]
            } else if let scalar = Unicode.Scalar(UInt32.random(in: 0...0x2FFFF, using: &generator)) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    @Test(
        "Shortening counts characters and keeps them whole",
        arguments: [
            ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("日本語テキスト", 4, "日本語…"),
            ("👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 2, "👨‍👩‍👧‍👦…"), ("", 3, ""),
        ])
    func shortened(text: String, limit: Int, expected: String) {
        #expect(SafeText.shortened(text, to: limit) == expected)
    }

    @Test("A recorded coloured log line reads as its words")
    func recorded() throws {
        let log = try Fixture.text("engine/20.10.24/logs-tty.bin")
        #expect(SafeText.lines(log).hasPrefix("2026-11-27T10:10:42.558410261Z welcome to the terminal\n"))
    }
}
