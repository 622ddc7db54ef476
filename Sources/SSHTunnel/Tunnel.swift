// A private unix socket, each connection to which is carried by a child process: HTTP over ssh, as libcurl can use it.
import NIOConcurrencyHelpers
import Subprocess
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Carries connections through children that run one command, such as `ssh HOST docker system dial-stdio`.
///
/// Each connection is standard input and output of a child of its own: no byte passes through this process. A child ends
/// when its connection is closed, and the connection when its child ends. Only this process may connect.
public final class Tunnel: Sendable {
    private struct State {
        var socket: TunnelSocket?
        var service: Task<Void, Never>?
        var isClosed = false
        var children: Set<pid_t> = []
        var endings: [ChildEnding] = []
    }

    private let command: [String]
    private let maximumChildren: Int
    private let state = NIOLockedValueBox(State())

    /// All that have been opened and not closed, so that the program's end can end their children.
    private static let open = NIOLockedValueBox<[ObjectIdentifier: Tunnel]>([:])
    /// Endings that are remembered: enough for all children of one burst.
    private static let keptEndings = 16

    /// A tunnel whose children run `command`: the program, by its name in PATH or its path, and its arguments. Nothing is
    /// started yet. Connections beyond `maximumChildren` wait until one of the others ends.
    public init(command: [String], maximumChildren: Int = 8) {
        self.command = command
        self.maximumChildren = maximumChildren
    }

    /// Where to connect; the socket is made when this is first asked for. Throws when it can't be.
    public func path() throws(TunnelError) -> String {
        let opened = state.withLockedValue { state -> Result<TunnelSocket, TunnelError> in
            guard !state.isClosed else { return .failure(TunnelError(reason: "the tunnel is closed")) }
            if let socket = state.socket { return .success(socket) }
            do throws(TunnelError) {
                let socket = try TunnelSocket(maximumConnections: maximumChildren)
                state.socket = socket
                Self.open.withLockedValue { $0[ObjectIdentifier(self)] = self }
                // Owned by the state; ends when `close` has closed the socket.
                state.service = Task { await serve(socket) }
                return .success(socket)
            } catch { return .failure(error) }
        }
        return try opened.get().path
    }

    /// The newest ending of a child since `start` that tells why its connection came to nothing; nil when all ended well, or
    /// because their connections were closed from this side.
    ///
    /// A connection is closed only after its child's ending is known here, so whoever sees the one can ask for the other.
    public func failure(since start: ContinuousClock.Instant) -> ChildEnding? {
        state.withLockedValue { $0.endings.last { $0.at >= start } }
    }

    /// Ends all children and removes the socket. The tunnel can't be used any more.
    public func close() {
        let socket = state.withLockedValue { state in
            state.isClosed = true
            return state.socket
        }
        socket?.close()
        _ = Self.open.withLockedValue { $0.removeValue(forKey: ObjectIdentifier(self)) }
    }

    /// For the program's end, which waits for nothing: tells all children of all tunnels to end, and removes the sockets.
    public static func endAll() {
        for tunnel in open.withLockedValue({ Array($0.values) }) {
            // Children that have ended are no longer in the table, so no number stands for another process.
            tunnel.state.withLockedValue { state in
                for child in state.children { kill(child, SIGTERM) }
                state.socket?.remove()
            }
        }
    }

    private func serve(_ socket: TunnelSocket) async {
        await withDiscardingTaskGroup { group in
            for await connection in socket.connections {
                group.addTask { await self.carry(connection, of: socket) }
            }
            group.cancelAll()
        }
    }

    /// Runs one child for one connection, until either ends.
    private func carry(_ connection: TunnelSocket.Connection, of socket: TunnelSocket) async {
        defer { socket.end(connection) }
        guard !state.withLockedValue({ $0.isClosed }) else { return }
        let child = Task { await run(connection, of: socket) }
        socket.onHangUp(of: connection) { child.cancel() }
        let ending = await withTaskCancellationHandler {
            await child.value
        } onCancel: {
            child.cancel()
        }
        // What we end tells nothing: ssh ends with the same code then as when it fails.
        guard ending.isFailure, !child.isCancelled else { return }
        state.withLockedValue { state in
            state.endings.append(ending)
            if state.endings.count > Self.keptEndings { state.endings.removeFirst() }
        }
    }

    private func run(_ connection: TunnelSocket.Connection, of socket: TunnelSocket) async -> ChildEnding {
        guard let (words, error) = ChildWords.make() else { return Self.noDescriptors }
        guard let (input, output) = connection.duplicated() else {
            try? error.close()
            return Self.noDescriptors
        }
        socket.listen(to: words)
        defer { socket.forget(words) }
        do {
            var options = PlatformOptions()
            options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .milliseconds(300))]
            let result = try await Subprocess.run(
                command[0].contains("/") ? .path(FilePath(command[0])) : .name(command[0]),
                arguments: Arguments(Array(command.dropFirst())), platformOptions: options,
                input: .fileDescriptor(input, closeAfterSpawningProcess: true),
                output: .fileDescriptor(output, closeAfterSpawningProcess: true),
                error: .fileDescriptor(error, closeAfterSpawningProcess: true)
            ) { execution in
                let child = execution.processIdentifier.value
                self.state.withLockedValue { _ = $0.children.insert(child) }
                ChildGuard.shared.add(child)
            }
            let child = result.processIdentifier.value
            state.withLockedValue { _ = $0.children.remove(child) }
            ChildGuard.shared.remove(child)
            let how: ChildEnding.How =
                switch result.terminationStatus {
                case .exited(let code): .exited(Int(code))
                case .signaled(let signal): .signalled(Int(signal))
                }
            words.take()
            return ChildEnding(how, words: words.text)
        } catch {
            return ChildEnding(.notStarted("\(error)"), words: "")
        }
    }

    private static var noDescriptors: ChildEnding { ChildEnding(.notStarted("no more file descriptors"), words: "") }
}

/// Why a tunnel can't be opened.
public struct TunnelError: Error, Hashable, Sendable {
    /// In words that can follow "the tunnel can't be opened:".
    public let reason: String
}
