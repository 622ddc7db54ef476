// Mistakes in the configuration file: all at once, each with its place, what is wrong, and what to do.
import Testing

@testable import Settings

@Suite("Configuration file: mistakes") struct ConfigMistakeTests {
    @Test(
        "Each is said with line, column, key and advice",
        arguments: [
            ("sorces: []", "1:1: sorces: there is no such key; did you mean sources?"),
            ("log-level: info", "1:1: log-level: there is no such key; did you mean log_level?"),
            ("logLevel: info", "1:1: logLevel: there is no such key; did you mean log_level?"),
            ("color: red", "1:1: color: there is no such key; the keys here are sources, source_lists, local,"),
            (
                "deadline: 3s",
                "1:1: deadline: there is no such key here; it belongs in sources[] or source_lists[] or limits."
            ),
            ("limits:\n  dead_line: 3s", "2:3: limits.dead_line: there is no such key; did you mean deadline?"),
            ("limits: {deadline: 3}", "1:20: limits.deadline: this is 3; write a time from 1ms to 1h, such as 500ms"),
            ("limits: {deadline: }", "1:20: limits.deadline: there is no value; write a time"),
            ("limits: {deadline: [3s]}", "1:20: limits.deadline: this is a list; write a time"),
            ("limits: {deadline: 2h}", "1:20: limits.deadline: this is 2h; write a time from 1ms to 1h"),
            ("limits: [deadline]", "1:9: limits: this is a list; write a mapping with keys of these: connect_timeout,"),
            ("limits: {rows: 0}", "1:16: limits.rows: this is 0; write a whole number from 1 to 10000, without quotes"),
            ("limits: {rows: 1_000}", "1:16: limits.rows: this is 1_000; write a whole number"),
            (
                "http: {port: \"3000\"}",
                "1:14: http.port: this is \"3000\"; write a whole number from 1 to 65535, without"
            ),
            ("http: {port: 0x50}", "1:14: http.port: this is 0x50; write a whole number"),
            ("http: {port: 99999999999999999999}", "1:14: http.port: this is 99999999999999999999; write"),
            ("http: {transport: sse}", "1:19: http.transport: this is sse; write stdio or http."),
            (
                "http: {token: hunter2hunter2hunter2}",
                "1:8: http.token: secrets don't stand in this file; put tokens into"
            ),
            (
                "http: {host: \"a b\"}",
                "1:14: http.host: this is \"a b\"; write a host's name or address, such as 127.0.0.1"
            ),
            ("http: {tls_cert: a.pem}", "1:18: http.tls_cert and MCP_TLS_KEY belong together"),
            ("local: yes", "1:8: local: this is yes; write true or false, without quotes."),
            ("local: \"true\"", "1:8: local: this is \"true\"; write true or false, without quotes."),
            ("security: {mode: readwrite}", "1:18: security.mode: this is readwrite; write readonly."),
            ("log_level: INFO", "1:12: log_level: this is INFO; write debug or info or warn or error."),
            ("[1]: x", "1:1: a key is a word, not a list or a mapping."),
            (
                "sources: x",
                "1:10: sources: this is x; write a list, of which each element is a mapping with keys of these: name"
            ),
            ("sources: [x]", "1:11: sources[0]: this is x; write a mapping with keys"),
            (
                "sources: [{name: a}]",
                "1:11: sources[0]: endpoint is missing; write endpoint: and a text, such as tcp://"
            ),
            ("sources: [{endpoint: auto}]", "1:11: sources[0]: name is missing; write name: and a name that begins"),
            ("sources: [{name: a b, endpoint: auto}]", "1:18: sources[0].name: this is a b; write a name that begins"),
            ("sources: [{name: a/b, endpoint: auto}]", "1:18: sources[0].name: this is a/b; write a name that begins"),
            ("sources: [{name: 🐳, endpoint: auto}]", "1:18: sources[0].name: this is 🐳; write a name that begins"),
            (
                "sources: [{name: \"\", endpoint: auto}]",
                "1:18: sources[0].name: this is \"\"; write a name that begins"
            ),
            (
                "sources: [{name: a, endpoint: a}]",
                "1:31: sources[0].endpoint: \"a\": it has no scheme; write tcp://HOST"
            ),
            (
                "sources: [{name: a, endpoint: \"tcp://a\", tags: prod}]",
                "1:48: sources[0].tags: this is prod; write a list"
            ),
            (
                "sources: [{name: a, endpoint: \"tcp://a\", tags: [\"a b\"]}]",
                "1:49: sources[0].tags[0]: this is \"a b\"; write a tag"
            ),
            (
                "sources: [{name: a, endpoint: auto, tls: {}}]",
                "1:42: sources[0].tls: TLS is for tcp:// and https://; leave"
            ),
            (
                "sources: [{name: a, endpoint: \"tcp://a\", tls: [x]}]",
                "1:47: sources[0].tls: this is a list; write a mapping"
            ),
            (
                "sources: [{name: a, endpoint: \"tcp://a\", tls: {server_name: \"-x\"}}]",
                "1:61: sources[0].tls.server_name: this is"
            ),
            (
                "sources: [{name: a, endpoint: \"https://a\", tls: false}]",
                "1:31: sources[0].endpoint: \"https://a\": https:// without TLS"
            ),
            (
                "sources: [{name: a, endpoint: auto, ssh: {}}]",
                "1:42: sources[0].ssh: this is for endpoints that begin with ssh://"
            ),
            (
                "sources:\n- {name: a, endpoint: auto}\n- {name: a, endpoint: auto}",
                "3:10: sources[1].name: the name a is taken by /c/config.yaml:2:10: sources[0].name; each"
            ),
            (
                "source_lists: [{}]",
                "1:16: source_lists[0]: a list has one of file_sd and contexts; write two lists for both."
            ),
            ("source_lists: [{contexts: all, file_sd: x}]", "1:16: source_lists[0]: a list has one of"),
            (
                "source_lists: [{contexts: [gone]}]",
                "1:28: source_lists[0].contexts[0]: \"context:gone\": there is no such context; docker context ls"
            ),
            ("source_lists: [{contexts: some}]", "1:27: source_lists[0].contexts: this is some; write all."),
            (
                "source_lists: [{file_sd: gone.json}]",
                "1:26: source_lists[0].file_sd: /c/gone.json: there is no such file; correct"
            ),
        ])
    func each(yaml: String, words: String) {
        let found = problems(yaml)
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix(words) == true, "\(found)")
    }

    @Test("All come at once, in the order of the file, with what is wrong in the environment")
    func together() {
        let yaml = """
            sources:
              - name: a b
                endpoint: tcp://u:hunter2@h
                dead_line: 3s
              - name: ok
                endpoint: ftp://x
            log_level: loud
            http: {port: x, token: hunter2}
            extra: {a: 1}
            """
        let found = problems(yaml, ["MCP_RATE_LIMIT": "x"])
        #expect(
            found.map { $0.prefix { $0 != " " } } == [
                "MCP_RATE_LIMIT=x:", "2:11:", "3:15:", "4:5:", "6:15:", "7:12:", "8:14:", "8:17:", "9:1:",
            ])
        #expect(!found.joined().contains("hunter2"))
    }

    @Test(
        "Passwords are not shown, wherever they stand",
        arguments: [
            "sources: [{name: a, endpoint: \"tcp://u:hunter2@h\"}]",
            "sources: [{name: \"u:hunter2@h\", endpoint: auto}]",
            "sources: [\"tcp://u:hunter2@h\"]", "\"tcp://u:hunter2@h\": x", "log_level: tcp://u:hunter2@h",
            "token: hunter2", "http: {password: hunter2}", "hunter2: [", "a: \"hunter2", "MCP_AUTH_TOKEN: hunter2",
            "http: {\"token_file\": [hunter2]}", "sources: [{name: a, endpoint: \"ssh://u:hunter2@h\"}]",
        ])
    func passwords(yaml: String) {
        let found = problems(yaml)
        #expect(!found.isEmpty)
        #expect(!found.joined().contains("hunter2"), "\(found)")
    }

    @Test("Keys and values of a hostile file are cut and cleaned")
    func hostile() throws {
        let long = String(repeating: "x", count: 100_000)
        for yaml in [
            "\(long): 1", "? \(long)\n: 1", "log_level: \(long)", "\"\\e[2J\\u202E\": 1", "log_level: \"\\e[31m\\n\"",
        ] {
            let problem = try #require(problems(yaml).first)
            #expect(problem.utf8.count < 700, "\(problem)")
            #expect(!problem.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
        }
    }

    @Test("Very many are counted, not all shown")
    func cut() {
        let found = problems((0..<5_000).map { "k\($0): 1" }.joined(separator: "\n"))
        #expect(found.count == 51)
        #expect(found.last == " and at least 950 more problems.")
        #expect(problems((0..<60).map { "k\($0): 1" }.joined(separator: "\n")).last == " and 10 more problems.")
    }

    @Test("A local engine that is barred")
    func barred() {
        let found = problems("local: false\nsources: [{name: a, endpoint: auto}]")
        #expect(found.count == 1 && found[0].hasPrefix("Source a is the local engine"))
    }

    @Test(
        "The word that was meant",
        arguments: [
            ("sorces", "sources"), ("source", "sources"), ("Sources", "sources"), ("htttp", "http"),
            ("limit", "limits"),
            ("loglevel", "log_level"), ("seucrity", "security"), ("x", nil), ("", nil), ("sourcery_of_all", nil),
        ] as [(String, String?)])
    func nearest(word: String, meant: String?) {
        #expect(word.nearest(of: ConfigKey.all.map(\.name)) == meant)
    }
}
