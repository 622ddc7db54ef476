// Connections carried by children: what goes in comes out, and neither outlives the other.
import SSHTunnel
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct TunnelTests {
    /// A connection of this process to a tunnel.
    private static func connect(_ tunnel: Tunnel) throws -> Int32 {
        let path = try tunnel.path()
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(code == 0)
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        return descriptor
    }

    /// What comes next; empty at the end.
    private static func read(_ descriptor: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        #expect(count >= 0, "nothing came in time")
        return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        #expect(Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count)
    }

    @Test("What is written goes to the child, and what it says comes back")
    func echo() throws {
        let tunnel = Tunnel(command: ["cat"])
        defer { tunnel.close() }
        let start = ContinuousClock.now
        let descriptor = try Self.connect(tunnel)
        defer { close(descriptor) }
        Self.write("hello", to: descriptor)
        #expect(Self.read(descriptor) == "hello")
        shutdown(descriptor, Int32(SHUT_WR))
        #expect(Self.read(descriptor) == "")
        #expect(tunnel.failure(since: start) == nil)
    }

    @Test("A child that fails closes its connection, and its words are known by then")
    func failure() throws {
        let tunnel = Tunnel(command: ["/bin/sh", "-c", "echo first >&2; echo 'no way' >&2; exit 7"])
        defer { tunnel.close() }
        let start = ContinuousClock.now
        let descriptor = try Self.connect(tunnel)
        defer { close(descriptor) }
        #expect(Self.read(descriptor) == "")
        let ending = try #require(tunnel.failure(since: start))
        #expect(ending.how == .exited(7))
        #expect(ending.words == "first\nno way\n")
        #expect(tunnel.failure(since: .now) == nil)
    }

    @Test("A program that can't be started is said")
    func noProgram() throws {
        let tunnel = Tunnel(command: ["/nonexistent/ssh"])
        defer { tunnel.close() }
        let start = ContinuousClock.now
        let descriptor = try Self.connect(tunnel)
        defer { close(descriptor) }
        #expect(Self.read(descriptor) == "")
        guard case .notStarted? = tunnel.failure(since: start)?.how else {
            Issue.record("no ending")
            return
        }
    }

    @Test("Of endless words the last ones are kept, and they don't hold the child up")
    func manyWords() throws {
        let tunnel = Tunnel(command: [
            "/bin/sh", "-c", "i=0; while [ $i -lt 300 ]; do echo line $i >&2; i=$((i+1)); done; exit 1",
        ])
        defer { tunnel.close() }
        let start = ContinuousClock.now
        let descriptor = try Self.connect(tunnel)
        defer { close(descriptor) }
        #expect(Self.read(descriptor) == "")
        let words = try #require(tunnel.failure(since: start)?.words)
        #expect(words.utf8.count <= 4_096)
        #expect(words.hasSuffix("line 299\n"))
    }

    @Test("Closing a connection ends its child, also one that reads nothing and ignores the end of its input")
    func hangUp() async throws {
        let folder = try TemporaryFolder()
        let marker = folder.path(to: "pid")
        let tunnel = Tunnel(command: ["/bin/sh", "-c", "echo $$ >\(marker); exec sleep 600"])
        defer { tunnel.close() }
        let descriptor = try Self.connect(tunnel)
        #expect(await eventually { Self.pid(in: marker) != nil })
        let child = try #require(Self.pid(in: marker))
        #expect(kill(child, 0) == 0)
        close(descriptor)
        #expect(await eventually { kill(child, 0) != 0 })
    }

    @Test("Closing the tunnel ends all children and removes the socket")
    func closing() async throws {
        let folder = try TemporaryFolder()
        let marker = folder.path(to: "pid")
        let tunnel = Tunnel(command: ["/bin/sh", "-c", "echo $$ >\(marker); trap '' TERM; while :; do sleep 1; done"])
        let path = try tunnel.path()
        let descriptor = try Self.connect(tunnel)
        defer { close(descriptor) }
        #expect(await eventually { Self.pid(in: marker) != nil })
        let child = try #require(Self.pid(in: marker))
        tunnel.close()
        #expect(await eventually { kill(child, 0) != 0 })
        #expect(access(path, F_OK) != 0)
        #expect(throws: TunnelError.self) { try tunnel.path() }
    }

    @Test("Connections beyond the bound wait for their turn")
    func bound() async throws {
        let tunnel = Tunnel(command: ["cat"], maximumChildren: 2)
        defer { tunnel.close() }
        let first = try Self.connect(tunnel), second = try Self.connect(tunnel), third = try Self.connect(tunnel)
        defer { for descriptor in [second, third] { close(descriptor) } }
        for descriptor in [first, second, third] { Self.write("x", to: descriptor) }
        #expect(Self.read(first) == "x" && Self.read(second) == "x")
        var poll = pollfd(fd: third, events: Int16(POLLIN), revents: 0)
        #expect(Glibc.poll(&poll, 1, 200) == 0)
        close(first)
        #expect(Self.read(third) == "x")
    }

    @Test("Another process may not connect")
    func stranger() async throws {
        let tunnel = Tunnel(command: ["cat"])
        defer { tunnel.close() }
        let path = try tunnel.path()
        let stranger = Tunnel(command: ["/bin/sh", "-c", "echo hi | socat -t 5 - UNIX-CONNECT:\(path)"])
        defer { stranger.close() }
        let descriptor = try Self.connect(stranger)
        defer { close(descriptor) }
        #expect(Self.read(descriptor) == "")
    }

    @Test("The socket's folder is for this user only, and those of processes that are gone are removed")
    func folder() throws {
        let left = "/tmp/docker-mcp-secure-2147483646-abcdef"
        mkdir(left, 0o700)
        unsetenv("XDG_RUNTIME_DIR")
        unsetenv("TMPDIR")
        let tunnel = Tunnel(command: ["cat"])
        defer { tunnel.close() }
        let path = try tunnel.path()
        var status = stat()
        #expect(stat(String(path.dropLast(2)), &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
        #expect(access(left, F_OK) != 0)
    }

    private static func pid(in file: String) -> pid_t? {
        guard let stream = fopen(file, "r") else { return nil }
        defer { fclose(stream) }
        var buffer = [CChar](repeating: 0, count: 32)
        guard fgets(&buffer, 32, stream) != nil else { return nil }
        return pid_t(String(decoding: buffer.prefix { $0 > 32 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
}
