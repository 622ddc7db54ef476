// A stdio server between two pipes, and a client's ends of them.
import JSON
import MCP
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The client's side. Its descriptors don't block, so that a test can wait for them without holding a thread.
actor Pipes {
    nonisolated let serverInput: Int32
    nonisolated let serverOutput: Int32
    private var toServer: Int32
    private var fromServer: Int32
    private var received: [UInt8] = []
    private var hasEnded = false

    init() throws {
        var input: [Int32] = [-1, -1]
        var output: [Int32] = [-1, -1]
        try #require(pipe(&input) == 0 && pipe(&output) == 0)
        (serverInput, toServer) = (input[0], input[1])
        (fromServer, serverOutput) = (output[0], output[1])
        for end in [toServer, fromServer] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    }

    deinit {
        for end in [serverInput, serverOutput, toServer, fromServer] where end >= 0 { close(end) }
    }

    func endInput() {
        if toServer >= 0 { close(toServer) }
        toServer = -1
    }

    func stopReading() {
        if fromServer >= 0 { close(fromServer) }
        fromServer = -1
    }

    /// Writes all of it, as fast as the server takes it.
    func write(_ bytes: [UInt8]) async throws {
        var rest = bytes[...]
        try await eventually("the server reads") {
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { send($0) }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    func write(line: String) async throws { try await write(Array(line.utf8) + [10]) }

    func ask(_ id: JSON, _ method: String, _ params: JSON = [:]) async throws {
        let request: JSON = ["jsonrpc": "2.0", "id": id, "method": .string(method), "params": params]
        try await write(line: request.text)
    }

    func notify(_ method: String, _ params: JSON = [:]) async throws {
        try await write(line: (["jsonrpc": "2.0", "method": .string(method), "params": params] as JSON).text)
    }

    /// The server's next line.
    func next() async throws -> JSON {
        var line: [UInt8]?
        try await eventually("the server writes") {
            receive()
            line = takeLine()
            return line != nil
        }
        return try JSON(parsing: line ?? [])
    }

    /// What is there, whole or not.
    func rest() -> String {
        receive()
        return String(decoding: received, as: UTF8.self)
    }

    private func takeLine() -> [UInt8]? {
        guard let end = received.firstIndex(of: 10) else { return nil }
        defer { received.removeSubrange(...end) }
        return Array(received[..<end])
    }

    private func send(_ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.write(toServer, bytes.baseAddress, bytes.count)
        #else
            Darwin.write(toServer, bytes.baseAddress, bytes.count)
        #endif
    }

    private func receive() {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(fromServer, &chunk, chunk.count)
            guard count > 0 else { return }
            received += chunk[..<count]
        }
    }
}

extension StdioServer.Limits {
    /// Waits for a slow machine.
    static var patient: Self {
        var limits = Self()
        limits.lastWrites = .seconds(60)
        return limits
    }
}

/// Runs `body` beside a server, ends the input and waits for the server's end.
func withServer(
    _ fixture: Fixture = Fixture(), registry: Registry? = nil, limits: StdioServer.Limits = .patient,
    initialize: Bool = true, _ body: (Pipes, StdioServer) async throws -> Void
) async throws {
    let pipes = try Pipes()
    let server = try StdioServer(
        registry: registry ?? fixture.registry, input: pipes.serverInput, output: pipes.serverOutput, limits: limits)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        if initialize {
            try await pipes.ask("init", "initialize", ["protocolVersion": "2025-11-25"])
            #expect(try await pipes.next()["result"]?["protocolVersion"] == "2025-11-25")
        }
        try await body(pipes, server)
        await pipes.endInput()
        try await group.waitForAll()
    }
}
