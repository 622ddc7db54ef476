// How a conversation begins in each era.
import JSON
import MCP
import Testing

@Suite struct HandshakeTests {
    @Test("A legacy revision is agreed on as asked", arguments: ProtocolRevision.allCases.filter { $0.era == .legacy })
    func agreed(revision: ProtocolRevision) async {
        let client = await Client(Fixture().registry, nil)
        let heard = await client.initialize(revision.rawValue)
        #expect(heard.result?["protocolVersion"]?.string == revision.rawValue)
        #expect(client.session.revision == revision)
    }

    @Test("Any other gets the newest legacy one", arguments: ["1900-01-01", "2026-07-28", "3000-01-01", "", "latest"])
    func newest(version: String) async {
        let heard = await Client(Fixture().registry, nil).initialize(version)
        #expect(heard.result?["protocolVersion"] == "2025-11-25")
    }

    @Test("Before initialize only ping is answered; the refusal says what to send")
    func tooEarly() async {
        let client = await Client(Fixture().registry, nil)
        #expect(await client.ask("ping").result == [:])
        for method in ["tools/list", "tools/call", "nope", "server/discover"] {
            let heard = await client.ask(method, [:])
            #expect(heard.code == -32600)
            #expect(heard.message.contains("send initialize first"))
            #expect(heard.message.contains("io.modelcontextprotocol/protocolVersion"))
        }
    }

    @Test("A client may agree anew")
    func again() async {
        let client = await Client(Fixture().registry, .november2024)
        await client.initialize("2025-06-18")
        #expect(await client.ask("tools/list").result?["tools"]?.array?.first?["title"] == "Echo")
    }

    @Test(
        "A modern envelope that lacks something gets -32602 that names it",
        arguments: [
            ([:], "protocolVersion"), (["_meta": 5], "protocolVersion"),
            (["_meta": ["io.modelcontextprotocol/clientCapabilities": [:]]], "protocolVersion"),
            (["_meta": ["io.modelcontextprotocol/protocolVersion": "2026-07-28"]], "clientCapabilities"),
            (["_meta": ["io.modelcontextprotocol/protocolVersion": "1900-01-01"]], "clientCapabilities"),
            (
                [
                    "_meta": [
                        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                        "io.modelcontextprotocol/clientCapabilities": 1,
                    ]
                ], "clientCapabilities"
            ),
            (
                [
                    "_meta": [
                        "io.modelcontextprotocol/protocolVersion": 1, "io.modelcontextprotocol/clientCapabilities": [:],
                    ]
                ], "protocolVersion"
            ),
        ] as [(JSON, String)])
    func halfEnvelope(params: JSON, key: String) async {
        for method in ["tools/list", "nope", "initialize"] {
            let heard = await Client(Fixture().registry, nil).ask(method, params, era: .modern)
            #expect(heard.code == -32602)
            #expect(heard.message.contains("io.modelcontextprotocol/\(key)"), "\(heard.message)")
        }
    }

    @Test("The version's key alone makes a message modern")
    func sentinel() async {
        let client = await Client(Fixture().registry, nil)
        let half: JSON = ["_meta": ["io.modelcontextprotocol/protocolVersion": "2026-07-28"]]
        #expect(await client.ask("tools/list", half).code == -32602)
        #expect(await client.ask("tools/list", ["_meta": ["progressToken": 1]]).code == -32600)
    }

    @Test("An unsupported version gets -32022 with what is supported", arguments: ["1900-01-01", "2025-11-25", "v999"])
    func unsupported(version: String) async {
        let client = await Client(Fixture().registry, nil)
        let heard = await client.askModern("nope", meta: ["io.modelcontextprotocol/protocolVersion": .string(version)])
        #expect(heard.code == -32022)
        #expect(heard.reply?["error"]?["data"] == ["supported": ["2026-07-28"], "requested": .string(version)])
    }

    @Test(
        "Methods of sessions are unknown to the modern era",
        arguments: ["ping", "initialize", "logging/setLevel", "resources/subscribe", "resources/unsubscribe", "nope"])
    func removed(method: String) async {
        let heard = await Client(Fixture().registry, nil).ask(method, Client.modern(), era: .modern)
        #expect(heard.code == -32601)
    }

    @Test("initialize with an envelope is legacy where the message alone decides")
    func initializeWithEnvelope() async {
        let client = await Client(Fixture().registry, nil)
        let heard = await client.ask("initialize", Client.modern(["protocolVersion": "2025-06-18"]))
        #expect(heard.result?["protocolVersion"] == "2025-06-18")
    }

    @Test("Both eras are served side by side")
    func bothEras() async {
        let client = await Client(Fixture().registry, .november2024)
        #expect(await client.askModern("tools/list").result?["resultType"] == "complete")
        #expect(await client.ask("tools/list").result?.object?.keys == ["tools"])
    }

    @Test("clientInfo is optional, and what it says is cut and cleaned")
    func clientInfo() async {
        let client = await Client(Fixture().registry, nil)
        func name(_ info: JSON) async -> String? {
            let heard = await client.askModern(
                "tools/call", ["name": "client"], meta: ["io.modelcontextprotocol/clientInfo": info])
            return heard.result?["content"]?.array?.first?["text"]?.string
        }
        #expect(await name(["name": "tester", "version": "9"]) == "tester/9")
        #expect(await name(["name": "te\u{1B}[31mst\ner"]) == "te[31mster")
        #expect(await name(["version": "9"]) == "nobody")
        #expect(await name(7) == "nobody")
        #expect(await name(["name": .string(String(repeating: "x", count: 5000))])?.utf8.count == 103)
        let legacy = await Client().ask("tools/call", ["name": "client"])
        #expect(legacy.result?["content"]?.array?.first?["text"] == "tester/9")
    }

    @Test("An id that can't be read is null for legacy and left out for modern replies")
    func unreadableID() async {
        let bad = #"{"jsonrpc":"2.0","id":{},"method":"tools/list"}"#
        let fresh = await Client(Fixture().registry, nil)
        #expect(await fresh.send("?").reply?.object?.keys == ["jsonrpc", "id", "error"])
        _ = await fresh.askModern("tools/list")
        #expect(await fresh.send("?").reply?.object?.keys == ["jsonrpc", "error"])
        #expect(await fresh.send(bad).reply?.object?.keys == ["jsonrpc", "error"])
        let legacy = await Client()
        _ = await legacy.askModern("tools/list")
        #expect(await legacy.send("?").reply?["id"] == .some(.null))
        #expect(await legacy.ask("tools/list", Client.modern(), id: 1.5).reply?["id"] == nil)
        #expect(await legacy.hear(legacy.session.accept([], era: .modern)).reply?["id"] == nil)
    }
}
