// Ends the children of a process that was killed, and so could not end them itself.
import NIOConcurrencyHelpers
import Subprocess
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A small shell that is told of each child, and ends those that are left when this process is gone.
///
/// Most children end by themselves then, for their input ends. But ssh waits for the other side to end too, and that never
/// comes from an engine that hangs. The kernel could tell the children (PR_SET_PDEATHSIG), but on Linux only, and not
/// through swift-subprocess.
final class ChildGuard: Sendable {
    static let shared = ChildGuard()

    /// Reads `+ PID` and `- PID`, until nobody can write any more. What ends a whole group of processes must not end it first.
    static let script = """
        trap '' HUP INT QUIT TERM
        pids=' '
        while read -r sign pid; do
            case $sign in
                +) pids="$pids$pid " ;;
                -) pids="${pids%% "$pid" *} ${pids#* "$pid" }" ;;
            esac
        done
        for pid in $pids; do kill -TERM "$pid"; done
        """

    private struct State {
        /// Our end of a pair of sockets, whose other end is the guard's input.
        var end: Int32?
        var service: Task<Void, Never>?
    }

    private let state = NIOLockedValueBox(State())

    private init() {}

    /// Begins to guard a child.
    func add(_ child: pid_t) { tell("+ \(child)\n") }

    /// The child has ended.
    func remove(_ child: pid_t) { tell("- \(child)\n") }

    /// A guard that can't be started, or has been killed, is done without.
    private func tell(_ line: String) {
        state.withLockedValue { state in
            if state.service == nil { Self.start(&state) }
            guard let end = state.end else { return }
            // Never waits: thousands of lines find room, and the reader does nothing else.
            let bytes = Array(line.utf8)
            _ = send(end, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
        }
    }

    private static func start(_ state: inout State) {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else { return }
        let (own, other) = (ends[0], FileDescriptor(rawValue: ends[1]))
        state.end = own
        // Owned by the state, and for the whole life of the process.
        state.service = Task {
            _ = try? await Subprocess.run(
                .path("/bin/sh"), arguments: ["-c", script], workingDirectory: "/",
                input: .fileDescriptor(other, closeAfterSpawningProcess: true), output: .discarded,
                error: .discarded)
        }
    }
}
