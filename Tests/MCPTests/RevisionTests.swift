// What each revision gets, field by field: what it doesn't have is never sent to it.
import JSON
import MCP
import Testing

@Suite struct RevisionTests {
    /// The fields of an entry, from the revision that has them first.
    private static func fields(_ revision: ProtocolRevision, _ fields: [(String, ProtocolRevision)]) -> [String] {
        fields.filter { $0.1 <= revision }.map(\.0)
    }

    private static let always = ProtocolRevision.november2024

    /// What 2026-07-28 puts around a result.
    private static func keys(_ revision: ProtocolRevision, _ own: [String], cached: Bool) -> [String] {
        guard revision == .july2026 else { return own }
        return ["resultType"] + own + (cached ? ["ttlMs", "cacheScope"] : []) + ["_meta"]
    }

    @Test("initialize", arguments: ProtocolRevision.allCases.filter { $0.era == .legacy })
    func initialize(revision: ProtocolRevision) async {
        let result = await Client(Fixture().registry, nil).initialize(revision.rawValue).result
        #expect(result?.object?.keys == ["protocolVersion", "capabilities", "serverInfo", "instructions"])
        let info = Self.fields(
            revision,
            [
                ("name", Self.always), ("version", Self.always), ("title", .june2025), ("icons", .november2025),
                ("description", .november2025), ("websiteUrl", .november2025),
            ])
        #expect(result?["serverInfo"]?.object?.keys == info)
        let capabilities = Self.fields(
            revision,
            [
                ("tools", Self.always), ("prompts", Self.always), ("resources", Self.always),
                ("completions", .march2025),
            ])
        #expect(result?["capabilities"]?.object?.keys == capabilities)
    }

    @Test("server/discover")
    func discover() async {
        let result = await Client(Fixture().registry, nil).askModern("server/discover").result
        let own = ["supportedVersions", "capabilities", "instructions"]
        #expect(result?.object?.keys == Self.keys(.july2026, own, cached: true))
        #expect(result?["supportedVersions"] == ["2026-07-28"])
        #expect(result?["capabilities"] == ["tools": [:], "prompts": [:], "resources": [:], "completions": [:]])
        #expect(result?["ttlMs"]?.int ?? -1 > 0)
        #expect(result?["cacheScope"] == "public")
        let info = result?["_meta"]?["io.modelcontextprotocol/serverInfo"]
        #expect(info?.object?.keys == ["name", "version", "title", "icons", "description", "websiteUrl"])
    }

    @Test(
        "Every modern result names the server and its kind",
        arguments: [
            ("tools/list", [:]), ("tools/call", ["name": "echo"]), ("tools/call", ["name": "fail"]),
            ("prompts/list", [:]),
            ("prompts/get", ["name": "greet", "arguments": ["who": "x"]]), ("resources/list", [:]),
            ("resources/templates/list", [:]), ("resources/read", ["uri": "test://static"]),
            (
                "completion/complete",
                ["ref": ["type": "ref/prompt", "name": "greet"], "argument": ["name": "who", "value": ""]]
            ),
        ] as [(String, JSONObject)])
    func modernMarks(method: String, params: JSONObject) async {
        let result = await Client(Fixture().registry, nil).askModern(method, params).result
        #expect(result?["resultType"] == "complete")
        #expect(result?["_meta"] == ["io.modelcontextprotocol/serverInfo": ["name": "fixture", "version": "1.2.3"]])
        let isCached = method.hasSuffix("/list") || method == "resources/read"
        #expect((result?["ttlMs"]?.int != nil) == isCached)
        #expect(result?["cacheScope"]?.string == (isCached ? (method == "resources/read" ? "private" : "public") : nil))
        let legacy = await Client().ask(method, .object(params)).result?.object
        for key in ["resultType", "_meta", "ttlMs", "cacheScope"] { #expect(legacy?[key] == nil) }
    }

    @Test("tools/list", arguments: ProtocolRevision.allCases)
    func tools(revision: ProtocolRevision) async {
        let client = await Client(Fixture().registry, revision)
        let result = await client.ask(revision, "tools/list").result
        #expect(result?.object?.keys == Self.keys(revision, ["tools"], cached: true))
        let tool = result?["tools"]?.array?.first
        let keys = Self.fields(
            revision,
            [
                ("name", Self.always), ("title", .june2025), ("icons", .november2025), ("description", Self.always),
                ("inputSchema", Self.always), ("outputSchema", .june2025), ("annotations", .march2025),
            ])
        #expect(tool?.object?.keys == keys)
        #expect(await client.ask(revision, "tools/list").result == result)
        guard revision >= .march2025 else { return }
        // Where a tool has a title of its own, there is no second one.
        #expect(tool?["annotations"]?["title"]?.string == (revision == .march2025 ? "Echo" : nil))
        #expect(tool?["annotations"]?["destructiveHint"] == false)
        for hint in ["readOnlyHint", "idempotentHint", "openWorldHint"] {
            #expect(tool?["annotations"]?[hint] == true, "\(hint)")
        }
    }

    @Test("tools/call", arguments: ProtocolRevision.allCases)
    func call(revision: ProtocolRevision) async {
        let client = await Client(Fixture().registry, revision)
        let sound = await client.ask(revision, "tools/call", ["name": "echo", "arguments": ["a": [1, "ü"]]]).result
        let own = Self.fields(
            revision, [("content", Self.always), ("structuredContent", .june2025), ("isError", Self.always)])
        #expect(sound?.object?.keys == Self.keys(revision, own, cached: false))
        #expect(sound?["content"] == [["type": "text", "text": #"{"a":[1,"ü"]}"#]])
        #expect(sound?["structuredContent"] == (revision >= .june2025 ? ["a": [1, "ü"]] : JSON?.none))
        #expect(sound?["isError"] == false)
        let failed = await client.ask(revision, "tools/call", ["name": "fail"]).result
        #expect(failed?.object?.keys == Self.keys(revision, ["content", "isError"], cached: false))
        #expect(failed?["isError"] == true)
        #expect(failed?["content"] == [["type": "text", "text": "no_luck: it failed"]])
    }

    @Test("Blocks that a revision lacks become text", arguments: ProtocolRevision.allCases)
    func blocks(revision: ProtocolRevision) async {
        let client = await Client(Fixture().registry, revision)
        let content = await client.ask(revision, "tools/call", ["name": "blocks"]).result?["content"]?.array ?? []
        let audio = revision >= .march2025 ? "audio" : "text"
        let link = revision >= .june2025 ? "resource_link" : "text"
        #expect(content.map { $0["type"]?.string } == ["text", "image", audio, "resource", link])
        #expect(content.last?[link == "text" ? "text" : "uri"]?.string?.contains("test://l") == true)
    }

    @Test("prompts", arguments: ProtocolRevision.allCases)
    func prompts(revision: ProtocolRevision) async {
        let client = await Client(Fixture().registry, revision)
        let prompt = await client.ask(revision, "prompts/list").result?["prompts"]?.array?.first
        let keys = Self.fields(
            revision,
            [
                ("name", Self.always), ("title", .june2025), ("icons", .november2025), ("description", Self.always),
                ("arguments", Self.always),
            ])
        #expect(prompt?.object?.keys == keys)
        let argument = Self.fields(
            revision,
            [
                ("name", Self.always), ("title", .june2025), ("description", Self.always), ("required", Self.always),
            ])
        #expect(prompt?["arguments"]?.array?.first?.object?.keys == argument)
        let got = await client.ask(revision, "prompts/get", ["name": "greet", "arguments": ["who": "you"]]).result
        #expect(got?.object?.keys == Self.keys(revision, ["description", "messages"], cached: false))
        #expect(
            got?["messages"] == [
                ["role": "user", "content": ["type": "text", "text": "Hello you"]],
                ["role": "assistant", "content": ["type": "text", "text": "Hello"]],
            ])
    }

