// Regular expressions on lines: what is found, what is refused, and that no pattern takes long.
import Testing
import TestSupport

@testable import DockerTools

@Suite struct LinePatternTests {
    @Test(
        "Found",
        arguments: [
            ("abc", "xxabcxx"), ("a.c", "abc"), ("a|b", "zb"), ("^ab$", "ab"), ("a*", ""), ("a+b", "aaab"),
            ("colou?r", "color"),
            ("[a-c]+$", "xabc"), ("[^0-9]", "1a"), (#"\d{3}"#, "a123"), (#"\bweb\b"#, "the web is"), (#"\Bb"#, "ab"),
            ("(ab){2}", "abab"),
            ("(?:a|b)c", "bc"), ("x{2,3}", "xx"), ("x{2,}", "xxxx"), (#"a\.b"#, "a.b"), ("(?i)ERROR", "an error"),
            ("[]a]", "]"),
            ("[a-]", "-"), (#"[\d.]+ms"#, "1.5ms"), ("a{", "a{"), ("é", "café"), (#"\S+@\S+"#, "me@host"),
            ("", "anything"),
            ("a*?b", "aab"), ("(|a)b", "b"), ("^$", ""), (#"\\"#, #"a\b"#), ("(?i)[a-z]x", "QX"), ("日本", "在日本"),
        ])
    func found(pattern: String, line: String) throws { #expect(try LinePattern(pattern).matches(line)) }

    @Test(
        "Not found",
        arguments: [
            ("abc", "ab"), ("^b", "ab"), ("a$", "ab"), ("a+", ""), ("[^a]", "a"), (#"\d"#, "x"), (#"\bweb\b"#, "webs"),
            ("x{3}", "xx"), ("ERROR", "error"), ("a.c", "ac"), (#"\."#, "a"), ("^$", "x"), (#"\Bb"#, "b"),
        ])
    func notFound(pattern: String, line: String) throws { #expect(try !LinePattern(pattern).matches(line)) }

    @Test(
        "What is learnt of one line is right for the next: as Swift's own expressions find", arguments: UInt64(1)...20)
    func anyPattern(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let (parts, letters) = (
            [
                "a", "b", "é", ".", "[ab]", "[^a]", #"\b"#, "(a|b)", "(ab)*", "a+", "b?", "|", "^", "$", " ",
                "(b.){1,3}",
            ],
            ["a", "b", "é", " ", "日", "c"]
        )
        func text(of parts: [String], upTo count: Int) -> String {
            (0..<Int.random(in: 0...count, using: &generator)).map { _ in
                parts[Int.random(in: parts.indices, using: &generator)]
            }.joined()
        }
        for _ in 0..<20 {
            let source = text(of: parts, upTo: 6)
            guard let pattern = try? LinePattern(source), let theirs = try? Regex(source) else { continue }
            let regex = theirs.matchingSemantics(.unicodeScalar).wordBoundaryKind(.simple)
            for _ in 0..<20 {
                let line = text(of: letters, upTo: 9)
                #expect(pattern.matches(line) == (try regex.firstMatch(in: line) != nil), "\(source) in \(line)")
            }
        }
    }

    @Test("Memory of states is fixed, and forgetting them loses no match")
    func forgetting() throws {
        // Remembers which of the last 12 characters were an a: 4,096 states.
        let pattern = try LinePattern("a[ab]{11}c")
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<20 {
            let letters = (0..<2_000).map { _ in Bool.random(using: &generator) ? "a" : "b" }
            let line = letters.joined()
            #expect(!pattern.matches(line))
            #expect(pattern.matches(line + "c") == (letters[letters.count - 12] == "a"))
        }
    }

    @Test(
        "Refused, with the place",
        arguments: [
            ("a(", "( without a )", 1), ("a)", ") without a (", 1), ("[a", "[ without a ]", 0),
            ("*a", "nothing before it", 0),
            (#"a\"#, #"ends with a \"#, 1), (#"(a)\1"#, "refers back", 3), ("(?=a)", "not supported", 0),
            ("a{3,2}", "wrong way round", 1),
            ("[b-a]", "wrong way round", 0), ("a**", "two repetitions", 2), (#"\q"#, "means nothing", 0),
            ("a{501}", "more than 500", 1),
            (String(repeating: "(", count: 60) + String(repeating: ")", count: 60), "too deeply", 50),
        ] as [(String, String, Int)])
    func refused(pattern: String, words: String, position: Int) {
        let error = #expect(throws: PatternError.self) { try LinePattern(pattern) }
        #expect(error?.reason.contains(words) == true, "\(error?.reason ?? "")")
        #expect(error?.position == position)
    }

    @Test(
        "Too large a program is refused",
        arguments: ["(a{100}){100}", "((a{30}){30}){30}", "((((a{500}){500}){500}){500})"])
    func tooLarge(pattern: String) { #expect(throws: PatternError.self) { try LinePattern(pattern) } }

    @Test(
        "Patterns that make others run for ever are looked at once for each character",
        arguments: ["(a+)+$", "(a|aa)+$", "(a*)*b", "(.*)(.*)(.*)(.*)[^a]$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y"])
    func catastrophic(pattern: String) throws {
        let compiled = try LinePattern(pattern)
        // 40 characters are enough to keep an engine that backtracks busy until the sun goes out; this is 64 KiB.
        let line = String(repeating: "a", count: 65_536) + "!"
        #expect(compiled.steps.count < 40)
        _ = compiled.matches(line)
    }

    @Test("The same as Swift's own engine on random patterns and lines that it can bear")
    func oracle() throws {
        var random = SeededGenerator(seed: 7)
        func atom(_ depth: Int) -> String {
            switch Int.random(in: 0..<(depth > 2 ? 5 : 8), using: &random) {
            case 0, 1: return ["a", "b", "c"].randomElement(using: &random) ?? "a"
            case 2: return "."
            case 3: return "[ab]"
            case 4: return "[^a]"
            case 5: return "(\(pattern(depth + 1)))"
            case 6: return "(?:\(pattern(depth + 1))|\(pattern(depth + 1)))"
            default: return (["a*", "b+", "c?", "a{2}", "(ab){1,2}"].randomElement(using: &random) ?? "a*")
            }
        }
        func pattern(_ depth: Int) -> String {
            (0..<Int.random(in: 1...3, using: &random)).map { _ in atom(depth) }.joined()
        }
        var found = 0
        for _ in 0..<600 {
            let text = pattern(0)
            let regex = try Regex(text)
            let ours = try LinePattern(text)
            for _ in 0..<8 {
                let line = String(
                    (0..<Int.random(in: 0...7, using: &random)).map { _ in "abcd".randomElement(using: &random) ?? "a" }
                )
                let theirs = line.firstMatch(of: regex) != nil
                #expect(ours.matches(line) == theirs, "\(text) on \(line)")
                found += theirs ? 1 : 0
            }
        }
        #expect(found > 500 && found < 4_500)
    }
}

@Suite struct LineLevelTests {
    @Test(
        "The usual ways of writing it",
        arguments: [
            (#"{"level":"warn","msg":"x"}"#, .warn), (#"{"severity":"ERROR"}"#, .error),
            (#"{"level":50,"msg":"pino"}"#, .error),
            (#"{"lvl":"dbg"}"#, .debug), (#"{"msg":"no level"}"#, nil), (#"{"level":7}"#, nil),
            ("time=1 level=warning msg=x", .warn),
            (#"level="error" x"#, .error), ("E1201 12:00:00.000 file.go:1] x", .error), ("I0101 00:00:00 x", .info),
            ("<3>disk full", .error),
            ("<191>x", .debug), ("<999>x", nil), ("2026-12-01 10:00:00 ERROR something", .error),
            ("[warn] slow", .warn), ("error: no such file", .error),
            ("[2026-12-01] [INFO] started", .info), ("PANIC: x", .fatal), ("the error was mended", nil),
            ("no errors", nil), ("", nil),
            ("INFORMATION overload", .info), ("CRITICAL down", .fatal), ("{broken json ERROR", .error),
            ("TRACE x", .trace),
        ] as [(String, LineLevel?)])
    func levels(text: String, level: LineLevel?) { #expect(LineLevel(of: text) == level) }
}
