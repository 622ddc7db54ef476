// Our entry comes into JSON in the file's own style, and no other byte changes.
import ClientConfig
import Testing

@Suite("ClientConfig: JSON files") struct MergeJSONTests {
    private static let body = #"{"command": "/b", "args": ["serve"], "env": {"A": "1"}}"#

    @Test(
        "Where there was no entry",
        arguments: [
            (
                "",
                """
                {
                  "mcpServers": {
                    "me": {
                      "command": "/b",
                      "args": ["serve"],
                      "env": {
                        "A": "1"
                      }
                    }
                  }
                }

                """
            ),
            (
                "// c",
                "// c\n{\n  \"mcpServers\": {\n    \"me\": {\n      \"command\": \"/b\",\n      \"args\": [\"serve\"],\n      \"env\": {\n        \"A\": \"1\"\n      }\n    }\n  }\n}\n"
            ),
            (
                #"{"a":1,"mcpServers":{"x":{}}}"#,
                #"{"a":1,"mcpServers":{"x":{},"me":{"command":"/b","args":["serve"],"env":{"A":"1"}}}}"#
            ),
            (#"{"a": 1}"#, #"{"a": 1, "mcpServers": {"me": \#(body)}}"#),
            (#"{"mcpServers": {}, }"#, #"{"mcpServers": {"me": \#(body)}, }"#),
            (#"{"mcpServers": {"x": {} , /* c */ } }"#, #"{"mcpServers": {"x": {} , "me": \#(body), /* c */ } }"#),
            (
                "{\r\n\t\"mcpServers\": {\r\n\t\t\"x\": {} // x\r\n\t\t// y\r\n\t}\r\n}",
                "{\r\n\t\"mcpServers\": {\r\n\t\t\"x\": {}, // x\r\n\t\t// y\r\n\t\t\"me\": {\r\n\t\t\t\"command\": \"/b\",\r\n\t\t\t\"args\": [\"serve\"],\r\n\t\t\t\"env\": {\r\n\t\t\t\t\"A\": \"1\"\r\n\t\t\t}\r\n\t\t}\r\n\t}\r\n}"
            ),
            (
                "{\n    \"mcpServers\": {\n        \"x\": {},\n    },\n}\n",
                "{\n    \"mcpServers\": {\n        \"x\": {},\n        \"me\": {\n            \"command\": \"/b\",\n            \"args\": [\"serve\"],\n            \"env\": {\n                \"A\": \"1\"\n            }\n        },\n    },\n}\n"
            ),
            (
                "{\n  \"note\": \"{ \\\"mcpServers\\\": // \",\n  \"mcpServers\": { } // {\n}",
                "{\n  \"note\": \"{ \\\"mcpServers\\\": // \",\n  \"mcpServers\": {\n    \"me\": {\n      \"command\": \"/b\",\n      \"args\": [\"serve\"],\n      \"env\": {\n        \"A\": \"1\"\n      }\n    }\n  } // {\n}"
            ),
        ] as [(String, String)])
    func absent(before: String, after: String) throws {
        #expect(try merged(before, .cursor) == after)
        // The mark of UTF-8 stays in front.
        if !before.hasPrefix("//") { #expect(try merged("\u{FEFF}" + before, .cursor) == "\u{FEFF}" + after) }
    }

    @Test(
        "What we decide about changes, and nothing else",
        arguments: [
            (
                #"{"mcpServers": {"me": {"command": "/a", "x": 1, "env": {"B": "2", "P": "q"}}}}"#,
                #"{"mcpServers": {"me": {"command": "/b", "x": 1, "env": {"P": "q", "A": "1"}, "args": ["serve"]}}}"#
            ),
            (
                "{\"mcpServers\": {\n  \"me\": { // ours\n    \"env\": {\n      \"A\": \"0\", // a\n      \"B\": \"2\"\n    },\n    \"args\": [ ], // args\n    \"command\": \"/b\"\n  }\n}}",
                "{\"mcpServers\": {\n  \"me\": { // ours\n    \"env\": {\n      \"A\": \"1\" // a\n    },\n    \"args\": [\"serve\"], // args\n    \"command\": \"/b\"\n  }\n}}"
            ),
            (#"{"mcpServers": {"me": null}}"#, #"{"mcpServers": {"me": \#(body)}}"#),
            (
                #"{"mcpServers": {"me": {"command": 1, "command": 2}, "me": 3}}"#,
                #"{"mcpServers": {"me": {"command": 1, "command": 2}, "me": \#(body)}}"#
            ),
            (#"{"mcpS\u0065rvers": {"\u006de": {}}}"#, #"{"mcpS\u0065rvers": {"\u006de": \#(body)}}"#),
            (
                #"{"mcpServers": {"me": {"url": "u", "t": 5, "headers": {}}}}"#,
                #"{"mcpServers": {"me": {"t": 5, "command": "/b", "args": ["serve"], "env": {"A": "1"}}}}"#
            ),
            (
                "{\n \"mcpServers\": {\n  \"me\": {\n   \"t\": 5, // t\n   \"url\": \"u\", // url\n   \"headers\": {}\n  }\n }\n}",
                "{\n \"mcpServers\": {\n  \"me\": {\n   \"t\": 5, // t\n   // url\n   \"command\": \"/b\",\n   \"args\": [\"serve\"],\n   \"env\": {\n    \"A\": \"1\"\n   }\n  }\n }\n}"
            ),
        ] as [(String, String)])
    func present(before: String, after: String) throws {
        #expect(try merged(before, .cursor) == after)
    }

    @Test(
        "Taking it out",
        arguments: [
            (#"{"mcpServers": {"me": {}}}"#, #"{"mcpServers": {}}"#),
            (#"{"mcpServers": {"a": 1, "me": {}}}"#, #"{"mcpServers": {"a": 1}}"#),
            (#"{"mcpServers": {"me": {}, "a": 1}}"#, #"{"mcpServers": {"a": 1}}"#),
            (#"{"mcpServers": {"me": 1, "a": 1, "me": 2}}"#, #"{"mcpServers": {"a": 1}}"#),
            (#"{"mcpServers": {"me": 1, "me": 2, }}"#, #"{"mcpServers": { }}"#),
            ("{\"mcpServers\": {\n  \"a\": 1, // a\n  \"me\": {}\n}}", "{\"mcpServers\": {\n  \"a\": 1 // a\n}}"),
            ("{\"mcpServers\": {\n  // a\n  \"me\": {}, \"b\": 1\n}}", "{\"mcpServers\": {\n  // a\n  \"b\": 1\n}}"),
            ("{\"mcpServers\": {\r\n  \"me\": {},\r\n  \"b\": 1,\r\n}}", "{\"mcpServers\": {\r\n  \"b\": 1,\r\n}}"),
            ("", ""), ("{}", "{}"), (#"{"mcpServers": {"ME": 1}}"#, #"{"mcpServers": {"ME": 1}}"#),
        ] as [(String, String)])
    func removal(before: String, after: String) throws {
        #expect(try removed(before, .cursor) == after)
    }

    @Test(
        "What can't be read is refused, with the place",
        arguments: [
            ("{", 1, 2, "a name in double quotes"), ("{\n\"é\": 1 2}", 2, 8, "a comma or }"), ("[]", 1, 1, "an object"),
            (#"{"mcpServers": []}"#, 1, 16, "should be an object"),
            (#"{"mcpServers": null}"#, 1, 16, "should be an object"),
            ("{/*", 1, 2, "does not end"), (#"{"a": "b"#, 1, 7, "does not end"), ("{\"a\": \"\\", 1, 7, "does not end"),
            (#"{"a": tru}"#, 1, 7, "true, false, null"), (#"{"a": 'b'}"#, 1, 7, "no value begins here"),
            ("{}\n\u{0}", 2, 1, "text after the value"), (#"{"a": [1 2]}"#, 1, 10, "a comma or ]"),
        ] as [(String, Int, Int, String)])
    func unreadable(text: String, line: Int, column: Int, reason: String) throws {
        guard case .fileUnusable("f", let found, line, column)? = try refusal(text, .cursor) else {
            Issue.record("\(String(describing: try refusal(text, .cursor)))")
            return
        }
        #expect(found.contains(reason))
    }
}
