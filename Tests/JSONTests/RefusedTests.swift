// Texts that are no JSON, by RFC 8259 or by our limits.
import JSON
import Testing

@Suite("JSON: refused texts") struct RefusedTests {
    @Test(
        "Broken structure",
        arguments: [
            "", " ", "\n", "[1,]", "[,1]", "[,]", "[1 2]", "[1,,2]", "{\"a\":1,}", "{,}", "{\"a\"}", "{\"a\":}",
            "{\"a\" 1}",
            "{a:1}", "{'a':1}", "{1:2}", "{null:1}", "{\"a\":1 \"b\":2}", "[}", "{]", "]", "}", "[]]", "{}{}", "1 2",
            "[] x",
            "null null", "\u{FEFF}[]", "// c\n1", "1 // c", "/* c */ 1", "[1] // c", "\"a\" \"b\"", "\u{A0}1",
            "\u{0B}1", "\u{0C}1",
            "[\u{0}]", "{}\u{0}", ":", ",", "\"a\":1", "undefined", "'a'", "`a`",
        ])
    func structure(text: String) {
        #expect(throws: JSONError.self) { try JSON(parsing: text) }
    }

    @Test(
        "Words and numbers that are none",
        arguments: [
            "nul", "nulll", "NULL", "True", "tru", "falsey", "NaN", "nan", "Infinity", "-Infinity", "inf", "-", "+1",
            "01", "-01",
            "00", "0123", "1.", ".5", "-.5", "1.e3", "1e", "1e+", "1E-", "1e1.5", "0x10", "1_000", "1,000", "1f", "--1",
            "1-2",
            "1e400", "-1e400", "1e99999999999", "٣", "１",
        ])
    func wordsAndNumbers(text: String) {
        #expect(throws: JSONError.self) { try JSON(parsing: text) }
        #expect(throws: JSONError.self) { try JSON(parsing: "[\(text)]") }
    }

    @Test(
        "Broken strings",
        arguments: [
            #"""#, #""\"#, #""\""#, #""\x41""#, #""\a""#, #""\'""#, #""\0""#, #""\u""#, #""\u12""#, #""\u123""#,
            #""\u123g""#, #""\u+123""#,
            #""\u 123""#, #""\U0041""#, #""\ud800""#, #""\udc00""#, #""\ud800x""#, #""\ud800\n""#, #""\ud800\u0041""#,
            #""\ud800\ud800""#,
            #""\udc00\ud800""#, #""\ud83d\"#, #""\ud83d\u"#, #""\ud83d\ude8""#, #""\u１２３４""#, "\"a\nb\"", "\"a\tb\"",
            "\"\u{0}\"",
            "\"\u{1F}\"", "\"\r\n\"", "{\"a\nb\":1}",
        ])
    func strings(text: String) {
        #expect(throws: JSONError.self) { try JSON(parsing: text) }
    }

    @Test("Every control character must be escaped", arguments: UInt8(0)..<0x20)
    func controls(byte: UInt8) {
        #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0x61, byte, 0x62, 0x22]) }
        #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0x5C, 0x6E, byte, 0x22]) }
    }

    @Test(
        "Bytes that are not UTF-8, in a value and in a name",
        arguments: [
            [0x80], [0xBF], [0xC0, 0xAF], [0xC1, 0x81], [0xC3], [0xC3, 0x28], [0xE2, 0x82], [0xE0, 0x80, 0xAF],
            [0xED, 0xA0, 0x80],
            [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0xAF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE],
            [0xFF],
            [0xF0, 0x9F, 0x9A],
        ] as [[UInt8]])
    func encoding(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSON(parsing: [0x22] + bytes + [0x22]) }
        #expect(throws: JSONError.self) { try JSON(parsing: Array("{\"a\\n".utf8) + bytes + Array("\":1}".utf8)) }
        #expect(throws: JSONError.self) { try JSON(parsing: bytes) }
        #expect(throws: JSONError.self) { try JSON(parsing: Array("[] ".utf8) + bytes) }
    }

    @Test(
        "UTF-16 and a byte order mark",
        arguments: [[0xFF, 0xFE, 0x31, 0x00], [0xFE, 0xFF, 0x00, 0x31], [0xEF, 0xBB, 0xBF, 0x31]] as [[UInt8]])
    func byteOrder(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSON(parsing: bytes) }
    }

    @Test("A document cut at every byte")
    func cut() throws {
        let whole = Array(#" {"a":[1,-2.5e+3,true,false,null,"x\u00e9\ud83d\ude80é\"\\"],"b":{"c":{}}}"#.utf8)
        _ = try JSON(parsing: whole)
        for length in whole.indices {
            #expect(throws: JSONError.self, "\(length) bytes") { try JSON(parsing: Array(whole[..<length])) }
        }
    }

    @Test("One level too many", arguments: ["[", "{\"a\":", "[{\"a\":["])
    func tooDeep(open: String) {
        let levels = open.utf8.count { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") }
        let error = #expect(throws: JSONError.self) {
            try JSON(parsing: String(repeating: open, count: 5), maximumDepth: 5 * levels - 1)
        }
        #expect(error?.reason == "nested deeper than \(5 * levels - 1)")
    }

    @Test("One value too many, of any kind, wherever it stands", arguments: ["0", "\"\"", "null", "[]", "{}", "1.5"])
    func tooMany(value: String) throws {
        let lists = "[" + Array(repeating: value, count: 9).joined(separator: ",") + "]"
        let members = (0..<9).map { "\"\($0)\":\(value)" }.joined(separator: ",")
        for text in [lists, "{\(members)}", "[" + String(repeating: "[", count: 8) + value + "]" + "]]]]]]]]"] {
            _ = try JSON(parsing: text, maximumValues: 10)
            let error = #expect(throws: JSONError.self) { try JSON(parsing: text, maximumValues: 9) }
            #expect(error?.reason == "more than 9 values" && error?.exceedsBound == true)
        }
        #expect(#expect(throws: JSONError.self) { try JSON(parsing: "[x]") }?.exceedsBound == false)
    }

    @Test("Without another bound two million values are taken")
    func defaultBound() throws {
        let fits = "[" + String(repeating: "0,", count: JSON.defaultMaximumValues - 2) + "0]"
        #expect(try JSON(parsing: fits).array?.count == JSON.defaultMaximumValues - 1)
        #expect(throws: JSONError.self) { try JSON(parsing: "[0," + fits.dropFirst()) }
    }

    @Test("Ten thousand levels, and a million, end without exhausting the stack", arguments: [10_000, 1_000_000])
    func bottomless(count: Int) {
        let arrays = #expect(throws: JSONError.self) {
            try JSON(parsing: [UInt8](repeating: UInt8(ascii: "["), count: count))
        }
        #expect(arrays?.offset == 128)
        let objects = String(repeating: "{\"a\":", count: count)
        #expect(throws: JSONError.self) { try JSON(parsing: objects) }
    }

    @Test(
        "The error tells the place",
        arguments: [
            ("", 0), ("[1,x]", 3), ("{\"a\":1}}", 7), ("[1", 2), ("\"ab", 3), ("\"a\nb\"", 2), ("[true,folse]", 6),
        ])
    func place(text: String, offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: text) }
        #expect(error?.offset == offset)
        #expect(error?.description.hasSuffix(" at byte \(offset)") == true)
    }
}
