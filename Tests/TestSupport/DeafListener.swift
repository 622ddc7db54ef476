// An address where connecting hangs: its queue of waiting connections is full and nobody empties it.
import Glibc

/// A server to which no connection is ever made. Over TCP the system drops what comes beyond the queue; over a unix
/// socket it says "try again".
public final class DeafListener: Sendable {
    /// The path of its unix socket; empty when it listens on loopback.
    public let socketPath: String
    /// Its TCP port; 0 when it listens on a unix socket.
    public let port: Int
    private let folder: TemporaryFolder
    private let sockets: [Socket]

    /// Listens with the shortest queue there is and fills it.
    public init(_ place: FakeServer.Place) throws {
        folder = try TemporaryFolder()
        let listener: Socket
        switch place {
        case .unixSocket:
            socketPath = folder.path(to: "s")
            port = 0
            listener = try Socket.listen(at: socketPath, backlog: 0)
        case .loopback:
            socketPath = ""
            (listener, port) = try Socket.listenOnLoopback(backlog: 0)
        }
        let (path, port) = (socketPath, port)
        sockets = try [listener] + (0..<4).map { _ in try Socket.connecting(to: path, port: port) }
    }

    deinit {
        for socket in sockets { socket.close() }
    }
}
