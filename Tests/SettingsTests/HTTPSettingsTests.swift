// How the HTTP transport is set, and what keeps an open server from starting.
import Settings
import Testing

@Suite("Settings: HTTP") struct HTTPSettingsTests {
    private static let secret = "0123456789abcdef"

    @Test("Nothing set: this machine only, no token, no TLS")
    func defaults() throws {
        let http = try Settings(environment: [:]).http
        #expect((http.host, http.port) == ("127.0.0.1", 3000))
        #expect(http.tokens.isEmpty && http.tokenFile == nil && http.tls == nil && !http.allowsUnauthenticated)
        #expect(http.allowedHosts.isEmpty && http.allowedOrigins.isEmpty)
        #expect(http.isLoopback)
        #expect(http.problem(withTokens: http.tokens) == nil)
    }

    @Test(
        "Addresses to listen on, and whether only this machine reaches them",
        arguments: [
            ("127.0.0.1", "127.0.0.1", true), ("127.9.9.9", "127.9.9.9", true), ("localhost", "localhost", true),
            ("::1", "::1", true), ("[::1]", "::1", true), ("0.0.0.0", "0.0.0.0", false),
            ("::", "::", false), ("192.0.2.1", "192.0.2.1", false), ("127.example.org", "127.example.org", false),
            ("localhost.example.org", "localhost.example.org", false),
        ])
    func hosts(text: String, host: String, isLoopback: Bool) throws {
        let http = try Settings(environment: ["MCP_HOST": text]).http
        #expect(http.host == host)
        #expect(http.isLoopback == isLoopback)
        #expect((http.problem(withTokens: []) == nil) == isLoopback)
        #expect(http.problem(withTokens: try AccessToken.list(Self.secret, from: "x")) == nil)
        var flags = Flags()
        flags.allowsUnauthenticated = true
        #expect(try Settings(environment: ["MCP_HOST": text], flags: flags).http.problem(withTokens: []) == nil)
    }

    @Test("The problem of an open server names the ways out")
    func openServer() throws {
        let problem = try #require(try Settings(environment: ["MCP_HOST": "0.0.0.0"]).http.problem(withTokens: []))
        for way in [
            "MCP_HOST=0.0.0.0", "MCP_AUTH_TOKEN", "MCP_AUTH_TOKEN_FILE", "127.0.0.1", "--allow-unauthenticated",
        ] {
            #expect(problem.contains(way))
        }
    }

    @Test("Lists are separated by commas, white space aside")
    func lists() throws {
        let http = try Settings(environment: [
            "MCP_ALLOWED_HOSTS": " a.example , ,b.example:3000,", "MCP_ALLOWED_ORIGINS": "https://a.example",
        ]).http
        #expect(http.allowedHosts == ["a.example", "b.example:3000"])
        #expect(http.allowedOrigins == ["https://a.example"])
    }

    @Test("Certificate and key belong together")
    func tls() throws {
        let http = try Settings(environment: [
            "MCP_TLS_CERT": "/c.pem", "MCP_TLS_KEY": "/k.pem", "MCP_AUTH_TOKEN_FILE": "/t",
        ]).http
        #expect(http.tls?.certificate == "/c.pem")
        #expect(http.tls?.key == "/k.pem")
        #expect(http.tokenFile == "/t")
        for one in ["MCP_TLS_CERT", "MCP_TLS_KEY"] {
            let error = #expect(throws: SettingsError.self) { try Settings(environment: [one: "/x.pem"]) }
            #expect(error?.problems.count == 1)
            #expect(
                error?.description.contains("MCP_TLS_CERT") == true
                    && error?.description.contains("MCP_TLS_KEY") == true)
        }
    }

    @Test(
        "Tokens, with and without names",
        arguments: [
            ("0123456789abcdef", ["token-1"]), ("ci: 0123456789abcdef", ["ci"]),
            ("ci:0123456789abcdef\nlaptop: 0123456789abcdef\n", ["ci", "laptop"]),
            ("# a comment\n\n0123456789abcdef\r\n0123456789abcdef", ["token-1", "token-2"]),
            ("  ci :  0123456789abcdef  ", ["ci"]), ("", []), ("\n# only this\n", []),
        ])
    func tokens(text: String, names: [String]) throws {
        let tokens = try AccessToken.list(text, from: "x")
        #expect(tokens.map(\.name) == names)
        #expect(tokens.allSatisfy { $0.secret == Self.secret })
        #expect(try Settings(environment: ["MCP_AUTH_TOKEN": text]).http.tokens == tokens)
    }

    @Test(
        "Bad tokens are refused by line, and never shown",
        arguments: [
            ("hunter2", 1), ("0123456789abcdef\nhunter2", 2), ("ci: hunter2", 1), (": 0123456789abcdef", 1),
            ("ci: 0123456789abcdef\nci: 0123456789abcdefg", 2), ("hunter2 hunter2 hunter2", 1),
            ("hunter2hunter2hünter2", 1), ("hunter2hunter2\u{1}hunter2", 1), ("c i: hunter2hunter2hunter2", 1),
            (String(repeating: "hunter2", count: 80), 1),
        ])
    func badTokens(text: String, line: Int) throws {
        let error = #expect(throws: SettingsError.self) { try Settings(environment: ["MCP_AUTH_TOKEN": text]) }
        let problem = try #require(error?.problems.first)
        #expect(problem.hasPrefix("MCP_AUTH_TOKEN, line \(line): "))
        #expect(!problem.contains("hunter2") && !problem.contains("0123456789"))
    }

    @Test(
        "Requests a second: 50 unless set, and 0 for no limit",
        arguments: [(nil, 50), ("0", nil), ("7", 7)] as [(String?, Int?)])
    func rate(value: String?, requests: Int?) throws {
        let environment = value.map { ["MCP_RATE_LIMIT": $0] } ?? [:]
        #expect(try Settings(environment: environment).http.requestsPerSecond == requests)
    }

    @Test("What is no rate is refused", arguments: ["-1", "1.5", "many", "1000001"])
    func noRate(value: String) {
        let error = #expect(throws: SettingsError.self) { try Settings(environment: ["MCP_RATE_LIMIT": value]) }
        #expect(error?.description.contains("MCP_RATE_LIMIT=\(value)") == true)
    }
}