    @Test("resources", arguments: ProtocolRevision.allCases)
    func resources(revision: ProtocolRevision) async {
        let client = await Client(Fixture().registry, revision)
        let described = Self.fields(
            revision,
            [
                ("name", Self.always), ("title", .june2025), ("icons", .november2025), ("description", Self.always),
                ("mimeType", Self.always),
            ])
        let resource = await client.ask(revision, "resources/list").result?["resources"]?.array?.first
        #expect(resource?.object?.keys == ["uri"] + described)
        let template = await client.ask(revision, "resources/templates/list").result?["resourceTemplates"]?.array?.first
        #expect(template?.object?.keys == ["uriTemplate"] + described)
        let fixed = await client.ask(revision, "resources/read", ["uri": "test://static"]).result
        #expect(fixed?.object?.keys == Self.keys(revision, ["contents"], cached: true))
        #expect(fixed?["contents"] == [["uri": "test://static", "mimeType": "text/plain", "text": "always"]])
        let item = await client.ask(revision, "resources/read", ["uri": "test://local/items/QQ%3D%3D"]).result
        #expect(item?["contents"] == [["uri": "test://local/items/QQ%3D%3D", "blob": "QQ=="]])
    }

    @Test("completion/complete", arguments: ProtocolRevision.allCases)
    func completion(revision: ProtocolRevision) async {
        let client = await Client(Fixture().registry, revision)
        func complete(_ argument: String, _ value: String) async -> JSON? {
            await client.ask(
                revision, "completion/complete",
                [
                    "ref": ["type": "ref/resource", "uri": "test://{source}/items/{id}"],
                    "argument": ["name": .string(argument), "value": .string(value)],
                    "context": ["arguments": ["b": "2", "a": "1"]],
                ]
            ).result?["completion"]
        }
        #expect(await complete("source", "re") == ["values": ["remote"], "total": 1, "hasMore": false])
        #expect(await complete("nothing", "") == ["values": [], "total": 0, "hasMore": false])
        #expect(await complete("resolved", "")?["values"] == ["1", "2"])
        let many = await complete("many", "")
        #expect(many?["values"]?.array?.count == 100)
        #expect(many?["total"] == 250)
        #expect(many?["hasMore"] == true)
    }

    @Test("Progress has a message from 2025-03-26 on", arguments: ProtocolRevision.allCases)
    func progress(revision: ProtocolRevision) async {
        let client = await Client(Fixture().registry, revision)
        let heard = await client.ask(revision, "tools/call", ["name": "progress"], meta: ["progressToken": "p"])
        let keys = Self.fields(
            revision,
            [
                ("progressToken", Self.always), ("progress", Self.always), ("total", Self.always),
                ("message", .march2025),
            ])
        #expect(heard.notifications.first?["params"]?.object?.keys == keys)
    }
}
