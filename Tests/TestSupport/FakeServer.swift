// A hand-made HTTP server for what no real engine can be made to do: half replies, garbage, silence, floods, resets.
// What a real engine does on demand is tested against real engines.
import Glibc
import NIOConcurrencyHelpers

/// A server on threads of its own, with blocking sockets, that sends exactly what its handler writes.
///
/// Letting go of it stops it and ends its connections.
public final class FakeServer: Sendable {
    /// Where it listens.
    public enum Place: Sendable {
        /// A unix socket in a folder of its own.
        case unixSocket
        /// 127.0.0.1, at a port that the system chooses.
        case loopback
    }

    /// Called for each request, on the connection's thread, with the request's head. When it returns and has not closed
    /// the connection, the next request on it is read.
    public typealias Handler = @Sendable (_ head: String, _ connection: FakeConnection) -> Void

    /// The path of its unix socket; empty when it listens on loopback.
    public let socketPath: String
    /// Its TCP port; 0 when it listens on a unix socket.
    public let port: Int
    private let folder: TemporaryFolder
    private let listener: Socket
    private let state: FakeServerState

    /// Listens from here on. Throws what the system says.
    public convenience init(_ place: Place = .unixSocket, backlog: Int32 = 1024, _ handler: @escaping Handler) throws {
        try self.init(place, backlog: backlog, waitsForHead: true, handler)
    }

    /// Answers whatever comes first with these words, and ends the connection.
    public convenience init(_ place: Place, answersAtOnce words: String) throws {
        try self.init(place, backlog: 1024, waitsForHead: false) { _, connection in
            connection.write(words)
            connection.close()
        }
    }

    private init(_ place: Place, backlog: Int32, waitsForHead: Bool, _ handler: @escaping Handler) throws {
        folder = try TemporaryFolder()
        switch place {
        case .unixSocket:
            socketPath = folder.path(to: "s")
            port = 0
            listener = try Socket.listen(at: socketPath, backlog: backlog)
        case .loopback:
            socketPath = ""
            (listener, port) = try Socket.listenOnLoopback(backlog: backlog)
        }
        state = FakeServerState(waitsForHead: waitsForHead, handler)
        let (listener, state) = (listener, state)
        try onNewThread { state.acceptAll(from: listener) }
    }

    deinit {
        listener.shutDown()  // before it is told to stop, since it closes the listener then
        state.stop()
    }

    /// The heads of all requests so far, in order of arrival.
    public var requests: [String] { state.requests }

    /// Connections accepted so far.
    public var connectionCount: Int { state.connectionCount }

    /// Connections that neither side has ended.
    public var openConnections: [FakeConnection] { state.openConnections }
}

/// What the server's threads share; outlives the server until the last of them has returned.
private final class FakeServerState: Sendable {
    private struct State {
        var requests: [String] = []
        var connectionCount = 0
        var open: [ObjectIdentifier: FakeConnection] = [:]
        var isStopped = false
    }

    private let waitsForHead: Bool
    private let handler: FakeServer.Handler
    private let state = NIOLockedValueBox(State())

    init(waitsForHead: Bool, _ handler: @escaping FakeServer.Handler) {
        self.waitsForHead = waitsForHead
        self.handler = handler
    }

    var requests: [String] { state.withLockedValue { $0.requests } }
    var connectionCount: Int { state.withLockedValue { $0.connectionCount } }
    var openConnections: [FakeConnection] { state.withLockedValue { Array($0.open.values) } }

    func acceptAll(from listener: Socket) {
        while !state.withLockedValue({ $0.isStopped }) {
            if let socket = listener.accept() { serve(socket) } else { usleep(1000) }
        }
        listener.close()
    }

    private func serve(_ socket: Socket) {
        let connection = FakeConnection(socket)
        let isWanted = state.withLockedValue { state in
            state.connectionCount += 1
            if !state.isStopped { state.open[ObjectIdentifier(connection)] = connection }
            return !state.isStopped
        }
        let started: Void? = isWanted ? try? onNewThread { [self] in converse(over: connection) } : nil
        if started == nil { forget(connection) }
    }

    func stop() {
        let open = state.withLockedValue { state in
            state.isStopped = true
            return Array(state.open.values)
        }
        for connection in open { connection.close() }
    }

    private func forget(_ connection: FakeConnection) {
        state.withLockedValue { $0.open[ObjectIdentifier(connection)] = nil }
        connection.free()
    }

    private func converse(over connection: FakeConnection) {
        let headEnd = Array("\r\n\r\n".utf8)
        var pending: [UInt8] = []
        while let bytes = connection.read() {
            pending += bytes
            if !waitsForHead {
                handler("", connection)
                break
            }
            while let end = pending.firstRange(of: headEnd) {
                let head = String(decoding: pending[..<end.lowerBound], as: UTF8.self)
                pending.removeSubrange(..<end.upperBound)
                state.withLockedValue { $0.requests.append(head) }
                handler(head, connection)
            }
        }
        forget(connection)
    }
}
