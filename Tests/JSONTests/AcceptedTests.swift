// Texts that RFC 8259 calls JSON, and the values they hold.
import JSON
import Testing

@Suite("JSON: accepted texts") struct AcceptedTests {
    @Test(
        "Values of each kind",
        arguments: [
            ("null", JSON.null), ("true", true), ("false", false), (" \t\r\n0 \n", 0), ("\"\"", ""), ("[]", []),
            ("{}", [:]), ("[ ]", []), ("{ }", [:]), ("[1, \"a\", null,true]", [1, "a", nil, true]),
            ("{\"a\" : 1 , \"b\" : {\"c\":[ [ ] ]}}", ["a": 1, "b": ["c": [[]]]]), ("{\"\":0}", ["": 0]),
            ("[[[[]]],{\"a\":{\"b\":{}}}]", [[[[]]], ["a": ["b": [:]]]]),
        ] as [(String, JSON)])
    func values(text: String, value: JSON) throws {
        #expect(try JSON(parsing: text) == value)
    }

    @Test(
        "Strings and their escapes",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u20AC\u20aC""#, "Aé€€"),
            (#""\u0000""#, "\0"), (#""\u001b[31m""#, "\u{1B}[31m"), (#""\ud83d\ude80""#, "🚀"),
            (#""\uD834\uDD1E""#, "\u{1D11E}"), (#""\udbff\udfff""#, "\u{10FFFF}"), (#""\ud800\udc00""#, "\u{10000}"),
            (#""a\u0062c""#, "abc"), ("\"日本語 ñandú 🚀\"", "日本語 ñandú 🚀"), (#""\uFEFFx""#, "\u{FEFF}x"),
            (#""\uffff""#, "\u{FFFF}"), ("\"\u{7F}\"", "\u{7F}"), ("\"\u{2028}\"", "\u{2028}"),
            (#""\\u0041""#, "\\u0041"),
            (#""/*no comment*/""#, "/*no comment*/"),
        ])
    func strings(text: String, value: String) throws {
        let parsed = try #require(try JSON(parsing: text).string)
        #expect(Array(parsed.utf8) == Array(value.utf8))
    }

    @Test("Both letter cases of an escape mean the same, and a name may have escapes")
    func names() throws {
        let object = try JSON(parsing: #"{"n\u00e1me":1,"N\u00E1ME":2}"#)
        #expect(object["náme"] == 1)
        #expect(object["NáME"] == 2)
    }

    @Test("Of members with one name the last wins, at the first one's place", arguments: [0, 14, 15, 16, 40])
    func duplicates(others: Int) throws {
        let between = (0..<others).map { "\"k\($0)\":\($0)," }.joined()
        let parsed = try #require(try JSON(parsing: "{\"a\":1,\(between)\"a\":2,\"b\":3,\"a\":[4]}").object)
        #expect(parsed["a"] == [4])
        #expect(parsed.keys == ["a"] + (0..<others).map { "k\($0)" } + ["b"])
        #expect(parsed.count == others + 2)
    }

    @Test("A duplicate written with an escape is the same name")
    func escapedDuplicate() throws {
        #expect(try JSON(parsing: #"{"id":1,"\u0069d":2}"#) == ["id": 2])
    }

    @Test("Names that only Unicode calls equivalent are two names")
    func equivalentNames() throws {
        let text = "{\"\u{E9}\":1,\"e\u{301}\":2}"
        #expect(try JSON(parsing: text).text == text)
    }

    @Test("Members keep their order")
    func order() throws {
        let names = ["zeta", "alpha", "Mid", "10", "9", ""]
        let text = "{" + names.enumerated().map { "\"\($1)\":\($0)" }.joined(separator: ",") + "}"
        let parsed = try #require(try JSON(parsing: text).object)
        #expect(parsed.keys == names)
        #expect(parsed.map(\.value) == (0..<6).map { .integer(Int64($0)) })
    }

    @Test("The deepest nesting that is allowed", arguments: [1, 2, 128, 500])
    func nesting(depth: Int) throws {
        let arrays = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let objects = String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth)
        #expect(try JSON(parsing: arrays, maximumDepth: depth).text == arrays)
        #expect(try JSON(parsing: objects, maximumDepth: depth).text == objects)
    }

    @Test("A wide document is no deep one")
    func width() throws {
        let text = "[" + Array(repeating: "{\"a\":[]}", count: 10_000).joined(separator: ",") + "]"
        #expect(try JSON(parsing: text, maximumDepth: 3).array?.count == 10_000)
    }
}
