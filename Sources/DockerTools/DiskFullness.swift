// How full the disk is that an engine of this very machine keeps its data on.
import DockerEngine
import DockerSources

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The fullness of one disk.
struct DiskFullness: Sendable {
    let folder: String
    let freeBytes: Int
    /// Of what ordinary users may fill.
    let percent: Double

    /// Nil for an engine of another machine, also of a virtual one behind a local socket, and where nobody can look.
    init?(ofEngine info: EngineInfo, at label: SourceLabel) {
        guard label.kind == .localSocket, let folder = info.dataFolder, let name = info.hostName,
            name == Self.hostName
        else { return nil }
        var status = statvfs()
        guard statvfs(folder, &status) == 0, status.f_blocks > 0 else { return nil }
        let (block, free, total) = (Double(status.f_frsize), Double(status.f_bavail), Double(status.f_blocks))
        let used = total - Double(status.f_bfree)
        guard used + free > 0 else { return nil }
        self.folder = folder
        freeBytes = Int(block * free)
        percent = used / (used + free) * 100
    }

    private static var hostName: String? {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
