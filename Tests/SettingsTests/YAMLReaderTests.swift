// YAML as files hold it: what is read, what is refused and where, and that no bytes do harm.
import TestSupport
import Testing

@testable import Settings

@Suite("YAML") struct YAMLReaderTests {
    private func faults(_ yaml: String) -> [String] {
        YAMLReader.read(Array(yaml.utf8)).problems.map { "\($0.place.line):\($0.place.column): \($0.text)" }
    }

    private func node(_ yaml: String) throws -> ConfigNode {
        let (root, problems) = YAMLReader.read(Array(yaml.utf8))
        #expect(problems.isEmpty)
        return try #require(root)
    }

    @Test("Values know where they stand, in characters")
    func places() throws {
        let root = try node("# ü\na: 1\nbü: [x, 'y']\n")
        guard case .mapping(let members) = root.value else { throw Failure() }
        #expect(members.map(\.key) == ["a", "bü"])
        #expect(members.map(\.place) == [FilePlace(line: 2, column: 1), FilePlace(line: 3, column: 1)])
        #expect(
            members[0].value == ConfigNode(value: .scalar("1", isPlain: true), place: FilePlace(line: 2, column: 4)))
        guard case .list(let elements) = members[1].value.value else { throw Failure() }
        #expect(elements[1] == ConfigNode(value: .scalar("y", isPlain: false), place: FilePlace(line: 3, column: 9)))
    }

    private struct Failure: Error {}

    @Test(
        "What is no YAML is said where it is",
        arguments: [
            ("a:\n\tb: 1", "2:1: a tab indents this line; YAML wants spaces"),
            ("a:\n  b: 1\n \tc: 2", "3:2: a tab indents this line"),
            ("a: \"x\nb: 1\n", "1:4: the quote that begins here is not closed"),
            ("a: [1, 2\nb: 1", "2:2: it is no YAML: did not find expected ',' or ']'"),
            ("a: [", "2:1: it is no YAML: did not find expected node content; a value is missing"),
            (
                "a: 1\n b: 2",
                "2:3: it is no YAML: mapping values are not allowed in this context; check the indentation"
            ),
            ("a:\n  b: 1\n c: 2", "3:2: it is no YAML: did not find expected key; check the indentation"),
            ("a: 1\nb\n", "3:1: it is no YAML: could not find expected ':'; write KEY: VALUE"),
            ("a: @x", "1:4: it is no YAML: found character that cannot start any token; put a text that begins with @"),
            ("a: \u{1}", "1:4: it is no YAML: control characters are not allowed"),
            ("ä\nb: \u{0}", "2:4: it is no YAML: control characters are not allowed"),
            ("a: 1\n---\nb: 2", "2:1: a second document begins; write all settings as one"),
            ("a: &x 1", "1:4: an anchor (&name) is not taken"), ("a: !!str 1", "1:4: a tag (!name) is not taken"),
            ("a: *x", "1:4: an alias (*name) is not taken"),
            ("a: 1\nb: 2\na: 3", "3:1: this key is there already, in line 1"),
            ("%YAML 9.9\n---\na: 1", "1:1: it is no YAML"), ("a: 'x", "1:4: the quote that begins here"),
        ])
    func faulty(yaml: String, words: String) {
        let found = faults(yaml)
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix(words) == true, "\(found)")
    }

    @Test("Several refusals come together")
    func together() {
        #expect(faults("a: &x [*x, !y z]\na: 1").count == 4)
    }

    @Test(
        "Bytes that are no UTF-8 are refused where they stand",
        arguments: [
            ([0xFF, 0xFE, 0x61, 0x00], 1, 1), ([0x61, 0x3A, 0x20, 0xC3, 0x28], 1, 5),
            ([0x23, 0xC3, 0xBC, 0x0A, 0x61, 0xF4, 0x90, 0x80, 0x80], 2, 2), ([0x61, 0x3A, 0x20, 0xE2, 0x82], 1, 4),
        ] as [([UInt8], Int, Int)])
    func bytes(bytes: [UInt8], line: Int, column: Int) {
        let problems = YAMLReader.read(bytes).problems
        #expect(problems.map(\.place) == [FilePlace(line: line, column: column)], "\(problems)")
        #expect(problems.first?.text.hasSuffix("save the file as UTF-8") == true, "\(problems)")
    }

    @Test("A billion laughs cost nothing")
    func laughs() {
        var yaml = "a0: &a0 [lol, lol]\n"
        for level in 1...40 { yaml += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        let found = faults(yaml)
        #expect(found.count == 41 + 80)
    }

    @Test("Depth and size are bounded", arguments: ["[", "{a: ", "- ", "? "])
    func depth(opening: String) {
        let found = faults(String(repeating: opening, count: 100_000))
        #expect(found.count == 1)
        #expect(found.first?.contains("nested more than 32 levels deep") == true, "\(found)")
        let wide = faults("[" + String(repeating: "a,", count: YAMLReader.maximumNodes + 10) + "]")
        #expect(wide.count == 1 && wide[0].contains("more than 200000 values"))
    }

    @Test("A file cut anywhere, or with any byte changed, is read or refused, and never more than that")
    func mutations() throws {
        let text = Array(
            try MadeFiles.document("docs/configuration.md").components(between: "```yaml\n", and: "```").utf8)
        #expect(text.count > 500)
        for length in 0..<text.count { _ = ConfigFile(Array(text[..<length]), at: "/c", home: nil) }
        var random = SeededGenerator(seed: 7)
        for _ in 0..<3_000 {
            var bytes = text
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let file = ConfigFile(bytes, at: "/c", home: nil)
            #expect(ConfigFile.sentences(file.problems, in: "/c").allSatisfy { $0.utf8.count < 2_000 })
        }
    }
}
