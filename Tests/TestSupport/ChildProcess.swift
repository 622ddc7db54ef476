// A program beside the tests, which ends when the test does.
import Glibc
import NIOConcurrencyHelpers

/// A child process whose standard output is read by lines, and and whose standard input is written to. It is ended when
/// the value is let go; when the tests end otherwise, it sees the end of its input.
public final class ChildProcess: Sendable {
    private let id: pid_t
    /// Our end of its input and output.
    private let descriptor: Int32
    private let pending = NIOLockedValueBox<[UInt8]>([])

    /// Starts `command`, found in PATH. Throws what the system says.
    public init(_ command: [String]) throws {
        var ends: [Int32] = [-1, -1]
        // A socket and no pipe, since it can be made so that no other child gets it, too.
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw SystemError(call: "socketpair") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var id: pid_t = 0
        let code = posix_spawnp(&id, command[0], &actions, nil, &arguments, environ)
        close(ends[1])
        (descriptor, self.id) = (ends[0], id)
        guard code == 0 else {
            errno = code
            throw SystemError(call: "posix_spawnp \(command[0])")
        }
    }

    deinit {
        close(descriptor)
        guard id > 0 else { return }
        kill(id, SIGKILL)
        waitpid(id, nil, 0)
    }

    /// The next line of its output, waiting for it; nil at the end.
    public func line() -> String? {
        pending.withLockedValue { pending in
            while true {
                if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                    defer { pending.removeSubrange(...end) }
                    return String(decoding: pending[..<end], as: UTF8.self)
                }
                var piece = [UInt8](repeating: 0, count: 4096)
                let count = read(descriptor, &piece, piece.count)
                guard count > 0 else { return nil }
                pending += piece[..<count]
            }
        }
    }

    /// Writes to its standard input. False when it has ended.
    public func write(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Runs `command` to its end; true when it succeeds.
    public static func run(_ command: [String]) throws -> Bool {
        let child = try ChildProcess(command)
        while child.line() != nil {}
        var end = siginfo_t()
        // It stays to be waited for, so that its number is no other's when the value is let go.
        guard waitid(P_PID, id_t(child.id), &end, WEXITED | WNOWAIT) == 0 else { return false }
        return end.si_code == CLD_EXITED && end._sifields._sigchld.si_status == 0
    }
}
