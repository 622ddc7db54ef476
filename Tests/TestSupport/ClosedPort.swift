// An address where connecting is refused, for certain: taken, so that nobody else can listen there, and not listened at.
import Glibc

/// A port on loopback that refuses every connection while this value is held.
public final class ClosedPort: Sendable {
    /// The port.
    public let port: Int
    private let socket: Socket

    /// Takes a port that the system chooses.
    public init() throws { (socket, port) = try Socket.boundToLoopback() }

    deinit { socket.close() }
}
