// Which files a reading of the settings looked at, and whether any of them is another one now.
import NIOConcurrencyHelpers

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Remembers every file and folder that is looked at through it, as it was just before.
///
/// Looking again costs a system call a file. That sees a file written anew, replaced by another (also by a link that leads
/// elsewhere now, as a ConfigMap's), a file that comes or goes in a folder, and rights that change.
public final class FileWatch: Sendable {
    /// Nil where nothing was.
    private let seen = NIOLockedValueBox<[String: FileStamp?]>([:])

    /// Nothing was looked at yet.
    public init() {}

    /// `files`, remembered as they are looked at.
    public func watched(_ files: Files) -> Files {
        Files(
            read: { [self] path in
                note(path)
                return files.read(path)
            },
            list: { [self] folder in
                note(folder)
                return files.list(folder)
            },
            exists: { [self] path in
                note(path)
                return files.exists(path)
            })
    }

    /// Whether anything that was looked at is another thing now.
    public var hasChanged: Bool {
        seen.withLockedValue { $0 }.contains { path, stamp in FileStamp(path) != stamp }
    }

    private func note(_ path: String) {
        let stamp = FileStamp(path)
        seen.withLockedValue { seen in
            // What was seen first counts: a change between two looks is one.
            if seen[path] == nil { seen[path] = .some(stamp) }
        }
    }
}

/// What tells a file from another one, and from itself before it was written to.
private struct FileStamp: Hashable {
    private let device: UInt64
    private let number: UInt64
    private let mode: UInt32
    private let size: Int64
    private let times: [Int]

    /// Nil when nothing is there, links followed.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
        mode = UInt32(status.st_mode)
        // A folder's size and time of change say that a name came or went; both hold for files too.
        size = Int64(status.st_size)
        #if canImport(Glibc)
            times = [
                status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
            ]
        #else
            times = [
                status.st_mtimespec.tv_sec, status.st_mtimespec.tv_nsec, status.st_ctimespec.tv_sec,
                status.st_ctimespec.tv_nsec,
            ]
        #endif
    }
}
