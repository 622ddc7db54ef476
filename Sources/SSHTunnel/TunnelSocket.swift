// The listening end of a tunnel: a unix socket that only this process can use, and the thread that waits at it.
import NIOConcurrencyHelpers
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Accepts connections, at most so many at a time, and tells when one is closed from the other side. Its thread also reads
/// what the children say.
final class TunnelSocket: Sendable {
    /// One accepted connection. This process keeps the descriptor as long as the child runs, to see the other side go.
    struct Connection: Hashable, Sendable {
        let descriptor: Int32

        /// Two more descriptors of it, for a child.
        func duplicated() -> (input: FileDescriptor, output: FileDescriptor)? {
            let input = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
            guard input >= 0 else { return nil }
            let output = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
            guard output >= 0 else {
                Glibc.close(input)
                return nil
            }
            return (FileDescriptor(rawValue: input), FileDescriptor(rawValue: output))
        }
    }

    private struct State {
        var isClosing = false
        /// The thread has ended, and the pipe to it is closed.
        var isClosed = false
        /// Nil once the other side has closed.
        var hangUps: [Int32: (@Sendable () -> Void)?] = [:]
        /// Connections that closed before anybody wanted to know.
        var hungUp: Set<Int32> = []
        var words: [ObjectIdentifier: ChildWords] = [:]
    }

    /// Where it listens.
    let path: String
    let connections: AsyncStream<Connection>
    private let feed: AsyncStream<Connection>.Continuation
    private let folder: String
    private let listener: Int32
    private let wake: (read: Int32, write: Int32)
    private let maximumConnections: Int
    private let state = NIOLockedValueBox(State())

    /// How long no connection is accepted when there are no more descriptors.
    private static let pauseMilliseconds: Int32 = 100

    init(maximumConnections: Int) throws(TunnelError) {
        self.maximumConnections = maximumConnections
        folder = try TunnelFolder.make()
        path = "\(folder)/\(TunnelFolder.socketName)"
        (connections, feed) = AsyncStream.makeStream()
        do throws(TunnelError) { listener = try Self.listen(at: path) } catch {
            rmdir(folder)
            throw error
        }
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else {
            let reason = Self.reason(errno)
            Glibc.close(listener)
            TunnelFolder.remove(folder)
            throw TunnelError(reason: reason)
        }
        wake = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        do throws(TunnelError) { try SystemThread.start { [self] in wait() } } catch {
            for descriptor in ends + [listener] { Glibc.close(descriptor) }
            remove()
            throw error
        }
    }

    /// Reads what a child says, until `forget`.
    func listen(to words: ChildWords) {
        state.withLockedValue { $0.words[ObjectIdentifier(words)] = words }
        awaken()
    }

    func forget(_ words: ChildWords) {
        state.withLockedValue { _ = $0.words.removeValue(forKey: ObjectIdentifier(words)) }
        awaken()
    }

    /// Calls `action` once, when the other side closes the connection, or at once if it has.
    func onHangUp(of connection: Connection, _ action: @escaping @Sendable () -> Void) {
        let isLate = state.withLockedValue { state in
            if state.hungUp.remove(connection.descriptor) != nil { return true }
            state.hangUps[connection.descriptor] = action
            return false
        }
        if isLate { action() }
    }

    /// Closes the connection: its child has ended.
    func end(_ connection: Connection) {
        state.withLockedValue { state in
            state.hangUps[connection.descriptor] = nil
            state.hungUp.remove(connection.descriptor)
            // Under the lock: the waiting thread must not poll a number that may soon be another file's.
            Glibc.close(connection.descriptor)
        }
        awaken()
    }

    /// Stops listening and removes the socket.
    func close() {
        state.withLockedValue { $0.isClosing = true }
        awaken()
        remove()
    }

    /// Removes the socket and its folder.
    func remove() {
        TunnelFolder.remove(folder)
    }

