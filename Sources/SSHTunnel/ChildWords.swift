// What a child writes to standard error: read as it comes, for a full pipe would hold the child up, and mostly forgotten.
import NIOConcurrencyHelpers
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The reading end of a pipe, and the last words that came through it.
final class ChildWords: Sendable {
    /// Bytes that are kept.
    static let maximum = 4 << 10
    /// Bytes taken at a time.
    private static let step = 16 << 10

    /// The reading end, open as long as this lives.
    let descriptor: Int32
    private let kept = NIOLockedValueBox<[UInt8]>([])

    /// A new pipe: this, and the writing end for a child. Nil when there are no more descriptors.
    static func make() -> (ChildWords, writeEnd: FileDescriptor)? {
        guard let pipe = try? FileDescriptor.pipe() else { return nil }
        for end in [pipe.readEnd, pipe.writeEnd] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(pipe.readEnd.rawValue, F_SETFL, O_NONBLOCK)
        return (ChildWords(pipe.readEnd.rawValue), pipe.writeEnd)
    }

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Takes what is there now, without waiting: a process that the child left behind may hold the other end open for ever.
    /// False when nothing more can come.
    @discardableResult
    func take() -> Bool {
        kept.withLockedValue { kept in
            var buffer = [UInt8](repeating: 0, count: Self.step)
            // A pipe holds no more than this many steps; who writes faster than we read is left for the next time.
            for _ in 0..<8 {
                let count = read(descriptor, &buffer, buffer.count)
                if count == 0 { return false }
                if count < 0 { return errno == EAGAIN || errno == EINTR }
                kept = Array((kept + buffer[..<count]).suffix(Self.maximum))
            }
            return true
        }
    }

    /// The last of what came: foreign text.
    var text: String { String(decoding: kept.withLockedValue { $0 }, as: UTF8.self) }
}
