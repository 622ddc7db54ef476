// An HTTP client of bare sockets: it sends exactly what a test writes, and shows what comes back as it comes.
import Glibc
import JSON
import Testing

/// A whole answer.
struct RawReply: Sendable {
    let status: Int
    /// By lower-case name.
    let headers: [String: String]
    var body: [UInt8] = []

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSON? { try? JSON(parsing: body) }
    var code: Int? { json?["error"]?["code"]?.int }
}

/// One server-sent event, or a comment.
struct RawEvent: Equatable, Sendable {
    var id: String?
    var name: String?
    var data: String?
    var comment: String?

    var json: JSON? { data.flatMap { try? JSON(parsing: $0) } }
}

/// What ends a wait early.
enum RawFailure: Error { case closed, late, refused }

/// One connection. The descriptor doesn't block, so that waiting holds no thread.
actor RawClient {
    private var descriptor: Int32
    private var received: [UInt8] = []
    private var hasEnded = false
    private var eventText = ""

    init(port: Int) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw RawFailure.refused }
        self.descriptor = descriptor
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw RawFailure.refused }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    func closeSendingHalf() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Sends all of it; stops early when the server has hung up.
    func send(_ text: String) async throws {
        var rest = Array(text.utf8)[...]
        try await poll {
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if count < 0 { return errno != EAGAIN }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    /// Sends the same again and again, reads nothing, and returns once the server has hung up.
    func sendUntilHungUp(_ text: String) async throws {
        let bytes = Array(text.utf8)
        var sent = 0
        try await poll {
            while true {
                let count = bytes[(sent % bytes.count)...].withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if count < 0 { return errno != EAGAIN }
                sent += count
            }
        }
    }

    /// The next answer's first part.
    func head() async throws -> RawReply {
        var end: Int?
        try await wait {
            end = received.indices.dropLast(3).first { Array(received[$0..<($0 + 4)]) == Array("\r\n\r\n".utf8) }
            return end != nil
        }
        let lines = String(decoding: received[..<(end ?? 0)], as: UTF8.self).split(separator: "\r\n")
        received.removeFirst((end ?? 0) + 4)
        let status = lines.first.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        return RawReply(status: try #require(status), headers: headers)
    }

    /// The next answer, which must have a length; `hasBody` is false for one to HEAD.
    func reply(hasBody: Bool = true) async throws -> RawReply {
        var reply = try await head()
        guard hasBody else { return reply }
        let length = reply.headers["content-length"].flatMap { Int($0) } ?? 0
        try await wait { received.count >= length }
        reply.body = Array(received.prefix(length))
        received.removeFirst(length)
        return reply
    }

    /// The next event of a stream whose head has been read; nil at the stream's end.
    func event() async throws -> RawEvent? {
        while true {
            if let end = eventText.firstRange(of: "\n\n") {
                defer { eventText.removeSubrange(..<end.upperBound) }
                return Self.event(eventText[..<end.lowerBound])
            }
            guard let chunk = try await chunk() else { return nil }
            eventText += String(decoding: chunk, as: UTF8.self)
        }
    }

    /// The next event with data.
    func message() async throws -> RawEvent {
        while let event = try await event() {
            if event.data?.isEmpty == false { return event }
        }
        throw RawFailure.closed
    }

    /// Waits until the server has closed the connection; what it said before is thrown away.
    func waitForClose() async throws {
        try await poll {
            receive()
            return hasEnded
        }
    }

    private func chunk() async throws -> [UInt8]? {
        var size: (value: Int, digits: Int)?
        try await wait {
            size = Self.chunkSize(received)
            return size.map { received.count >= $0.digits + 2 + $0.value + 2 } ?? false
        }
        guard let size else { throw RawFailure.closed }
        let start = size.digits + 2
        defer { received.removeFirst(start + size.value + 2) }
        return size.value == 0 ? nil : Array(received[start..<(start + size.value)])
    }

    private static func chunkSize(_ bytes: [UInt8]) -> (value: Int, digits: Int)? {
        guard let end = bytes.firstIndex(of: 13),
            let value = Int(String(decoding: bytes[..<end], as: UTF8.self), radix: 16)
        else { return nil }
        return (value, end)
    }

    private static func event(_ text: Substring) -> RawEvent {
        var event = RawEvent()
        for line in text.split(separator: "\n") {
            let value = line.drop { $0 != ":" }.dropFirst().drop { $0 == " " }
            if line.hasPrefix(":") { event.comment = String(value) }
            if line.hasPrefix("id:") { event.id = String(value) }
            if line.hasPrefix("event:") { event.name = String(value) }
            if line.hasPrefix("data:") { event.data = String(value) }
        }
        return event
    }

    /// Waits for what is to come.
    private func wait(_ condition: () -> Bool) async throws {
        try await poll {
            receive()
            return condition() || hasEnded
        }
        guard condition() else { throw RawFailure.closed }
    }

    /// The limit is only ever spent by a test that fails.
    private func poll(_ condition: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while !condition() {
            guard ContinuousClock.now < deadline else { throw RawFailure.late }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    private func receive() {
        guard descriptor >= 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while !hasEnded {
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 {
                received += buffer[..<count]
            } else if count == 0 || errno != EAGAIN {
                hasEnded = true
            } else {
                return
            }
        }
    }
}
