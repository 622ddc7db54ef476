// Streams: bytes come as they are sent, a slow reader holds the server back, and nothing that came is lost.
import CurlClient
import Glibc
import Testing
import TestSupport

@Suite struct StreamTests {
    let client = CurlClient()

    private static let chunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    private static let mark = 256 << 10

    @Test("The head comes before any byte of the body, each piece before the next is sent")
    func liveness() async throws {
        let gates = [Gate(), Gate()]
        let server = try FakeServer { _, connection in
            connection.write("HTTP/1.1 100 Continue\r\n\r\n\(Self.chunkedHead)")
            for (gate, text) in zip(gates, ["one", "two"]) {
                gate.wait()
                connection.chunk(Array(text.utf8))
            }
            connection.chunk([])
        }
        let stream = try await client.stream(server.request())
        #expect(stream.status == 200)
        #expect(stream.headers["transfer-encoding"] == "chunked")
        for (gate, text) in zip(gates, ["one", "two"]) {
            gate.open()
            let piece = try await stream.next()
            #expect(piece == Array(text.utf8))
        }
        let end = try await stream.next(), afterTheEnd = try await stream.next()
        #expect(end == nil)
        #expect(afterTheEnd == nil)
    }

    @Test func backPressure() async throws {
        let total = 32 << 20
        let server = try FakeServer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            let block = (0..<(64 << 10)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            for _ in 0..<(total / block.count) { connection.write(block) }
        }
        let stream = try await client.stream(server.request())
        // The server writes until what lies between it and the reader is full, then no more.
        var written = 0, timesSeen = 0
        #expect(
            await eventually {
                let now = server.openConnections.first?.writtenBytes ?? 0
                timesSeen = now == written ? timesSeen + 1 : 0
                written = now
                return written > Self.mark && timesSeen == 30
            })
        #expect(written < 8 << 20)
        var count = 0, isIntact = true
        while let piece = try await stream.next() {
            #expect(piece.count <= Self.mark)
            for byte in piece {
                if byte != UInt8(truncatingIfNeeded: (count & 0xffff) &* 31) { isIntact = false }
                count += 1
            }
        }
        #expect(count == total)
        #expect(isIntact)
    }

    @Test("A paused stream costs the others nothing")
    func pausedBesideOthers() async throws {
        let server = try FakeServer { head, connection in
            guard head.hasPrefix("GET /endless") else {
                connection.reply(body: "short")
                return
            }
            connection.write(Self.chunkedHead)
            while connection.chunk([UInt8](repeating: 1, count: 10_000)) {}
        }
        let stream = try await client.stream(server.request("/endless"))
        for _ in 0..<50 {
            let reply = try await client.send(server.request("/short"))
            #expect(reply.body == Array("short".utf8))
        }
        stream.cancel()
        #expect(await stream.readAll().error == .cancelled)
    }

    @Test("An early end is told after the bytes that came", arguments: [10, 300_000, 3_000_000], [true, false])
    func earlyEnd(count: Int, isSlow: Bool) async throws {
        let server = try FakeServer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(count + 1)\r\n\r\n")
            connection.write([UInt8](repeating: 7, count: count))
            connection.close()
        }
        let stream = try await client.stream(server.request())
        if isSlow, count < 100_000 { #expect(await eventually { server.openConnections.isEmpty }) }
        let (bytes, error) = await stream.readAll()
        #expect(bytes.count == count)
        #expect(error?.kind == "connectionClosed")
        #expect(await stream.readAll().error == error)
    }

    @Test func errorStatusIsAStreamToo() async throws {
        let server = try FakeServer { $1.reply("404 Not Found", body: "{\"message\":\"no such container\"}") }
        let stream = try await client.stream(server.request())
        #expect(stream.status == 404)
        let (bytes, error) = await stream.readAll()
        #expect(bytes == Array("{\"message\":\"no such container\"}".utf8))
        #expect(error == nil)
    }

    @Test("The connection of a stream that was read to its end is used again")
    func keepAlive() async throws {
        let server = try FakeServer { $1.reply(body: "body") }
        for _ in 0..<5 {
            let stream = try await client.stream(server.request())
            #expect(await stream.readAll().bytes.count == 4)
        }
        #expect(server.connectionCount == 1)
    }

    @Test("The deadline is for the head only")
    func deadlineEndsWithTheHead() async throws {
        let server = try FakeServer { _, connection in
            connection.write(Self.chunkedHead)
            usleep(3_200_000)
            connection.chunk([1])
            connection.chunk([])
        }
        var request = server.request()
        request.deadline = .seconds(3)
        let (bytes, error) = await (try client.stream(request)).readAll()
        #expect(bytes == [1])
        #expect(error == nil)
    }

    @Test func aStreamOutlivesItsClient() async throws {
        let gate = Gate()
        let server = try FakeServer { _, connection in
            connection.write(Self.chunkedHead)
            gate.wait()
            connection.chunk([1])
            connection.chunk([])
        }
        let stream = try await CurlClient().stream(server.request())
        gate.open()
        let (bytes, error) = await stream.readAll()
        #expect(bytes == [1])
        #expect(error == nil)
    }

    @Test("Several readers share the pieces, and each is told of the end")
    func severalReaders() async throws {
        let server = try FakeServer { $1.reply(body: String(repeating: "x", count: 1 << 20)) }
        let stream = try await client.stream(server.request())
        let count = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 { group.addTask { await stream.readAll().bytes.count } }
            return await group.reduce(into: 0) { $0 += $1 }
        }
        #expect(count == 1 << 20)
    }
}
