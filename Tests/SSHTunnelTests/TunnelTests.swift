// Connections carried by children: what goes in comes out, and neither outlives the other.
import TestSupport
import Testing

@testable import SSHTunnel

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite(.serialized) struct TunnelTests {
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
        // Far more than a pipe holds.
        let tunnel = Tunnel(command: [
            "/bin/sh", "-c", "i=0; while [ $i -lt 30000 ]; do echo line $i >&2; i=$((i+1)); done; exit 1",
        ])
        defer { tunnel.close() }
        let start = ContinuousClock.now
        let descriptor = try Self.connect(tunnel)
        defer { close(descriptor) }
        #expect(Self.read(descriptor) == "")
        let words = try #require(tunnel.failure(since: start)?.words)
        #expect(words.utf8.count <= 4_096)
        #expect(words.hasSuffix("line 29999\n"))
    }

    @Test("Somebody else who holds the pipe of the words open does not hold the ending up")
    func heldWords() throws {
        let tunnel = Tunnel(command: ["/bin/sh", "-c", "sleep 30 </dev/null >/dev/null & echo why >&2; exit 3"])
        defer { tunnel.close() }
        let start = ContinuousClock.now
        let descriptor = try Self.connect(tunnel)
        defer { close(descriptor) }
        #expect(Self.read(descriptor) == "")
        #expect(start.duration(to: .now) < .seconds(20))
        #expect(tunnel.failure(since: start)?.words == "why\n")
    }

    @Test("A child that is ended by our own hand tells nothing, whatever its code: ssh's is that of a failure")
    func ownHand() async throws {
        let folder = try TemporaryFolder()
        let (began, ended) = (folder.path(to: "began"), folder.path(to: "ended"))
        let script = """
            trap 'echo killed >&2; echo 1 >\(ended); exit 255' TERM
            echo 1 >\(began)
            while :; do sleep 0.05; done
            """
        let tunnel = Tunnel(command: ["/bin/sh", "-c", script])
        defer { tunnel.close() }
        let start = ContinuousClock.now
        let descriptor = try Self.connect(tunnel)
        #expect(await eventually { Self.pid(in: began) != nil })
        close(descriptor)
        #expect(await eventually { Self.pid(in: ended) != nil })
        // The next connection is carried after the first has ended.
        let second = try Self.connect(tunnel)
        defer { close(second) }
        try await Task.sleep(for: .milliseconds(500))
        #expect(tunnel.failure(since: start) == nil)
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

    @Test("Where a path would be too long for a socket, another folder is taken")
    func deepFolder() throws {
        let folder = try TemporaryFolder()
        let deep = folder.path(to: String(repeating: "d", count: 100))
        mkdir(deep, 0o700)
        setenv("XDG_RUNTIME_DIR", deep, 1)
        defer { unsetenv("XDG_RUNTIME_DIR") }
        let tunnel = Tunnel(command: ["cat"])
        defer { tunnel.close() }
        #expect(try tunnel.path().hasPrefix("/tmp/docker-mcp-secure-\(getpid())-"))
    }

    @Test("Connections that come while the tunnel is closed are closed")
    func closedWhileOpened() async throws {
        for _ in 0..<20 {
            let tunnel = Tunnel(command: ["sleep", "600"], maximumChildren: 4)
            var descriptors: [Int32] = []
            for _ in 0..<6 { descriptors.append(try Self.connect(tunnel)) }
            tunnel.close()
            for descriptor in descriptors {
                // Those that nobody had accepted are reset.
                var byte: UInt8 = 0
                #expect(Glibc.read(descriptor, &byte, 1) == 0 || errno == ECONNRESET)
                close(descriptor)
            }
        }
    }

    @Test("The guard ends exactly the children that had not ended when its input does")
    func guarding() throws {
        // Children of a shell: two that are guarded, one that was until it ended, and one that is none of its business.
        // Started by a tunnel, since it gives its children no blocked signals.
        let script = """
            exec 2>/dev/null
            for i in 1 2 3 4; do sleep 600 >/dev/null </dev/null & eval "p$i=$!"; done
            printf '+ %s\\n+ %s\\n- %s\\n+ %s\\n- %s\\n+ %s\\n' $p1 $p2 $p2 $p3 $p1 $p1 | /bin/sh -c "$1"
            sleep 0.5
            for p in $p1 $p2 $p3 $p4; do if kill -KILL $p; then echo lives; else echo ended; fi; done | tr '\\n' ' '
            """
        let tunnel = Tunnel(command: ["/bin/bash", "-c", script, "test", ChildGuard.script])
        defer { tunnel.close() }
        let descriptor = try Self.connect(tunnel)
        defer { close(descriptor) }
        #expect(Self.read(descriptor) == "ended lives ended lives ")
    }

    private static func pid(in file: String) -> pid_t? {
        guard let stream = fopen(file, "r") else { return nil }
        defer { fclose(stream) }
        var buffer = [CChar](repeating: 0, count: 32)
        guard fgets(&buffer, 32, stream) != nil else { return nil }
        return pid_t(String(decoding: buffer.prefix { $0 > 32 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
}
