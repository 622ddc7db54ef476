// The files that settings come from, behind closures: tests need none on disk.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How files are read.
public struct Files: Sendable {
    /// Why a file can't be read.
    public enum Failure: Error, Hashable, Sendable {
        /// There is none.
        case missing
        /// It is there; the text says why it can't be had.
        case unreadable(String)

        /// In words that can follow a path.
        var reason: String {
            switch self {
            case .missing: "there is no such file"
            case .unreadable(let reason): "it can't be read: \(reason)"
            }
        }
    }

    /// The whole file; at most `maximumBytes`.
    public let read: @Sendable (_ path: String) -> Result<[UInt8], Failure>
    /// The names in a folder, sorted; none when it can't be read.
    public let list: @Sendable (_ folder: String) -> [String]
    /// Whether something is at a path, links followed.
    public let exists: @Sendable (_ path: String) -> Bool

    /// A larger file is no file of settings.
    public static let maximumBytes = 1 << 20

    /// Files behind these closures.
    public init(
        read: @escaping @Sendable (_ path: String) -> Result<[UInt8], Failure>,
        list: @escaping @Sendable (_ folder: String) -> [String], exists: @escaping @Sendable (_ path: String) -> Bool
    ) {
        self.read = read
        self.list = list
        self.exists = exists
    }

    /// No files at all.
    public static let none = Files(read: { _ in .failure(.missing) }, list: { _ in [] }, exists: { _ in false })

    /// The system's.
    public static let system = Files(read: contents, list: names, exists: { access($0, F_OK) == 0 })

    private static func contents(of path: String) -> Result<[UInt8], Failure> {
        // O_NONBLOCK: a pipe in place of a file is refused below, and not waited for here.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else {
            return .failure(errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable(reason(errno)))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return .failure(.unreadable(status.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it is no file"))
        }
        guard status.st_size <= maximumBytes else {
            return .failure(.unreadable("it has more than \(maximumBytes >> 20) MiB"))
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= maximumBytes {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 { return .failure(.unreadable(reason(errno))) }
            if count == 0 { return .success(bytes) }
            bytes += buffer[..<count]
        }
        return .failure(.unreadable("it has more than \(maximumBytes >> 20) MiB"))
    }

    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
                    String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func reason(_ number: Int32) -> String { String(cString: strerror(number)) }
}
