// Both ways of reaching an engine: which socket is taken, and what a source is called when it can't be reached.
import CurlClient
import DockerEngine
import DockerSources
import Glibc
import TestSupport
import Testing

@Suite struct ReachTests {
    private func local(_ paths: [String]) -> LocalSocketSource {
        LocalSocketSource(
            name: "local", paths: paths, limits: SourceLimits(connect: .seconds(600), total: .seconds(600)),
            client: CurlClient())
    }

    private func failure(of source: any Source) async -> SourceError? {
        await SourceError.of { () throws(SourceError) in try await source.reply(to: .version) }
    }

    @Test("The first path that leads to a socket is taken", arguments: [0, 1, 2])
    func firstPresent(socketsBefore: Int) async throws {
        let folder = try TemporaryFolder()
        let missing = folder.path(to: "missing")
        let noSocket = try folder.write("", to: "file")
        let (engine, other) = (try FakeEngine(), try FakeEngine())
        let before = Array([missing, noSocket].prefix(socketsBefore))
        let source = local(before + [engine.server.socketPath, other.server.socketPath])
        #expect(
            source.label
                == SourceLabel(
                    name: "local", kind: .localSocket, endpoint: "unix://\(engine.server.socketPath)"))
        _ = try await source.reply(to: .version)
        #expect(engine.paths.count == 2)
        #expect(other.paths.isEmpty)
    }

    @Test("A socket that appears later is found")
    func appearsLater() async throws {
        let engine = try FakeEngine()
        let folder = try TemporaryFolder()
        let source = local([folder.path(to: "later.sock")])
        #expect(await failure(of: source)?.code == .socketMissing)
        #expect(symlink(engine.server.socketPath, folder.path(to: "later.sock")) == 0)
        #expect(try await source.reply(to: .version).version == "20.10.24")
    }

    @Test("Without a socket every place is named that was looked at", arguments: [1, 3])
    func missing(count: Int) async throws {
        let folder = try TemporaryFolder()
        let paths = (0..<count).map { folder.path(to: "missing-\($0).sock") }
        let source = local(paths)
        let error = await failure(of: source)
        #expect(error?.code == .socketMissing)
        #expect(error?.state == .unreachable)
        for path in paths { #expect(error?.message.contains(path) == true) }
        #expect(error?.hint.contains("DOCKER_SOCKET") == true)
    }

    @Test("No path at all is a missing socket, too")
    func noPath() async { #expect(await failure(of: local([]))?.code == .socketMissing) }

    @Test("A socket that this user may not open is misconfigured, not missing")
    func permission() async {
        await #expect(processExitsWith: .success) {
            let engine = try FakeEngine()
            let source = engine.source()
            #expect(chmod(engine.server.socketPath, 0) == 0)
            // Root may open everything: it asks as nobody.
            if geteuid() == 0 { #expect(seteuid(65_534) == 0) }
            let error = await SourceError.of { () throws(SourceError) in try await source.reply(to: .version) }
            #expect(error?.code == .permissionDenied)
            #expect(error?.state == .misconfigured)
            #expect(error?.isWellPut(for: source.label) == true)
            _ = seteuid(getuid())
        }
    }

    @Test("A folder that this user may not look into is no reason to look elsewhere")
    func lockedFolder() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let path = folder.path(to: "s")
            #expect(chmod(folder.path, 0) == 0)
            if geteuid() == 0 { #expect(seteuid(65_534) == 0) }
            #expect(LocalSocketSource.firstPresent(["/missing", path]) == path)
            _ = seteuid(getuid())
        }
    }

    @Test("A socket that nobody listens at is refused, with advice")
    func refused() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path(to: "s")
        try #require(UnixSocketFile.leave(at: path))
        let source = local([path])
        let error = await failure(of: source)
        #expect(error?.code == .connectionRefused)
        #expect(error?.hint.contains("Start Docker") == true)
        #expect(error?.isWellPut(for: source.label) == true)
    }

    @Test("Sockets are looked for where people have them, Docker's own first")
    func usualPaths() {
        let paths = LocalSocketSource.usualPaths(home: "/home/ann", runtimeFolder: "/run/user/1000")
        #expect(paths.first == "/var/run/docker.sock")
        for path in [
            "/home/ann/.docker/run/docker.sock", "/run/user/1000/docker.sock", "/home/ann/.colima/default/docker.sock",
            "/run/user/1000/podman/podman.sock", "/run/podman/podman.sock",
        ] { #expect(paths.contains(path)) }
        #expect(Set(paths).count == paths.count)
    }

    @Test("Without a home or a runtime folder no path is made of nothing", arguments: [nil, ""] as [String?])
    func unusualPaths(folder: String?) {
        let paths = LocalSocketSource.usualPaths(home: folder, runtimeFolder: folder)
        #expect(paths == ["/var/run/docker.sock", "/run/podman/podman.sock"])
    }

    @Test(
        "A remote engine is labelled by its address",
        arguments: [
            ("docker.example", "tcp://docker.example:2375"), ("203.0.113.7", "tcp://203.0.113.7:2375"),
            ("2001:db8::7", "tcp://[2001:db8::7]:2375"), ("::1", "tcp://[::1]:2375"),
        ])
    func remoteLabel(host: String, endpoint: String) {
        let source = RemoteTCPSource(
            name: "cloud", host: host, port: 2375, limits: SourceLimits(), client: CurlClient())
        #expect(source.label == SourceLabel(name: "cloud", kind: .remoteTCP, endpoint: endpoint))
        #expect(source.limits == SourceLimits(connect: .seconds(5), total: .seconds(10)))
    }

    @Test("A remote engine answers over TCP")
    func remote() async throws {
        let server = try FakeServer(.loopback) { head, connection in
            if head.hasPrefix("GET /_ping ") {
                connection.reply(headers: ["Api-Version: 1.41"], body: "OK")
            } else {
                connection.reply(body: #"{"Version":"20.10.24"}"#)
            }
        }
        let source = RemoteTCPSource(
            name: "cloud", host: "127.0.0.1", port: server.port, limits: SourceLimits(total: .seconds(600)),
            client: CurlClient())
        #expect(try await source.reply(to: .version).version == "20.10.24")
        #expect(source.negotiatedAPI == APIVersion(major: 1, minor: 41))
        #expect(server.requests.allSatisfy { $0.hasPrefix("GET ") && $0.contains("Host: 127.0.0.1:\(server.port)") })
    }

    @Test("A port where nobody listens is refused, with advice for the remote host")
    func remoteRefused() async throws {
        let port = try ClosedPort()
        let source = RemoteTCPSource(
            name: "cloud", host: "127.0.0.1", port: port.port, limits: SourceLimits(total: .seconds(600)),
            client: CurlClient())
        let error = await failure(of: source)
        #expect(error?.code == .connectionRefused)
        #expect(error?.hint.contains("daemon.json") == true)
        #expect(error?.isWellPut(for: source.label) == true)
    }
}

/// A socket's file whose server is gone.
private enum UnixSocketFile {
    static func leave(at path: String) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}
