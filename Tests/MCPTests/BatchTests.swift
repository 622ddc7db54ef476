// JSON-RPC batches, which 2025-03-26 alone has.
import JSON
import MCP
import Testing

@Suite struct BatchTests {
    private static func request(_ id: JSON, _ method: String, _ params: JSON = [:]) -> JSON {
        ["jsonrpc": "2.0", "id": id, "method": .string(method), "params": params]
    }

    private func client(_ fixture: Fixture = Fixture()) async -> Client { await Client(fixture.registry, .march2025) }

    @Test("A batch gets one array with a reply for each request, in their order", .timeLimit(.minutes(2)))
    func batch() async throws {
        let fixture = Fixture()
        let client = await client(fixture)
        let batch: JSON = [
            Self.request(1, "tools/call", ["name": "gated"]), Self.request("b", "ping"),
            ["jsonrpc": "2.0", "method": "notifications/initialized"], Self.request(3, "nope"), 5,
            Self.request(1, "ping"), Self.request(4, "tools/call", ["name": "echo"]),
            ["jsonrpc": "2.0", "id": 9, "result": [:]],
        ]
        async let heard = client.send(batch.text)
        try await eventually("the call runs") { await fixture.log.contains("gated") }
        await fixture.gate.open()
        let replies = await heard.reply?.array ?? []
        #expect(replies.map { $0["id"] } == [1, "b", 3, .null, 1, 4])
        #expect(replies.map { $0["error"]?["code"]?.int } == [nil, nil, -32601, -32600, -32600, nil])
    }

    @Test("A batch without requests gets no reply")
    func notifications() async {
        #expect(await client().send(#"[{"jsonrpc":"2.0","method":"notifications/initialized"}]"#).reply == nil)
    }

    @Test("Bad batches get one -32600", arguments: [0, 101, 10_000])
    func size(count: Int) async {
        let batch = JSON.array((0..<count).map { Self.request(.integer(Int64($0)), "ping") })
        let heard = await client().send(batch.text)
        #expect(heard.code == -32600)
        #expect(heard.reply?["id"] == .some(.null))
    }

    @Test("A batch of one and of a hundred is an array", arguments: [1, 100])
    func good(count: Int) async {
        let batch = JSON.array((0..<count).map { Self.request(.integer(Int64($0)), "ping") })
        #expect(await client().send(batch.text).reply?.array?.count == count)
    }

    @Test("Neither initialize nor a modern request is taken in a batch")
    func strangers() async {
        let client = await client()
        let batch: JSON = [
            Self.request(1, "initialize", ["protocolVersion": "2025-06-18"]),
            Self.request(2, "tools/list", Client.modern()),
        ]
        let replies = await client.send(batch.text).reply?.array ?? []
        #expect(replies.map { $0["id"] } == [1, 2])
        #expect(replies.allSatisfy { $0["error"]?["code"] == -32600 })
        #expect(client.session.revision == .march2025)
    }

    @Test("Other revisions refuse batches", arguments: ProtocolRevision.allCases.filter { $0 != .march2025 })
    func others(revision: ProtocolRevision) async {
        let heard = await Client(Fixture().registry, revision).send(JSON.array([Self.request(1, "ping")]).text)
        #expect(heard.code == -32600)
    }

    @Test("A call of a batch can be cancelled; the others are answered", .timeLimit(.minutes(2)))
    func cancellation() async throws {
        let fixture = Fixture()
        let client = await client(fixture)
        let batch: JSON = [Self.request(1, "tools/call", ["name": "hang"]), Self.request(2, "ping")]
        async let heard = client.send(batch.text)
        try await eventually("the call runs") { await fixture.log.contains("hanging") }
        _ = await client.send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#)
        #expect(await heard.reply == [["jsonrpc": "2.0", "id": 2, "result": [:]]])
    }
}
