// Which request gets which status and which code: the routing table, row by row.
import JSON
import MCPHTTP
import Testing

struct Rung: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var method = "POST"
    var path = "/mcp"
    var headers: [String: String?] = [:]
    var body = ""
    let status: Int
    var code: Int?
    var id: JSON? = 1

    init(
        _ name: String, method: String = "POST", path: String = "/mcp", headers: [String: String?] = [:],
        body: String = "", status: Int, code: Int? = nil, id: JSON? = 1
    ) {
        testDescription = name
        (self.method, self.path, self.headers, self.body) = (method, path, headers, body)
        (self.status, self.code, self.id) = (status, code, id)
    }

    /// A modern request with the headers that go with it.
    static func modern(
        _ name: String, _ method: String, _ params: JSONObject = [:], meta: JSONObject = [:],
        headers: [String: String?] = [:], status: Int, code: Int? = nil
    ) -> Rung {
        var all = Message.headers(method, name: params["name"]?.string ?? params["uri"]?.string)
        for (key, value) in headers { all[key] = .some(value) }
        return Rung(
            name, headers: all, body: Message.modern(method, params, meta: meta), status: status, code: code)
    }
}

@Suite struct LadderTests {
    static let transport: [Rung] = [
        Rung("PUT", method: "PUT", status: 405), Rung("OPTIONS", method: "OPTIONS", status: 405),
        Rung("HEAD", method: "HEAD", status: 405), Rung("no such path", path: "/nothing", status: 404),
        Rung("no content type", headers: ["Content-Type": nil], body: "{}", status: 415),
        Rung("text", headers: ["Content-Type": "text/plain"], body: "{}", status: 415),
        Rung(
            "JSON with a character set", headers: ["Content-Type": "Application/JSON; charset=utf-8"], body: "{",
            status: 400,
            code: -32700, id: JSON.null),
        Rung("accepts JSON only", headers: ["Accept": "application/json"], body: "{}", status: 406),
        Rung("accepts events only", headers: ["Accept": "text/event-stream"], body: "{}", status: 406),
        Rung(
            "accepts anything", headers: ["Accept": "text/html;q=0.1, */*"], body: Message.initialize("2025-06-18"),
            status: 200),
        Rung(
            "accepts by families", headers: ["Accept": "application/*,text/*"], body: Message.initialize("2025-06-18"),
            status: 200),
        Rung("no JSON", body: "{\"jsonrpc\":", status: 400, code: -32700, id: JSON.null),
        Rung("no UTF-8", body: "\"\u{0}\"", status: 400, code: -32700, id: JSON.null),
        Rung(
            "no JSON, modern", headers: Message.headers("x"), body: "nope", status: 400, code: -32700, id: nil as JSON?),
        Rung("a list, modern", headers: Message.headers("x"), body: "[]", status: 400, code: -32600, id: nil as JSON?),
        Rung("a number, modern", headers: Message.headers("x"), body: "7", status: 400, code: -32600, id: nil as JSON?),
        Rung(
            "a response, modern", headers: Message.headers("x"), body: #"{"jsonrpc":"2.0","id":1,"result":{}}"#,
            status: 400, code: -32600),
        Rung(
            "a notification, modern", headers: ["MCP-Protocol-Version": "2026-07-28"],
            body: #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#, status: 202),
        Rung("GET, modern", method: "GET", headers: ["MCP-Protocol-Version": "2026-07-28"], status: 405),
        Rung("DELETE, modern", method: "DELETE", headers: ["MCP-Protocol-Version": "2026-07-28"], status: 405),
        Rung("GET of JSON", method: "GET", headers: ["Accept": "application/json"], status: 406),
    ]

    static let envelope: [Rung] = [
        Rung.modern("a whole one", "tools/list", status: 200),
        Rung(
            "no envelope", headers: Message.headers("tools/list"), body: Message.legacy("tools/list"), status: 400,
            code: -32602),
        Rung.modern("no version", "tools/list", meta: [Message.version: nil], status: 400, code: -32602),
        Rung.modern("no capabilities", "tools/list", meta: [Message.capabilities: nil], status: 400, code: -32602),
        Rung.modern("no client", "tools/list", meta: [Message.information: nil], status: 200),
        Rung.modern(
            "no capabilities and a wrong method header", "tools/list", meta: [Message.capabilities: nil],
            headers: ["Mcp-Method": "x"], status: 400, code: -32602),
        Rung.modern(
            "no version header", "tools/list", headers: ["MCP-Protocol-Version": nil], status: 400, code: -32020),
        Rung.modern(
            "an older version header", "tools/list", headers: ["MCP-Protocol-Version": "2025-11-25"], status: 400,
            code: -32020),
        Rung.modern(
            "an unknown version in the body", "tools/list", meta: [Message.version: "v999"], status: 400, code: -32020),
        Rung.modern(
            "an unknown version in both", "tools/list", meta: [Message.version: "v999"],
            headers: ["MCP-Protocol-Version": "v999"], status: 400, code: -32022),
        Rung.modern("no method header", "tools/list", headers: ["Mcp-Method": nil], status: 400, code: -32020),
        Rung.modern("another method header", "tools/list", headers: ["Mcp-Method": "ping"], status: 400, code: -32020),
        Rung.modern(
            "a loud method header", "tools/list", headers: ["Mcp-Method": "TOOLS/LIST"], status: 400, code: -32020),
        Rung.modern(
            "header names in capitals", "tools/list",
            headers: ["Mcp-Method": nil, "MCP-METHOD": "tools/list"], status: 200),
        Rung.modern(
            "no name header", "tools/call", ["name": "echo"], headers: ["Mcp-Name": nil], status: 400,
            code: -32020),
        Rung.modern(
            "another name header", "tools/call", ["name": "echo"], headers: ["Mcp-Name": "hang"], status: 400,
            code: -32020),
        Rung.modern(
            "the name in spaces", "tools/call", ["name": "echo"], headers: ["Mcp-Name": "  echo \t"], status: 200),
        Rung.modern(
            "the name in base64", "tools/call", ["name": "echo"], headers: ["Mcp-Name": "=?base64?ZWNobw==?="],
            status: 200),
        Rung.modern(
            "no base64", "tools/call", ["name": "echo"], headers: ["Mcp-Name": "=?base64?ZWNob?="], status: 400,
            code: -32020),
        Rung.modern("an address as name", "resources/read", ["uri": "test://bell"], status: 200),
        Rung.modern(
            "another address", "resources/read", ["uri": "test://bell"], headers: ["Mcp-Name": "test://x"], status: 400,
            code: -32020),
        Rung.modern("an unknown resource", "resources/read", ["uri": "test://none"], status: 400, code: -32602),
        Rung.modern("an unknown tool", "tools/call", ["name": "none"], status: 400, code: -32602),
    ]

    static let gone: [Rung] = [
        "initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe", "prompts/list",
        "unknown/method",
    ].map { Rung.modern("\($0), modern", $0, status: 404, code: -32601) }

    @Test(arguments: Self.transport + Self.envelope + Self.gone)
    func rung(_ rung: Rung) async throws {
        try await withSite { site in
            let reply = try await site.ask(rung.method, rung.path, headers: rung.headers, body: rung.body)
            #expect(reply.status == rung.status, "\(reply.text)")
            #expect(reply.code == rung.code, "\(reply.text)")
            if rung.code != nil { #expect(reply.json?["id"] == rung.id) }
            if rung.status == 405 { #expect(reply.headers["allow"] != nil) }
        }
    }

    @Test("Headers that come twice agree with nothing")
    func duplicates() async throws {
        try await withSite { site in
            let client = try site.client()
            let body = Message.modern("tools/list")
            let request = Site.request(headers: Message.headers("tools/list"), body: body)
            try await client.send(request.replacing("Mcp-Method", with: "Mcp-Method: tools/list\r\nMcp-Method"))
            #expect(try await client.reply().code == -32020)
        }
    }

    @Test("An unsupported version says which are supported")
    func supported() async throws {
        try await withSite { site in
            let reply = try await site.ask(
                headers: ["MCP-Protocol-Version": "v999", "Mcp-Method": "tools/list"],
                body: Message.modern("tools/list", meta: [Message.version: "v999"]))
            #expect(reply.json?["error"]?["data"] == ["supported": ["2026-07-28"], "requested": "v999"])
        }
    }

    @Test("The faces for people")
    func faces() async throws {
        try await withSite { site in
            let health = try await site.ask("GET", "/health")
            #expect(health.json == ["status": "ok", "version": "1.2.3"])
            let tools = try await site.ask("GET", "/tools?x=y").json?["tools"]?.array ?? []
            #expect(tools.map { $0["name"]?.string } == ["echo", "client", "hang", "gated"])
            #expect(tools.first == ["name": "echo", "title": "echo", "description": "echo"])
            #expect(try await site.ask("POST", "/health").status == 405)
        }
    }

    @Test("Keeps the connection: many requests, in one piece and in bytes")
    func keepAlive() async throws {
        try await withSite { site in
            let client = try site.client()
            let request = Site.request(headers: Message.headers("tools/list"), body: Message.modern("tools/list"))
            try await client.send(request + request + request)
            for _ in 0..<3 { #expect(try await client.reply().status == 200) }
            for byte in request { try await client.send(String(byte)) }
            #expect(try await client.reply().status == 200)
        }
    }
}
