// One connection of the fake server: raw bytes, and every way to end it.
import NIOConcurrencyHelpers

/// One connection of a `FakeServer`, as its handler sees it: on the connection's own thread, with blocking calls.
public final class FakeConnection: Sendable {
    private struct State {
        var isClosed = false
        var writtenBytes = 0
    }

    private let socket: Socket
    private let state = NIOLockedValueBox(State())

    init(_ socket: Socket) { self.socket = socket }

    /// Bytes that the system has taken from us so far.
    public var writtenBytes: Int { state.withLockedValue { $0.writtenBytes } }

    /// Whether this side has closed it.
    public var isClosed: Bool { state.withLockedValue { $0.isClosed } }

    /// Sends the bytes, waiting for room. False when the peer is gone.
    @discardableResult
    public func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard !isClosed, let count = socket.write(rest) else { return false }
            rest = rest.dropFirst(count)
            state.withLockedValue { $0.writtenBytes += count }
        }
        return true
    }

    /// Sends the text as UTF-8, waiting for room. False when the peer is gone.
    @discardableResult
    public func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// Sends a whole reply with a body and its length.
    @discardableResult
    public func reply(_ status: String = "200 OK", headers: [String] = [], body: String = "") -> Bool {
        let lines = ["HTTP/1.1 \(status)"] + headers + ["Content-Length: \(body.utf8.count)", "", body]
        return write(lines.joined(separator: "\r\n"))
    }

    /// Sends one chunk of a chunked body; an empty one ends the body.
    @discardableResult
    public func chunk(_ bytes: [UInt8]) -> Bool {
        write(Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8))
    }

    /// Hangs until the peer closes the connection or the server is stopped.
    public func waitForPeerToClose() { while socket.read() != nil {} }

    /// Ends the connection properly.
    public func close() {
        end { socket.shutDown() }
    }

    /// Ends a TCP connection with a reset, which reaches the peer once the handler has returned.
    public func reset() {
        end { socket.resetOnClose() }
    }

    /// What has come, waiting for it; nil at the end.
    func read() -> [UInt8]? { isClosed ? nil : socket.read() }

    /// The connection's own thread frees the descriptor, once nobody can use it any more.
    func free() {
        end {}
        socket.close()
    }

    private func end(_ action: () -> Void) {
        state.withLockedValue { state in
            if !state.isClosed { action() }
            state.isClosed = true
        }
    }
}
