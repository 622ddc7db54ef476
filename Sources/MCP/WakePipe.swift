// Lets one thread end another's poll(2).

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A pipe to oneself: `wake` makes `readEnd` readable until it is cleared.
final class WakePipe: Sendable {
    let readEnd: Int32
    private let writeEnd: Int32

    init() throws(StdioFailure) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .noDescriptors(errno: errno) }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// A full pipe is as good: the reader will wake.
    func wake() {
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }

    func clear() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(readEnd, &bytes, bytes.count) > 0 {}
    }

    /// Waits until it is woken or, when one is given, until `descriptor` has one of `events`; whether the descriptor
    /// has.
    func wait(for events: Int32 = 0, on descriptor: Int32? = nil) -> Bool {
        var polled = [pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)]
        if let descriptor { polled.append(pollfd(fd: descriptor, events: Int16(events), revents: 0)) }
        guard poll(&polled, nfds_t(polled.count), -1) > 0 else { return false }
        if polled[0].revents != 0 { clear() }
        return polled.count > 1 && polled[1].revents != 0
    }
}
