// A folder that is gone when the test is.
import FoundationEssentials
import Glibc

/// A new empty folder, removed with all it holds when the value is let go. Its path is short enough for unix sockets.
public final class TemporaryFolder: Sendable {
    /// Absolute, without a slash at its end.
    public let path: String

    /// Throws when the system gives no folder.
    public init() throws {
        var template = Array("/tmp/dmsXXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError(call: "mkdtemp") }
        path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of something in the folder, which need not exist.
    public func path(to name: String) -> String { "\(path)/\(name)" }

    /// Writes a file and returns its path.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(to: name)))
        return path(to: name)
    }
}

/// A system call that failed.
public struct SystemError: Error, CustomStringConvertible {
    /// Its name and the system's words.
    public let description: String

    init(call: String) { description = "\(call): \(String(cString: strerror(errno)))" }
}
