// One client's connection, as those who answer on it need it: is it still there, and who tells when it isn't.
import NIOConcurrencyHelpers
import NIOCore

/// A connection. Its requests are answered one after the other, so there is one watcher at most.
final class Connection: Sendable {
    let channel: any Channel
    let peerAddress: String?
    private let state = NIOLockedValueBox(State())

    private struct State {
        var hasEnded = false
        var onEnd: (@Sendable () -> Void)?
    }

    init(_ channel: any Channel) {
        self.channel = channel
        peerAddress = channel.remoteAddress?.ipAddress
    }

    /// `onEnd` runs once when the client goes, or at once when it has gone; until `unwatch`.
    ///
    /// A client that only closes its sending half looks the same as one that has gone, so it counts as gone.
    func watch(_ onEnd: @escaping @Sendable () -> Void) {
        let hasEnded = state.withLockedValue { state in
            if !state.hasEnded { state.onEnd = onEnd }
            return state.hasEnded
        }
        if hasEnded { onEnd() }
    }

    func unwatch() { state.withLockedValue { $0.onEnd = nil } }

    /// The client has gone.
    func end() {
        let onEnd = state.withLockedValue { state in
            state.hasEnded = true
            defer { state.onEnd = nil }
            return state.onEnd
        }
        onEnd?()
    }
}

/// All open connections.
final class Connections: Sendable {
    private let open = NIOLockedValueBox<[ObjectIdentifier: Connection]>([:])

    var count: Int { open.withLockedValue { $0.count } }

    subscript(_ channel: any Channel) -> Connection? {
        open.withLockedValue { $0[ObjectIdentifier(channel)] }
    }

    func insert(_ connection: Connection) {
        open.withLockedValue { $0[ObjectIdentifier(connection.channel)] = connection }
    }

    func remove(_ connection: Connection) {
        open.withLockedValue { _ = $0.removeValue(forKey: ObjectIdentifier(connection.channel)) }
    }

    /// Cuts all of them, whatever is going on.
    func closeAll() {
        for connection in open.withLockedValue({ Array($0.values) }) { connection.channel.close(promise: nil) }
    }
}