    private func awaken() {
        state.withLockedValue { state in
            guard !state.isClosed else { return }
            var byte: UInt8 = 0
            _ = write(wake.write, &byte, 1)
        }
    }

    /// The thread: accepts while there is room, watches what has been accepted, and hears the children.
    private func wait() {
        var hasDescriptors = true
        while true {
            let now = state.withLockedValue { $0 }
            if now.isClosing { break }
            let watched = now.hangUps.compactMap { $0.value == nil ? nil : $0.key }
            // Held, so that their descriptors stay theirs while they are waited for.
            let words = Array(now.words.values)
            let accepts = hasDescriptors && now.hangUps.count < maximumConnections
            var polls = [pollfd(fd: wake.read, events: Int16(POLLIN), revents: 0)]
            polls.append(pollfd(fd: accepts ? listener : -1, events: Int16(POLLIN), revents: 0))
            polls += words.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
            // No events: only that the other side has gone is told.
            polls += watched.map { pollfd(fd: $0, events: 0, revents: 0) }
            let count = poll(&polls, nfds_t(polls.count), hasDescriptors ? -1 : Self.pauseMilliseconds)
            hasDescriptors = true
            guard count > 0 else { continue }
            if polls[0].revents != 0 { drain() }
            for (told, words) in zip(polls.dropFirst(2), words) where told.revents != 0 {
                if !words.take() { forget(words) }
            }
            for gone in polls.dropFirst(2 + words.count) where gone.revents != 0 { hangUp(gone.fd) }
            if polls[1].revents != 0 { hasDescriptors = accept() }
        }
        feed.finish()
        Glibc.close(listener)
        state.withLockedValue { state in
            state.isClosed = true
            Glibc.close(wake.read)
            Glibc.close(wake.write)
        }
    }

    private func drain() {
        var buffer = [UInt8](repeating: 0, count: 64)
        while read(wake.read, &buffer, buffer.count) > 0 {}
    }

    private func hangUp(_ descriptor: Int32) {
        let action = state.withLockedValue { state -> (@Sendable () -> Void)? in
            guard let known = state.hangUps[descriptor], let action = known else { return nil }
            state.hangUps[descriptor] = .some(nil)
            return action
        }
        action?()
    }

    /// Takes one connection. False when it can't be taken for want of a descriptor: it stays, and would be told of at once.
    private func accept() -> Bool {
        let descriptor = Glibc.accept(listener, nil, nil)
        guard descriptor >= 0 else { return ![EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        guard isOwn(descriptor) else {
            Glibc.close(descriptor)
            return true
        }
        state.withLockedValue { $0.hangUps[descriptor] = .some { [self] in rememberHangUp(descriptor) } }
        feed.yield(Connection(descriptor: descriptor))
        return true
    }

    private func rememberHangUp(_ descriptor: Int32) {
        state.withLockedValue { _ = $0.hungUp.insert(descriptor) }
    }

    /// Whether this process itself connected: another one of the same user has no business here.
    private func isOwn(_ descriptor: Int32) -> Bool {
        // struct ucred: pid, uid, gid (unix(7)).
        var credentials: [Int32] = [0, 0, 0]
        var length = socklen_t(MemoryLayout<Int32>.stride * credentials.count)
        return getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 && credentials[0] == getpid()
    }

    private static func listen(at path: String) throws(TunnelError) -> Int32 {
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw TunnelError(reason: reason(errno)) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            guard path.utf8.count < bytes.count else { return false }
            bytes.copyBytes(from: path.utf8)
            return true
        }
        let isListening =
            fits
            && withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
                }
            } && Glibc.listen(descriptor, 128) == 0
        if isListening { return descriptor }
        let reason = fits ? reason(errno) : "the path \(path) is too long for a socket; set TMPDIR to a shorter one"
        Glibc.close(descriptor)
        throw TunnelError(reason: reason)
    }

    static func reason(_ number: Int32) -> String { String(cString: strerror(number)) }
}
