// Blocking sockets and a thread, as thin as the fake server needs them.
import Glibc

/// A file descriptor of a stream socket, not owned.
struct Socket: Hashable, Sendable {
    let descriptor: Int32

    private static let stream = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)

    static func listen(at path: String, backlog: Int32) throws -> Socket {
        var address = try unixAddress(path)
        let listener = try bound(to: &address, AF_UNIX)
        return try listener.listening(backlog: backlog)
    }

    /// On 127.0.0.1, at a port that the system chooses.
    static func listenOnLoopback(backlog: Int32) throws -> (Socket, port: Int) {
        let (socket, port) = try boundToLoopback()
        return (try socket.listening(backlog: backlog), port)
    }

    /// Holds a port on 127.0.0.1 and does not listen.
    static func boundToLoopback() throws -> (Socket, port: Int) {
        var address = loopback
        let socket = try bound(to: &address, AF_INET)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket.descriptor, $0, &length) }
        }
        guard code == 0 else { throw SystemError(call: "getsockname") }
        return (socket, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// Starts to connect, to the path or else to the port on loopback, and does not wait for it.
    static func connecting(to path: String, port: Int) throws -> Socket {
        let domain = path.isEmpty ? AF_INET : AF_UNIX
        let connection = Socket(descriptor: socket(domain, stream | Int32(SOCK_NONBLOCK.rawValue), 0))
        guard connection.descriptor >= 0 else { throw SystemError(call: "socket") }
        if path.isEmpty {
            var address = loopback
            address.sin_port = UInt16(port).bigEndian
            _ = connection.pass(&address, to: connect)
        } else {
            var address = try unixAddress(path)
            _ = connection.pass(&address, to: connect)
        }
        return connection
    }

    private static func unixAddress(_ path: String) throws -> sockaddr_un {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { throw SystemError(call: "path") }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return address
    }

    private static var loopback: sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    private static func bound<Address>(to address: inout Address, _ domain: Int32) throws -> Socket {
        let new = Socket(descriptor: socket(domain, stream, 0))
        guard new.descriptor >= 0 else { throw SystemError(call: "socket") }
        guard new.pass(&address, to: bind) == 0 else {
            defer { new.close() }
            throw SystemError(call: "bind")
        }
        return new
    }

    private func listening(backlog: Int32) throws -> Socket {
        guard Glibc.listen(descriptor, backlog) == 0 else {
            defer { close() }
            throw SystemError(call: "listen")
        }
        return self
    }

    private func pass<Address>(
        _ address: inout Address, to call: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    /// The next connection; nil when there is none to be had, at once when the socket is shut down.
    func accept() -> Socket? {
        let connection = Glibc.accept(descriptor, nil, nil)
        return connection >= 0 ? Socket(descriptor: connection) : nil
    }

    /// What has come, waiting for it; nil at the end or after an error.
    func read() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }

    /// How many bytes the system took, waiting for room; nil when the peer is gone.
    func write(_ bytes: ArraySlice<UInt8>) -> Int? {
        let count = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        return count >= 0 ? count : nil
    }

    /// Ends both directions, so that calls blocked on it return.
    func shutDown() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// Makes `close` send a reset over TCP instead of a proper end.
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    func close() { _ = Glibc.close(descriptor) }
}

/// Runs the work on a new thread, which nobody waits for.
func onNewThread(_ work: @escaping @Sendable () -> Void) throws {
    final class Box: Sendable {
        let work: @Sendable () -> Void
        init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }
    let box = Unmanaged.passRetained(Box(work))
    var thread = pthread_t()
    let code = pthread_create(
        &thread, nil,
        { argument in
            if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().work() }
            return nil
        }, box.toOpaque())
    guard code == 0 else {
        box.release()
        throw SystemError(call: "pthread_create")
    }
    pthread_detach(thread)
}
