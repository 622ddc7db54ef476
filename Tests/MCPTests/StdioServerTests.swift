// The stdio transport over real pipes.
import JSON
import MCP
import Testing

@Suite(.timeLimit(.minutes(5))) struct StdioServerTests {
    @Test("A conversation: one line each, both line ends, empty lines skipped")
    func conversation() async throws {
        try await withServer { pipes, _ in
            try await pipes.write(Array("\n\r\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\r\n\n".utf8))
            #expect(try await pipes.next() == ["jsonrpc": "2.0", "id": 1, "result": [:]])
            try await pipes.ask(2, "tools/call", ["name": "echo", "arguments": ["text": "a\nb\u{2028}"]])
            #expect(try await pipes.next()["result"]?["structuredContent"] == ["text": "a\nb\u{2028}"])
            try await pipes.ask(3, "tools/list", Client.modern())
            #expect(try await pipes.next()["result"]?["resultType"] == "complete")
            #expect(await pipes.rest() == "")
        }
    }

    @Test("Bad lines are answered, and the next one is served")
    func badLines() async throws {
        try await withServer { pipes, _ in
            for line in ["nonsense", "{", String(repeating: "[", count: 10_000)] { try await pipes.write(line: line) }
            try await pipes.write([0x22, 0xFF, 0xFE, 0x22, 0x0A])
            for _ in 0..<4 { #expect(try await pipes.next()["error"]?["code"] == -32700) }
            try await pipes.write(line: "[]")
            #expect(try await pipes.next()["error"]?["code"] == -32600)
            try await pipes.ask(1, "ping")
            #expect(try await pipes.next()["result"] == [:])
        }
    }

    @Test("A line over the limit is refused once, the next one is served")
    func longLine() async throws {
        var limits = StdioServer.Limits.patient
        limits.lineBytes = 100_000
        try await withServer(limits: limits) { pipes, _ in
            try await pipes.write([UInt8](repeating: 0x20, count: 3_000_000) + [10])
            let refused = try await pipes.next()
            #expect(refused["error"]?["code"] == -32600)
            #expect(refused["error"]?["message"]?.string?.contains("100000 bytes") == true)
            try await pipes.ask(1, "ping")
            #expect(try await pipes.next()["id"] == 1)
        }
    }

    @Test("Requests sent before the first reply is read are taken in order")
    func pipelined() async throws {
        try await withServer(initialize: false) { pipes, _ in
            try await pipes.ask(0, "initialize", ["protocolVersion": "2025-06-18"])
            for id in 1...40 { try await pipes.ask(.integer(Int64(id)), "tools/call", ["name": "echo"]) }
            var ids: Set<JSON> = []
            for _ in 0...40 {
                let reply = try await pipes.next()
                #expect(reply["result"] != nil, "\(reply.text)")
                if let id = reply["id"] { ids.insert(id) }
            }
            #expect(ids.count == 41)
        }
    }

    @Test("A waiting call holds nobody up; cancelling it works while it waits")
    func interleaving() async throws {
        let fixture = Fixture()
        var limits = StdioServer.Limits.patient
        limits.calls = 2
        try await withServer(fixture, limits: limits) { pipes, _ in
            try await pipes.ask("hung", "tools/call", ["name": "hang", "_meta": ["progressToken": 1]])
            try await pipes.ask("gated", "tools/call", ["name": "gated"])
            try await eventually("both run") { await fixture.log.events.count == 2 }
            try await pipes.ask("refused", "tools/call", ["name": "echo"])
            #expect(try await pipes.next()["error"]?["code"] == -32603)
            try await pipes.ask("ping", "ping")
            #expect(try await pipes.next()["id"] == "ping")
            try await pipes.notify("notifications/cancelled", ["requestId": "hung"])
            try await eventually("it is cancelled") { await fixture.log.contains("cancelled") }
            await fixture.gate.open()
            #expect(try await pipes.next()["id"] == "gated")
            #expect(await pipes.rest() == "")
        }
        #expect(await fixture.log.count("cancelled") == 1)
    }

    @Test("Progress comes before its reply")
    func progress() async throws {
        try await withServer { pipes, _ in
            try await pipes.ask(1, "tools/call", ["name": "progress", "_meta": ["progressToken": "p"]])
            for step in [0, 1, 2.5, 3] {
                #expect(try await pipes.next()["params"]?["progress"]?.double == step)
            }
            #expect(try await pipes.next()["id"] == 1)
        }
    }

    @Test("At the end of input replies that are made are written, and calls get a moment")
    func endOfInput() async throws {
        let fixture = Fixture()
        var limits = StdioServer.Limits.patient
        limits.graceAtEnd = .seconds(60)
        let pipes = try Pipes()
        let server = try StdioServer(
            registry: fixture.registry, input: pipes.serverInput, output: pipes.serverOutput, limits: limits)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            try await pipes.ask(0, "initialize", ["protocolVersion": "2025-06-18"])
            try await pipes.ask(1, "tools/call", ["name": "gated"])
            try await pipes.write(Array(#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#.utf8))
            try await eventually("the call runs") { await fixture.log.contains("gated") }
            await pipes.endInput()
            #expect(try await pipes.next()["id"] == 0)
            #expect(try await pipes.next()["id"] == 2, "a last line without its end is a line")
            await fixture.gate.open()
            #expect(try await pipes.next()["id"] == 1)
            try await group.waitForAll()
        }
    }

    @Test("After that moment calls are cancelled")
    func endOfInputCancels() async throws {
        let fixture = Fixture()
        var limits = StdioServer.Limits.patient
        limits.graceAtEnd = .milliseconds(1)
        try await withServer(fixture, limits: limits) { pipes, _ in
            try await pipes.ask(1, "tools/call", ["name": "hang"])
            try await eventually("the call runs") { await fixture.log.contains("hanging") }
        }
        #expect(await fixture.log.contains("cancelled"))
    }

    @Test("A client that reads no more ends the server and its calls")
    func brokenOutput() async throws {
        let fixture = Fixture()
        var limits = StdioServer.Limits.patient
        limits.graceAtEnd = .seconds(3600)
        let pipes = try Pipes()
        let server = try StdioServer(
            registry: fixture.registry, input: pipes.serverInput, output: pipes.serverOutput, limits: limits)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            try await pipes.ask(0, "initialize", ["protocolVersion": "2025-06-18"])
            _ = try await pipes.next()
            try await pipes.ask(1, "tools/call", ["name": "hang"])
            try await eventually("the call runs") { await fixture.log.contains("hanging") }
            await pipes.stopReading()
            try await pipes.ask(2, "ping")
            try await group.waitForAll()
        }
        #expect(await fixture.log.contains("cancelled"))
    }

    @Test("Shutdown lets calls finish within its time")
    func drain() async throws {
        let fixture = Fixture()
        try await withServer(fixture) { pipes, server in
            try await pipes.ask(1, "tools/call", ["name": "gated"])
            try await eventually("the call runs") { await fixture.log.contains("gated") }
            async let end: Void = server.shutdown(drain: .seconds(60))
            await fixture.gate.open()
            await end
            #expect(try await pipes.next()["result"]?["isError"] == false)
        }
    }

    @Test("Shutdown cancels what takes longer, and says so")
    func drainCancels() async throws {
        let fixture = Fixture()
        try await withServer(fixture) { pipes, server in
            try await pipes.ask(1, "tools/call", ["name": "hang"])
            try await eventually("the call runs") { await fixture.log.contains("hanging") }
            await server.shutdown(drain: .milliseconds(1))
            #expect(try await pipes.next()["result"]?["isError"] == true)
        }
        #expect(await fixture.log.contains("cancelled"))
    }

    @Test("Shutdown while nothing runs, and before the start, ends at once")
    func idleShutdown() async throws {
        try await withServer { _, server in await server.shutdown(drain: .seconds(3600)) }
        let pipes = try Pipes()
        let server = try StdioServer(
            registry: Fixture().registry, input: pipes.serverInput, output: pipes.serverOutput, limits: .patient)
        await server.shutdown(drain: .zero)
        try await server.run()
    }

    @Test("Ending the task ends the server and its calls")
    func taskCancellation() async throws {
        let fixture = Fixture()
        let pipes = try Pipes()
        let server = try StdioServer(
            registry: fixture.registry, input: pipes.serverInput, output: pipes.serverOutput, limits: .patient)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            try await pipes.ask(0, "initialize", ["protocolVersion": "2025-06-18"])
            try await pipes.ask(1, "tools/call", ["name": "hang"])
            try await eventually("the call runs") { await fixture.log.contains("hanging") }
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(try await pipes.next()["id"] == 0)
        #expect(try await pipes.next()["id"] == 1, "the last line is out, so nothing is written once the pipe is gone")
        #expect(await fixture.log.contains("cancelled"))
    }

    @Test("A client that reads late gets every reply; meanwhile the server reads no further than its bound")
    func backPressure() async throws {
        var limits = StdioServer.Limits.patient
        limits.outputBytes = 100_000
        let text = String(repeating: "x", count: 20_000)
        try await withServer(limits: limits) { pipes, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for id in 0..<200 {
                        try await pipes.ask(
                            .integer(Int64(id)), "tools/call", ["name": "echo", "arguments": ["text": .string(text)]])
                    }
                }
                var ids: Set<JSON> = []
                for _ in 0..<200 {
                    let reply = try await pipes.next()
                    #expect(
                        reply["result"]?["structuredContent"] == ["text": .string(text)], "\(reply.text.prefix(300))")
                    if let id = reply["id"] { ids.insert(id) }
                }
                #expect(ids.count == 200)
                try await group.waitForAll()
            }
        }
    }
}
