// Cancelling a task ends its transfer, whenever it comes.
import CurlClient
import Testing
import TestSupport

@Suite struct CancellationTests {
    let client = CurlClient()

    @Test func cancelledInFlight() async throws {
        let server = try FakeServer { $1.waitForPeerToClose() }
        let task = Task { [client] in await client.failure(of: server.request()) }
        #expect(await eventually { server.requests.count == 1 })
        task.cancel()
        #expect(await task.value == .cancelled)
        #expect(await eventually { server.openConnections.isEmpty })
    }

    @Test func cancelledBeforeItStarts() async throws {
        let server = try FakeServer { $1.reply() }
        let gate = AsyncStream<Void>.makeStream()
        let task = Task { [client] in
            for await _ in gate.stream {}  // ends when the task is cancelled
            return await client.failure(of: server.request("/cancelled"))
        }
        task.cancel()
        #expect(await task.value == .cancelled)
        _ = try await client.send(server.request("/next"))
        #expect(server.requests.map { $0.hasPrefix("GET /next ") } == [true])
    }

    @Test("Cancelling at any moment ends in a reply or in .cancelled, and harms no other")
    func cancelledAtRandom() async throws {
        let server = try FakeServer { $1.reply(body: "whole") }
        var generator = SeededGenerator(seed: 1)
        let bystander = Task { [client] in
            for _ in 0..<200 { guard await client.failure(of: server.request()) == nil else { return false } }
            return true
        }
        for _ in 0..<200 {
            let task = Task { [client] in await client.failure(of: server.request()) }
            for _ in 0..<Int.random(in: 0..<50, using: &generator) { await Task.yield() }
            task.cancel()
            let failure = await task.value
            #expect(failure == nil || failure == .cancelled)
        }
        #expect(await bystander.value)
    }

    @Test("A child process does not keep a connection open")
    func noConnectionInChildren() async throws {
        let server = try FakeServer { $1.waitForPeerToClose() }
        let task = Task { [client] in await client.failure(of: server.request()) }
        #expect(await eventually { server.requests.count == 1 })
        let child = try ChildProcess(["sleep", "600"])
        task.cancel()
        #expect(await task.value == .cancelled)
        #expect(await eventually { server.openConnections.isEmpty })
        withExtendedLifetime(child) {}
    }

    @Test func manyCancelledAtOnce() async throws {
        let server = try FakeServer { $1.waitForPeerToClose() }
        let task = Task { [client] in
            await withTaskGroup(of: TransferError?.self) { group in
                for _ in 0..<100 { group.addTask { await client.failure(of: server.request()) } }
                return await group.reduce(into: Set()) { $0.insert($1) }
            }
        }
        #expect(await eventually { server.requests.count == 100 })
        task.cancel()
        #expect(await task.value == [.cancelled])
        #expect(await eventually { server.openConnections.isEmpty })
    }

    @Test func aStreamCancelledBeforeItsHead() async throws {
        let server = try FakeServer { $1.waitForPeerToClose() }
        let task = Task { [client] in await client.streamFailure(of: server.request()) }
        #expect(await eventually { server.requests.count == 1 })
        task.cancel()
        #expect(await task.value == .cancelled)
        #expect(await eventually { server.openConnections.isEmpty })
    }

    @Test(
        "A quiet stream ends with its reader's task, with cancel(), or with its last owner",
        arguments: [
            "task", "cancel", "owner",
        ])
    func aStreamCancelled(by end: String) async throws {
        let server = try FakeServer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            connection.waitForPeerToClose()
        }
        var stream: HTTPStream? = try await client.stream(server.request())
        #expect(stream?.status == 200)
        let reader = Task { [weak stream] in await stream?.readAll().error }
        switch end {
        case "task": reader.cancel()
        case "cancel": stream?.cancel()
        default:
            reader.cancel()
            stream = nil
        }
        let failure = await reader.value
        #expect(failure == .cancelled || (end == "owner" && failure == nil))
        #expect(await eventually { server.openConnections.isEmpty })
    }
}
