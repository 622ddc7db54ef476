// Every error that a message can earn, by its code and its id.
import JSON
import MCP
import Testing

@Suite struct ErrorTests {
    @Test(
        "What is not JSON gets -32700 and a null id",
        arguments: [
            "", " ", "{", "nonsense", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"", "{} {}", "{'id':1}",
            #"{"jsonrpc":"2.0","id":1,"method":"\ud800"}"#, #"{"jsonrpc":"2.0","id":1e400,"method":"ping"}"#,
            "\u{FEFF}{}", String(repeating: "[", count: 10_000),
            String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000),
            String(repeating: #"{"a":"#, count: 10_000),
        ])
    func notJSON(text: String) async {
        let heard = await Client().send(text)
        #expect(heard.code == -32700)
        #expect(heard.reply?["id"] == .some(.null))
    }

    @Test("A message of too many values, or too deep a one, is refused by the name of the limit")
    func bounds() async {
        func call(_ list: String) -> String {
            let head = #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"list":"#
            return "\(head)\(list)}}}"
        }
        // Eight values stand around those of the list.
        let fits = await Client().send(call("[" + String(repeating: "0,", count: 99_991) + "0]"))
        #expect(fits.result?["isError"] == false)
        let many = await Client().send(call("[" + String(repeating: "0,", count: 99_992) + "0]"))
        #expect(many.code == -32700 && many.message.contains("more than 100000 values"), "\(many.message)")
        let deep = await Client().send(call(String(repeating: "[", count: 200)))
        #expect(deep.code == -32700 && deep.message.contains("nested deeper than 128"), "\(deep.message)")
        for heard in [many, deep] { #expect(heard.message.hasPrefix("Too large a message: ")) }
    }

    @Test(
        "Invalid UTF-8 gets -32700",
        arguments: [[0xFF], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC0, 0xAF]] as [[UInt8]])
    func invalidUTF8(bytes: [UInt8]) async {
        let message = Array(#"{"jsonrpc":"2.0","id":1,"method":""#.utf8) + bytes + Array(#""}"#.utf8)
        #expect(await Client().send(message).code == -32700)
    }

    @Test(
        "What is no request gets -32600; an id that can be read is echoed",
        arguments: [
            ("1", nil), ("\"ping\"", nil), ("null", nil), ("[]", nil), ("{}", nil),
            (#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, nil),
            (#"{"id":1,"method":"ping"}"#, 1), (#"{"jsonrpc":"1.0","id":"a","method":"ping"}"#, "a"),
            (#"{"jsonrpc":2.0,"id":1,"method":"ping"}"#, 1), (#"{"method":"ping"}"#, nil),
            (#"{"jsonrpc":"2.0","id":7}"#, 7), (#"{"jsonrpc":"2.0","id":7,"method":5}"#, 7),
            (#"{"jsonrpc":"2.0","method":null}"#, nil),
            (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, nil),
            (#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, nil),
            (#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, nil), (#"{"jsonrpc":"2.0","id":[1],"method":"ping"}"#, nil),
            (#"{"jsonrpc":"2.0","id":true,"method":"ping"}"#, nil),
            (#"{"jsonrpc":"2.0","id":123456789012345678901234567890,"method":"ping"}"#, nil),
        ] as [(String, JSON?)])
    func badRequest(text: String, id: JSON?) async {
        let heard = await Client().send(text)
        #expect(heard.code == -32600)
        #expect(heard.reply?["id"] == id ?? .null)
    }

    @Test(
        "Ids come back as they went",
        arguments: [0, 1, -1, .integer(.max), .integer(.min), "", "1", "späße \u{1F433}\n\u{0}"] as [JSON])
    func ids(id: JSON) async {
        let heard = await Client().ask("ping", id: id)
        #expect(heard.reply == ["jsonrpc": "2.0", "id": id, "result": [:]])
    }

    @Test("Of two members with one name the last wins")
    func duplicateKeys() async {
        let heard = await Client().send(#"{"jsonrpc":"2.0","id":1,"method":"nope","id":2,"method":"ping"}"#)
        #expect(heard.reply == ["jsonrpc": "2.0", "id": 2, "result": [:]])
    }

    @Test(
        "Bad params get -32602 that names what is wrong",
        arguments: [
            ("tools/call", [:], "name"), ("tools/call", ["name": 5], "name"),
            ("tools/call", ["name": "nope"], "unknown tool nope; the tools are echo, fail"),
            ("tools/call", ["name": "echo", "arguments": []], "arguments must be an object"),
            ("tools/call", ["name": "echo", "arguments": "x"], "arguments must be an object"),
            ("tools/call", ["name": "echo", "_meta": ["progressToken": 1.5]], "progressToken"),
            ("tools/call", [1], "params must be an object"), ("ping", "x", "params must be an object"),
            ("tools/list", ["cursor": "x"], "cursor"), ("tools/list", ["cursor": ""], "cursor"),
            ("tools/list", ["cursor": 5], "cursor"), ("prompts/list", ["cursor": "x"], "cursor"),
            ("resources/list", ["cursor": "x"], "cursor"), ("resources/templates/list", ["cursor": "x"], "cursor"),
            ("prompts/get", [:], "name"),
            ("prompts/get", ["name": "nope"], "unknown prompt nope; the prompts are greet"),
            ("prompts/get", ["name": "greet"], "needs the argument who"),
            ("prompts/get", ["name": "greet", "arguments": ["who": 5]], "arguments.who must be a string"),
            (
                "prompts/get", ["name": "greet", "arguments": ["who": "a", "x": "b"]],
                "has no argument x; it takes who, how"
            ),
            ("prompts/get", ["name": "greet", "arguments": ["who": "nobody"]], "who must be somebody"),
            ("prompts/get", ["name": "greet", "arguments": 5], "arguments must be an object"),
            ("resources/read", [:], "uri"), ("resources/read", ["uri": 5], "uri"),
            ("completion/complete", [:], "ref.type"),
            ("completion/complete", ["ref": ["type": "ref/prompt"]], "ref.name"),
            ("completion/complete", ["ref": ["type": "ref/prompt", "name": "nope"]], "unknown prompt"),
            ("completion/complete", ["ref": ["type": "ref/resource", "uri": "x://y"]], "unknown resource template"),
            ("completion/complete", ["ref": ["type": "ref/prompt", "name": "greet"]], "argument"),
            ("initialize", [:], "protocolVersion"), ("initialize", ["protocolVersion": 1], "protocolVersion"),
            ("initialize", ["protocolVersion": "2025-06-18", "clientInfo": 1], "clientInfo"),
        ] as [(String, JSON, String)])
    func badParams(method: String, params: JSON, words: String) async {
        let heard = await Client().ask(method, params)
        #expect(heard.code == -32602)
        #expect(heard.message.contains(words), "\(heard.message)")
    }

    @Test(
        "Unknown methods get -32601 that names them",
        arguments: ["nope", "", "tools/CALL", "logging/setLevel", "server/discover", "resources/subscribe"])
    func unknownMethod(method: String) async {
        let heard = await Client().ask(method, [:])
        #expect(heard.code == -32601)
        #expect(heard.message == "Unknown method: \(method)")
    }

    @Test(
        "What is not offered is not a method",
        arguments: [
            "tools/list", "tools/call", "prompts/list", "prompts/get",
            "resources/list", "resources/templates/list", "resources/read", "completion/complete",
        ])
    func nothingOffered(method: String) async {
        let client = await Client(Registry(server: Fixture().server))
        #expect(await client.ask(method, [:]).code == -32601)
        #expect(await client.askModern(method).code == -32601)
        #expect(await client.askModern("server/discover").result?["capabilities"] == [:])
    }

    @Test("A text of the client's is repeated only in part")
    func longNames() async {
        let name = String(repeating: "\u{1F433}", count: 100_000)
        for heard in [await Client().ask(name), await Client().ask("tools/call", ["name": .string(name)])] {
            #expect(heard.message.utf8.count < 1000)
        }
    }

    @Test("Null params, arguments, cursor and token are none")
    func nulls() async {
        let client = await Client()
        #expect(await client.ask("ping", .null).result == [:])
        #expect(await client.ask("tools/list", ["cursor": nil]).result != nil)
        let call = await client.ask(
            "tools/call", ["name": "progress", "arguments": nil, "_meta": ["progressToken": nil]])
        #expect(call.result?["isError"] == false)
        #expect(call.notifications.isEmpty)
    }

    @Test(
        "Responses and unknown notifications are taken in silence",
        arguments: [
            #"{"jsonrpc":"2.0","id":1,"result":{}}"#, #"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}}"#,
            #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#, #"{"jsonrpc":"2.0","method":"tools/list"}"#,
            #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{}}}"#,
            #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":[]}"#,
        ])
    func silence(text: String) async {
        let heard = await Client().send(text)
        #expect(heard.reply == nil)
    }

    @Test("A missing resource has the code of its era and its address", arguments: ProtocolRevision.allCases)
    func missingResource(revision: ProtocolRevision) async {
        let client = await Client(Fixture().registry, revision)
        for uri in ["test://nowhere", "test://local/items/missing", "test://local/items/a/b"] {
            let heard = await client.ask(revision, "resources/read", ["uri": .string(uri)])
            #expect(heard.code == (revision == .july2026 ? -32602 : -32002))
            #expect(heard.reply?["error"]?["data"] == ["uri": .string(uri)])
        }
    }

    @Test("A resource that can't be had now gets -32603")
    func brokenResource() async {
        let heard = await Client().ask("resources/read", ["uri": "test://broken"])
        #expect(heard.code == -32603)
        #expect(heard.message == "the disk is gone")
    }
}
