// The contents of the TLS files, read and checked once for each version of them.
import Glibc
import NIOConcurrencyHelpers

/// What libcurl is given of one `TLSOptions`: contents and not paths, so that what was checked is what is used, and
/// that two connections are only taken for the same one when their contents are the same.
struct TLSMaterial: Sendable {
    /// The authorities, PEM; nil: the system's.
    let authority: [UInt8]?
    /// Our certificate and its key in one text, PEM; nil: none. In one, since libcurl compares the certificate and not
    /// the key when it looks for a connection to use again.
    let identity: [UInt8]?
    /// When our certificate begins and ends to be valid; nil when it is not known.
    let notBefore: Int64?, notAfter: Int64?

    /// Reads and checks the files.
    init(_ options: TLSOptions) throws(TLSFileError) {
        if let path = options.authority {
            let file = try TLSFile(path, .authority)
            _ = try file.certificate()
            authority = file.bytes
        } else {
            authority = nil
        }
        guard let path = options.certificate else {
            if let key = options.key { throw TLSFileError(.key, key, .certificateNotSet) }
            (identity, notBefore, notAfter) = (nil, nil, nil)
            return
        }
        let file = try TLSFile(path, .certificate)
        let certificate = try file.certificate()
        let keyFile = try options.key.map { (path) throws(TLSFileError) in try TLSFile(path, .key) } ?? file.asKey
        let key = try keyFile.key()
        if let key, let expected = certificate.publicKey, key != expected {
            throw TLSFileError(.key, keyFile.path, .mismatch(certificate: path))
        }
        identity = options.key == nil ? file.bytes : file.bytes + [UInt8(ascii: "\n")] + keyFile.bytes
        (notBefore, notAfter) = (certificate.notBefore, certificate.notAfter)
    }
}

/// One of the files.
private struct TLSFile {
    let path: String
    let role: TLSFileError.Role
    let bytes: [UInt8]

    /// A system's store of authorities has about 200 KiB.
    private static let largest = 4 << 20

    init(_ path: String, _ role: TLSFileError.Role) throws(TLSFileError) {
        self.path = path
        self.role = role
        do throws(Problem) { bytes = try Self.contents(of: path) } catch {
            throw TLSFileError(role, path, error.problem)
        }
    }

    private init(_ path: String, _ role: TLSFileError.Role, bytes: [UInt8]) {
        self.path = path
        self.role = role
        self.bytes = bytes
    }

    /// The same file, read for the key in it.
    var asKey: TLSFile { TLSFile(path, .key, bytes: bytes) }

    /// The first certificate.
    func certificate() throws(TLSFileError) -> LocalCertificate {
        let labels: Set = ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"]
        let block = try block { labels.contains($0.label) }
        guard let contents = block.contents, let certificate = LocalCertificate(contents) else { throw error(.damaged) }
        return certificate
    }

    /// The public half of the private key; nil when it can't be told.
    func key() throws(TLSFileError) -> PublicKey? {
        let block = try block { $0.label.hasSuffix("PRIVATE KEY") }
        guard !block.isEncrypted else { throw error(.encrypted) }
        guard let contents = block.contents, !contents.isEmpty else { throw error(.damaged) }
        return PublicKey(privateKey: contents, label: block.label)
    }

    private func block(_ isWanted: (PEMBlock) -> Bool) throws(TLSFileError) -> PEMBlock {
        if bytes.isEmpty { throw error(.empty) }
        let blocks = PEMBlock.all(in: bytes)
        if let block = blocks.first(where: isWanted) { return block }
        if blocks.isEmpty, bytes.contains(where: { $0 == 0 || $0 >= 0x80 }) { throw error(.binary) }
        throw error(.wrongContents(found: Array(blocks.map { String($0.label.prefix(40)) }.prefix(4))))
    }

    private func error(_ problem: TLSFileError.Problem) -> TLSFileError { TLSFileError(role, path, problem) }

    private struct Problem: Error {
        let problem: TLSFileError.Problem

        init(_ problem: TLSFileError.Problem) { self.problem = problem }

        /// What the system says.
        init(error number: Int32) {
            problem =
                switch number {
                case ENOENT, ENOTDIR: .missing
                case EACCES, EPERM: .forbidden
                case EISDIR: .folder
                default: .unreadable(String(cString: strerror(number)))
                }
        }
    }

    private static func contents(of path: String) throws(Problem) -> [UInt8] {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw Problem(.missing) }
        // A pipe without a writer would else hold us up.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw Problem(error: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Problem(error: errno) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw Problem(.folder)
        default: throw Problem(.unreadable("it is no regular file"))
        }
        var bytes: [UInt8] = [], piece = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = read(descriptor, &piece, piece.count)
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw Problem(error: errno)
            }
            if count == 0 { return bytes }
            bytes += piece[..<count]
            if bytes.count > largest { throw Problem(.tooLarge(limit: largest)) }
        }
    }
}

/// The materials of one client's routes; a file is read again when it has changed.
final class TLSMaterials: Sendable {
    private struct Entry {
        let stamps: [FileStamp]
        let material: TLSMaterial
    }

    private let entries = NIOLockedValueBox<[TLSOptions: Entry]>([:])

    /// The material of these options. Reads from the disk what has changed since the last time.
    func material(for options: TLSOptions) throws(TLSFileError) -> TLSMaterial {
        // Before the files are read: a change in between is then seen the next time.
        let stamps = [options.authority, options.certificate, options.key].compactMap(\.self).map(FileStamp.init)
        if let entry = entries.withLockedValue({ $0[options] }), entry.stamps == stamps { return entry.material }
        let material = try TLSMaterial(options)
        entries.withLockedValue { $0[options] = Entry(stamps: stamps, material: material) }
        return material
    }
}

/// What changes when a file does; all zero for a file that can't be looked at.
private struct FileStamp: Equatable {
    private let device: UInt, node: UInt, size: Int, seconds: Int, nanoseconds: Int

    init(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            (device, node, size, seconds, nanoseconds) = (0, 0, 0, 0, 0)
            return
        }
        (device, node, size) = (UInt(status.st_dev), UInt(status.st_ino), Int(status.st_size))
        // Of the last change of contents or permissions.
        (seconds, nanoseconds) = (status.st_ctim.tv_sec, status.st_ctim.tv_nsec)
    }
}
