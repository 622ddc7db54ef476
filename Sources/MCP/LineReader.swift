// Reads lines from a descriptor, on a thread of its own.
import NIOConcurrencyHelpers

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The reading half of a stdio connection. The descriptor stays its owner's.
final class LineReader: Sendable {
    private let descriptor: Int32
    private let maximumLineBytes: Int
    private let wakePipe: WakePipe
    private let isStopped = NIOLockedValueBox(false)
    private let hasEnded = Signal()

    init(descriptor: Int32, maximumLineBytes: Int) throws(StdioFailure) {
        self.descriptor = descriptor
        self.maximumLineBytes = maximumLineBytes
        wakePipe = try WakePipe()
    }

    /// Starts the thread. Both closures run on it: `isPaused` before each read, `onEvent` for each line.
    func start(
        isPaused: @escaping @Sendable () -> Bool, onEvent: @escaping @Sendable (LineFramer.Event) -> Void,
        onEnd: @escaping @Sendable () -> Void
    ) throws(StdioFailure) {
        try DedicatedThread.start { [self] in
            read(isPaused, onEvent)
            onEnd()
            hasEnded.fire()
        }
    }

    /// Lets the thread look at `isPaused` again.
    func wake() { wakePipe.wake() }

    /// Ends the thread; what it hasn't read stays unread.
    func stop() {
        isStopped.withLockedValue { $0 = true }
        wake()
    }

    /// Returns once the thread reads no more.
    func ended() async { await hasEnded.waitWhateverHappens() }

    private func read(_ isPaused: () -> Bool, _ onEvent: (LineFramer.Event) -> Void) {
        var framer = LineFramer(maximumLineBytes: maximumLineBytes)
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 1)
        defer { chunk.deallocate() }
        while !isStopped.withLockedValue({ $0 }) {
            guard wakePipe.wait(for: Int32(POLLIN), on: isPaused() ? nil : descriptor) else { continue }
            #if canImport(Glibc)
                let count = Glibc.read(descriptor, chunk.baseAddress, chunk.count)
            #else
                let count = Darwin.read(descriptor, chunk.baseAddress, chunk.count)
            #endif
            if count > 0 {
                framer.feed(UnsafeRawBufferPointer(rebasing: chunk[..<count]), onEvent)
            } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
                return framer.finish(onEvent)
            }
        }
    }
}
