// Reads a client's file and puts another in its place: whole or not at all, with the old one beside it.
import SafeText

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A client's file as it was read. `replace` writes only when it is still that.
public struct ClientFile: Sendable {
    /// Where it is, links followed.
    public let path: String
    /// What it holds; nothing when it does not exist.
    public let bytes: [UInt8]
    private let state: State?

    /// How many backups stay beside a file; the oldest go.
    static let backupsKept = 5
    /// Bytes. Claude Code's file grows to some MB.
    static let limit = 32 << 20
    private static let mark = ".bak-docker-mcp-secure-"

    /// What tells that a file was written or replaced.
    private struct State: Equatable, Sendable {
        let device: UInt64
        let inode: UInt64
        let size: Int64
        let seconds: Int
        let nanoseconds: Int
        let mode: mode_t
        let user: uid_t
        let group: gid_t

        init(_ status: stat) {
            #if canImport(Glibc)
                let time = status.st_mtim
            #else
                let time = status.st_mtimespec
            #endif
            device = UInt64(truncatingIfNeeded: status.st_dev)
            inode = UInt64(status.st_ino)
            size = Int64(status.st_size)
            (seconds, nanoseconds) = (time.tv_sec, time.tv_nsec)
            mode = status.st_mode
            (user, group) = (status.st_uid, status.st_gid)
        }

        /// The state of what is at `path`; nil when nothing is, or when that can't be told.
        init?(at path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            self.init(status)
        }
    }

    /// Whether anything is at `path`.
    public static func exists(_ path: String) -> Bool { State(at: path) != nil }

    /// Reads the file at `path`; one that does not exist is empty. Throws `notAFile`, `tooLarge`, `system`.
    public init(reading path: String) throws(ConfigError) {
        if let real = realpath(path, nil) {
            self.path = String(cString: real)
            free(real)
        } else {
            guard errno == ENOENT || errno == ENOTDIR else { throw .system(action: "read", file: path, number: errno) }
            var status = stat()
            guard lstat(path, &status) != 0 else { throw .notAFile(path) }
            (self.path, bytes, state) = (path, [], nil)
            return
        }
        // Neither a pipe nor a terminal may keep us waiting.
        let descriptor = open(self.path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system(action: "read", file: path, number: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(action: "read", file: path, number: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path) }
        guard status.st_size <= Self.limit else { throw .tooLarge(file: path, limit: Self.limit) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while content.count <= Self.limit {
            let count = read(descriptor, &chunk, chunk.count)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw .system(action: "read", file: path, number: errno)
            }
            content += chunk[..<count]
        }
        bytes = content
        state = State(status)
    }

    /// Puts `content` in place of the file, with its mode and owner, by one rename; the path of the backup, nil when there was no file.
    ///
    /// `now` is in seconds since 1970, for the backup's name. A folder that is missing is made, in a folder that is there. Throws
    /// `readOnly`, `folderMissing`, `changedMeanwhile`, `system`; the file is then as it was.
    public func replace(with content: [UInt8], now: Int) throws(ConfigError) -> String? {
        if state != nil, access(path, W_OK) != 0, errno != ENOENT { throw .readOnly(file: path) }
        try makeFolder()
        let temporary = try written(content)
        var backup: String?
        do throws(ConfigError) {
            if state != nil { backup = try writtenBackup(now: now) }
            guard State(at: path) == state else { throw .changedMeanwhile(file: path) }
            guard rename(temporary, path) == 0 else { throw .system(action: "replaced", file: path, number: errno) }
        } catch {
            unlink(temporary)
            if let backup { unlink(backup) }
            throw error
        }
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
        if descriptor >= 0 {
            fsync(descriptor)
            close(descriptor)
        }
        dropOldBackups()
        return backup
    }

    private var folder: String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    private func makeFolder() throws(ConfigError) {
        guard !Self.exists(folder), mkdir(folder, 0o700) != 0, errno != EEXIST else { return }
        if errno == ENOENT || errno == ENOTDIR { throw .folderMissing(file: path) }
        throw .system(action: "put in a new folder", file: path, number: errno)
    }

    /// A file beside ours with this content, and our mode and owner.
    private func written(_ content: [UInt8]) throws(ConfigError) -> String {
        var template = Array("\(folder)/.\(name).XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw .system(action: "written", file: path, number: errno) }
        let temporary = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        do throws(ConfigError) { try fill(descriptor, with: content) } catch {
            unlink(temporary)
            throw error
        }
        return temporary
    }

    private func writtenBackup(now: Int) throws(ConfigError) -> String {
        let stem = "\(path)\(Self.mark)\(Self.timestamp(now))"
        for attempt in 1...9 {
            let backup = attempt == 1 ? stem : "\(stem)-\(attempt)"
            let descriptor = open(backup, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else {
                if errno == EEXIST { continue }
                throw .system(action: "backed up", file: path, number: errno)
            }
            do throws(ConfigError) { try fill(descriptor, with: bytes) } catch {
                unlink(backup)
                throw error
            }
            return backup
        }
        throw .system(action: "backed up", file: path, number: EEXIST)
    }

    /// Writes all of `content`, takes on the file's mode and owner, and closes the descriptor.
    private func fill(_ descriptor: Int32, with content: [UInt8]) throws(ConfigError) {
        defer { close(descriptor) }
        var rest = content[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system(action: "written", file: path, number: errno) }
            rest = rest.dropFirst(count)
        }
        if let state {
            var own = stat()
            guard fstat(descriptor, &own) == 0,
                (own.st_uid, own.st_gid) == (state.user, state.group)
                    || fchown(descriptor, state.user, state.group) == 0,
                fchmod(descriptor, state.mode & 0o7777) == 0
            else { throw .system(action: "given its owner and mode", file: path, number: errno) }
        }
        guard fsync(descriptor) == 0 else { throw .system(action: "written", file: path, number: errno) }
    }

    private func dropOldBackups() {
        guard let stream = opendir(folder) else { return }
        defer { closedir(stream) }
        let prefix = name + Self.mark
        var backups: [(path: String, state: State)] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            // Only names that we give: 20261123T120000Z, and -2 for a second in that second.
            let stamp = name.dropFirst(prefix.count)
            if name.hasPrefix(prefix), stamp.utf8.count >= 16, stamp.utf8.dropFirst(15).first == UInt8(ascii: "Z"),
                stamp.utf8.allSatisfy({ $0 &- 0x30 < 10 || "TZ-".utf8.contains($0) })
            {
                let path = "\(folder)/\(name)"
                if let state = State(at: path) { backups.append((path, state)) }
            }
        }
        // By the time they were written: in one second a name that went can come again.
        backups.sort { ($0.state.seconds, $0.state.nanoseconds) < ($1.state.seconds, $1.state.nanoseconds) }
        for old in backups.dropLast(Self.backupsKept) { unlink(old.path) }
    }

    /// `20261123T120000Z`.
    static func timestamp(_ seconds: Int) -> String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        func padded(_ number: Int32, _ width: Int = 2) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = padded(parts.tm_year + 1900, 4) + padded(parts.tm_mon + 1) + padded(parts.tm_mday)
        return "\(date)T\(padded(parts.tm_hour))\(padded(parts.tm_min))\(padded(parts.tm_sec))Z"
    }
}
