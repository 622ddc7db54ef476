// A folder that nobody else may enter, for a tunnel's socket; those that killed processes left behind are removed.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

enum TunnelFolder {
    /// The socket in the folder.
    static let socketName = "s"
    private static let prefix = "docker-mcp-secure-"
    /// Bytes that a socket's path may have, with the zero at its end (unix(7); 104 on macOS).
    private static let maximumPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path)

    /// A new folder in `XDG_RUNTIME_DIR`, `TMPDIR` or `/tmp`, the first that can be written to and is not too deep for a socket.
    static func make() throws(TunnelError) -> String {
        var failure: Int32 = ENOENT
        for base in ["XDG_RUNTIME_DIR", "TMPDIR"].compactMap(variable) + ["/tmp"] {
            var template = Array("\(base)/\(prefix)\(getpid())-XXXXXX".utf8CString)
            guard template.count + 1 + socketName.utf8.count <= maximumPath else {
                failure = ENAMETOOLONG
                continue
            }
            removeLeftovers(in: base)
            // mkdtemp makes it with mode 0700.
            if mkdtemp(&template) != nil {
                return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            }
            failure = errno
        }
        throw TunnelError(reason: "no private folder for its socket: \(TunnelSocket.reason(failure)); set TMPDIR")
    }

    /// Removes the folder and the socket in it.
    static func remove(_ folder: String) {
        unlink("\(folder)/\(socketName)")
        rmdir(folder)
    }

    private static func variable(_ name: String) -> String? {
        guard let value = getenv(name).map({ String(cString: $0) }), value.hasPrefix("/") else { return nil }
        return value
    }

    /// Removes our own folders whose process is gone.
    private static func removeLeftovers(in base: String) {
        guard let stream = opendir(base) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
                    String(cString: $0)
                }
            }
            guard name.hasPrefix(prefix), let owner = name.dropFirst(prefix.count).split(separator: "-").first,
                let process = pid_t(owner), process > 0, kill(process, 0) != 0, errno == ESRCH
            else { continue }
            let folder = "\(base)/\(name)"
            var status = stat()
            guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
                continue
            }
            remove(folder)
        }
    }
}
