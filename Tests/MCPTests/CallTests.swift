// Calls in flight: cancellation, progress, bounds.
import JSON
import MCP
import Testing

@Suite struct CallTests {
    private static let cancelFirst =
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"enough"}}"#

    @Test("A cancelled call is cancelled for real, and nothing more is said of it", .timeLimit(.minutes(2)))
    func cancellation() async throws {
        let fixture = Fixture()
        let client = await Client(fixture.registry)
        async let hung = client.ask("tools/call", ["name": "hang", "_meta": ["progressToken": 1]])
        try await eventually("the call runs") { await fixture.log.contains("hanging") }
        #expect(await client.send(Self.cancelFirst).reply == nil)
        let heard = await hung
        #expect(heard.reply == nil)
        #expect(heard.notifications.isEmpty)
        #expect(await fixture.log.contains("cancelled"))
        #expect(await client.ask("tools/call", ["name": "echo"]).result != nil, "its id is free again")
    }

    @Test("A modern call is cancelled in the same way", .timeLimit(.minutes(2)))
    func modernCancellation() async throws {
        let fixture = Fixture()
        let client = await Client(fixture.registry, nil)
        async let hung = client.askModern("tools/call", ["name": "hang"])
        try await eventually("the call runs") { await fixture.log.contains("hanging") }
        _ = await client.send(Self.cancelFirst)
        #expect(await hung.reply == nil)
    }

    @Test("Only the call with that id, of that type, is cancelled", .timeLimit(.minutes(2)))
    func otherIDs() async throws {
        let fixture = Fixture()
        let client = await Client(fixture.registry)
        async let gated = client.ask("tools/call", ["name": "gated"], id: "1")
        try await eventually("the call runs") { await fixture.log.contains("gated") }
        _ = await client.send(Self.cancelFirst)
        await fixture.gate.open()
        #expect(await gated.result?["isError"] == false)
        _ = await client.send(Self.cancelFirst)
        #expect(await client.ask("ping").result == [:])
    }

    @Test("A call cancelled before it runs is never answered", .timeLimit(.minutes(2)))
    func cancelledEarly() async {
        let fixture = Fixture()
        let client = await Client(fixture.registry)
        let exchange = client.session.accept([
            "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": ["name": "hang"],
        ])
        _ = await client.send(Self.cancelFirst)
        #expect(await client.hear(exchange).reply == nil)
    }

    @Test("Ending the task ends the call", .timeLimit(.minutes(2)))
    func taskCancellation() async throws {
        let fixture = Fixture()
        let client = await Client(fixture.registry)
        let heard = try await withThrowingTaskGroup(of: Heard.self) { group in
            group.addTask { await client.ask("tools/call", ["name": "hang"]) }
            try await eventually("the call runs") { await fixture.log.contains("hanging") }
            group.cancelAll()
            return try await group.next()
        }
        #expect(heard?.result?["isError"] == true)
        #expect(await fixture.log.contains("cancelled"))
    }

    @Test("Progress grows, keeps the token's type, and ends with the reply", arguments: ["p", 7, "", -1] as [JSON])
    func progress(token: JSON) async {
        let fixture = Fixture()
        let client = await Client(fixture.registry)
        let heard = await client.ask("tools/call", ["name": "progress", "_meta": ["progressToken": token]])
        #expect(heard.notifications.map { $0["params"]?["progress"]?.double } == [0, 1, 2.5, 3])
        #expect(
            heard.notifications.first == [
                "jsonrpc": "2.0", "method": "notifications/progress",
                "params": ["progressToken": token, "progress": 0, "total": 3, "message": "step 0.0"],
            ])
        let (late, sink) = AsyncStream<JSON>.makeStream()
        let exchange = client.session.accept([
            "jsonrpc": "2.0", "id": 2, "method": "tools/call",
            "params": ["name": "progress", "_meta": ["progressToken": token]],
        ])
        _ = await exchange.reply { sink.yield($0) }
        sink.yield("the reply")
        await fixture.keeper.context?.report(progress: 100)
        sink.finish()
        var heardLast: JSON?
        for await notification in late { heardLast = notification }
        #expect(heardLast == "the reply")
    }

    @Test("Without a token there is no progress")
    func noToken() async {
        #expect(await Client().ask("tools/call", ["name": "progress"]).notifications.isEmpty)
    }

    @Test("An id in flight can't be used twice", .timeLimit(.minutes(2)))
    func duplicateID() async throws {
        let fixture = Fixture()
        let client = await Client(fixture.registry)
        async let gated = client.ask("tools/call", ["name": "gated"])
        try await eventually("the call runs") { await fixture.log.contains("gated") }
        #expect(await client.ask("tools/call", ["name": "echo"]).code == -32600)
        #expect(await client.ask("ping").code == -32600)
        await fixture.gate.open()
        #expect(await gated.result?["isError"] == false)
    }

    @Test("Beyond the bound calls are refused; the rest is still answered", .timeLimit(.minutes(2)))
    func bound() async throws {
        let fixture = Fixture()
        let client = await Client(fixture.registry, calls: 2)
        async let one = client.ask("tools/call", ["name": "gated"], id: 1)
        async let two = client.ask("tools/call", ["name": "gated"], id: 2)
        try await eventually("both run") { await fixture.log.count("gated") == 2 }
        let refused = await client.ask("tools/call", ["name": "echo"], id: 3)
        #expect(refused.code == -32603)
        #expect(refused.message.contains("too many requests in flight"))
        #expect(await client.ask("ping", id: 3).result == [:])
        _ = await client.send(Self.cancelFirst)
        await fixture.gate.open()
        #expect(await one.reply == nil)
        #expect(await two.result != nil)
        #expect(await client.ask("tools/call", ["name": "echo"], id: 3).result != nil)
    }

    @Test("Replies come as they are ready", .timeLimit(.minutes(2)))
    func interleaving() async throws {
        let fixture = Fixture()
        let client = await Client(fixture.registry)
        async let slow = client.ask("tools/call", ["name": "gated"], id: "slow")
        try await eventually("the call runs") { await fixture.log.contains("gated") }
        for id in 0..<50 {
            #expect(
                await client.ask("tools/call", ["name": "echo"], id: .integer(Int64(id))).result?["isError"] == false)
        }
        await fixture.gate.open()
        #expect(await slow.reply?["id"] == "slow")
    }
}
