// How a child ended, and what it said.
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The end of a child that carried a connection.
public struct ChildEnding: Sendable {
    /// How it ended.
    public enum How: Hashable, Sendable {
        /// By itself, with this code.
        case exited(Int)
        /// By this signal.
        case signalled(Int)
        /// It never began; why.
        case notStarted(String)
    }

    /// How it ended.
    public let how: How
    /// The end of what it wrote to standard error: foreign text.
    public let words: String
    /// When.
    public let at: ContinuousClock.Instant

    /// Bytes of `words` that are kept.
    static let maximumWords = 4 << 10

    init(_ how: How, words: String) {
        self.how = how
        self.words = words
        at = .now
    }

    /// Whether it ended otherwise than in order, or by our own hand.
    public var isFailure: Bool {
        switch how {
        case .exited(let code): code != 0
        case .signalled(let signal): signal != Int(SIGTERM) && signal != Int(SIGKILL)
        case .notStarted: true
        }
    }

    /// What is in the pipe. It is not waited for: a process that the child left behind may hold the other end open.
    static func words(from pipe: FileDescriptor) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = read(pipe.rawValue, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes = (bytes + buffer[..<count]).suffix(maximumWords)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
