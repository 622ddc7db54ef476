// Writes whole lines to a descriptor, on a thread of its own.
import NIOConcurrencyHelpers

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The writing half of a stdio connection: whoever has a line queues it, one thread writes. The descriptor stays its
/// owner's.
final class LineWriter: Sendable {
    private struct State {
        var lines: [[UInt8]] = []
        var waitingBytes = 0
        var isEnding = false
        var isBroken = false
    }

    private let descriptor: Int32
    private let fullBytes: Int
    private let wakePipe: WakePipe
    private let state = NIOLockedValueBox(State())
    private let hasEnded = Signal()

    /// `fullBytes`: with as much waiting, nothing that could be left out is taken, and nothing more should be asked
    /// for.
    init(descriptor: Int32, fullBytes: Int) throws(StdioFailure) {
        self.descriptor = descriptor
        self.fullBytes = fullBytes
        wakePipe = try WakePipe()
    }

    /// Starts the thread. `onRoom` runs on it when the queue is full no longer, `onBroken` when nobody reads any more.
    func start(onRoom: @escaping @Sendable () -> Void, onBroken: @escaping @Sendable () -> Void) throws(StdioFailure) {
        try DedicatedThread.start { [self] in
            Self.blockBrokenPipeSignal()
            if !writeAll(onRoom) {
                state.withLockedValue { $0.isBroken = true }
                onBroken()
            }
            hasEnded.fire()
        }
    }

    var isFull: Bool { state.withLockedValue { $0.waitingBytes >= fullBytes } }

    /// Queues a line that mustn't be lost.
    func send(_ line: [UInt8]) { enqueue(line, evenWhenFull: true) }

    /// Queues a line that a slow reader can do without.
    func offer(_ line: [UInt8]) { enqueue(line, evenWhenFull: false) }

    /// Writes what is queued and ends the thread; gives up on a reader that takes longer than `limit`.
    func finish(within limit: Duration) async {
        state.withLockedValue { $0.isEnding = true }
        wakePipe.wake()
        await firstOf([{ await self.hasEnded.wait() }, { try? await Task.sleep(for: limit) }])
    }

    private func enqueue(_ line: [UInt8], evenWhenFull: Bool) {
        let wasEmpty = state.withLockedValue { state in
            if state.isBroken || (state.waitingBytes >= fullBytes && !evenWhenFull) { return false }
            defer {
                state.lines.append(line)
                state.waitingBytes += line.count
            }
            return state.lines.isEmpty
        }
        if wasEmpty { wakePipe.wake() }
    }

    /// Whether everything could be written.
    private func writeAll(_ onRoom: () -> Void) -> Bool {
        while true {
            let (lines, isEnding) = state.withLockedValue { state in
                defer { state.lines = [] }
                return (state.lines, state.isEnding)
            }
            for line in lines {
                guard write(line + [UInt8(ascii: "\n")]) else { return false }
                let hasRoom = state.withLockedValue { state in
                    defer { state.waitingBytes -= line.count }
                    return state.waitingBytes >= fullBytes && state.waitingBytes - line.count < fullBytes
                }
                if hasRoom { onRoom() }
            }
            if lines.isEmpty {
                if isEnding { return true }
                _ = wakePipe.wait()
            }
        }
    }

    private func write(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let buffer = UnsafeRawBufferPointer(rebasing: rest)
                #if canImport(Glibc)
                    let count = Glibc.write(descriptor, buffer.baseAddress, buffer.count)
                #else
                    let count = Darwin.write(descriptor, buffer.baseAddress, buffer.count)
                #endif
                if count >= 0 {
                    rest = rest.dropFirst(count)
                } else if errno == EAGAIN {
                    // A wake-up may come between; then the write is simply tried again.
                    _ = wakePipe.wait(for: Int32(POLLOUT), on: descriptor)
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }

    /// A broken pipe's signal goes to the thread that writes; blocked there, it is an error code like any other.
    private static func blockBrokenPipeSignal() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
