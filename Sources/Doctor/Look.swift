// The edge: every look at this machine and its network. What is done with the findings is decided elsewhere.
import CurlClient
import Dispatch
import NIOConcurrencyHelpers

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How the machine is looked at, behind closures: tests need no machine of that kind.
struct Look: Sendable {
    var path: @Sendable (String) -> PathFinding
    /// The name of the user that this process runs as.
    var user: @Sendable () -> String
    /// The file that a command's name leads to, by PATH.
    var program: @Sendable (String) -> String?
    var addresses: @Sendable (_ host: String, _ limit: Duration) async -> NameFinding
    var connection: @Sendable (Route, _ limit: Duration) async -> TransferError?
    var handshake: @Sendable (Route, _ limit: Duration) async -> HandshakeFinding
    var files: @Sendable (TLSOptions) -> FilesFinding
    /// Seconds since 1970.
    var now: @Sendable () -> Int64

    /// This machine, and its network by `client`.
    static func system(_ client: CurlClient) -> Look {
        Look(
            path: PathFinding.init(lookingAt:), user: { userName(geteuid()) }, program: program(named:),
            addresses: addresses(of:limit:),
            connection: { route, limit in await client.probe(route, connectTimeout: limit).error },
            handshake: { route, limit in
                let probe = await client.probe(route, connectTimeout: limit)
                return HandshakeFinding(
                    version: probe.tlsVersion, cipher: probe.cipher, chain: probe.chain,
                    asksForClientCertificate: probe.asksForClientCertificate, error: probe.error)
            },
            files: FilesFinding.init(lookingAt:), now: { Int64(time(nil)) })
    }

    private static func program(named name: String) -> String? {
        guard let folders = getenv("PATH").map({ String(cString: $0) }) else { return nil }
        return folders.split(separator: ":").lazy.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// All addresses, each once, in the system's order. The lookup itself can't be ended; it is left alone after `limit`.
    private static func addresses(of host: String, limit: Duration) async -> NameFinding {
        let answer = FirstAnswer<NameFinding>()
        return await withCheckedContinuation { continuation in
            answer.wait(continuation)
            DispatchQueue.global().async { answer.give(lookup(host)) }
            let seconds = max(0, limit.milliseconds / 1_000)
            DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { answer.give(.timedOut(after: limit)) }
        }
    }

    private static func lookup(_ host: String) -> NameFinding {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Glibc)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else { return .none(String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(list) }
        var addresses: [String] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ai_next
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            guard
                getnameinfo(
                    entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
            else { continue }
            let address = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if !addresses.contains(address) { addresses.append(address) }
        }
        return addresses.isEmpty ? .none("no address") : .addresses(addresses)
    }
}

/// The first of two answers to one wait.
private final class FirstAnswer<Answer: Sendable>: Sendable {
    private let waiting = NIOLockedValueBox<CheckedContinuation<Answer, Never>?>(nil)

    func wait(_ continuation: CheckedContinuation<Answer, Never>) { waiting.withLockedValue { $0 = continuation } }

    func give(_ answer: Answer) {
        let continuation = waiting.withLockedValue { waiting in
            defer { waiting = nil }
            return waiting
        }
        continuation?.resume(returning: answer)
    }
}

extension FilesFinding {
    /// Reads the authority, and apart from it our certificate with its key, so that both can be at fault.
    init(lookingAt options: TLSOptions) {
        self.init()
        do throws(TLSFileError) { _ = try TLSOptions(authority: options.authority).checkFiles() } catch {
            errors.append(error)
        }
        do throws(TLSFileError) {
            notAfter = try TLSOptions(certificate: options.certificate, key: options.key).checkFiles()
        } catch { errors.append(error) }
    }
}

extension PathFinding {
    init(lookingAt path: String) {
        self.init(path: path, kind: .missing)
        var status = stat()
        guard stat(path, &status) == 0 else {
            let number = errno
            if number == ENOENT || number == ENOTDIR {
                if let target = Self.target(of: path) { kind = .deadLink(target: target) }
            } else {
                kind = .hidden(
                    number == EACCES ? "this user may not enter a folder above it" : String(cString: strerror(number)))
            }
            return
        }
        switch status.st_mode & S_IFMT {
        case S_IFSOCK: kind = .socket
        case S_IFDIR: kind = .other("a folder")
        case S_IFREG: kind = .other("a file")
        default: kind = .other("something else")
        }
        owner = userName(status.st_uid)
        let (name, members) = Self.group(status.st_gid)
        group = name
        mode = UInt32(status.st_mode) & 0o7777
        isWritable = faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0
        listsUser = members.contains(userName(geteuid()))
        processIsMember = getegid() == status.st_gid || Self.groups.contains(status.st_gid)
    }

    private static func target(of path: String) -> String? {
        var bytes = [CChar](repeating: 0, count: 4_096)
        let count = readlink(path, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }

    private static var groups: [gid_t] {
        var groups = [gid_t](repeating: 0, count: 65_536)
        let count = getgroups(Int32(groups.count), &groups)
        return Array(groups.prefix(Int(max(0, count))))
    }

    /// Its name, or its number where it has none, and whom the system lists in it.
    private static func group(_ number: gid_t) -> (name: String, members: [String]) {
        var entry = GroupEntry(), found: UnsafeMutablePointer<GroupEntry>?
        var buffer = [CChar](repeating: 0, count: 1 << 16)
        guard getgrgid_r(number, &entry, &buffer, buffer.count, &found) == 0, found != nil else {
            return ("\(number)", [])
        }
        var members: [String] = []
        var next = entry.gr_mem
        while let name = next?.pointee {
            members.append(String(cString: name))
            next = next?.advanced(by: 1)
        }
        return (String(cString: entry.gr_name), members)
    }
}

/// The system's struct, which a property of the same name hides above.
private typealias GroupEntry = group

/// A user's name, or the number where it has none.
private func userName(_ number: uid_t) -> String {
    var entry = passwd(), found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 1 << 14)
    guard getpwuid_r(number, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return "\(number)" }
    return String(cString: entry.pw_name)
}
