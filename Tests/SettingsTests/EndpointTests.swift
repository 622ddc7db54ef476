// Addresses of engines: what DOCKER_HOST and DOCKER_SOCKET may say.
import DockerSources
import Settings
import TestSupport
import Testing

@Suite("Settings: addresses") struct EndpointTests {
    @Test(
        "Good addresses",
        arguments: [
            ("tcp://203.0.113.7:2375", "203.0.113.7", 2375), ("tcp://203.0.113.7", "203.0.113.7", 2375),
            ("tcp://docker.example.org:4243", "docker.example.org", 4243),
            ("TCP://host", "host", 2375), ("http://host", "host", 80), ("http://host:2375", "host", 2375),
            ("tcp://host/", "host", 2375), ("tcp://host:2375/", "host", 2375),
            ("tcp://[2001:db8::7]:2375", "2001:db8::7", 2375), ("tcp://[::1]", "::1", 2375),
            ("tcp://[::1]/", "::1", 2375), ("tcp://[fe80::1%eth0]:1", "fe80::1%eth0", 1),
            ("tcp://my_host-1.local:65535", "my_host-1.local", 65_535), (" tcp://host:1 \n", "host", 1),
            ("tcp://localhost:02375", "localhost", 2375),
        ])
    func tcp(text: String, host: String, port: Int) throws {
        let settings = try Settings(environment: ["DOCKER_HOST": text])
        #expect(
            settings.sources
                == (try Settings(environment: [
                    "DOCKER_HOST": "tcp://\(host.contains(":") ? "[\(host)]" : host):\(port)"
                ]).sources))
        #expect(settings.sources.map(\.endpoint) == [.tcp(host: host, port: port)])
        #expect(settings.mode == "remote")
    }

    @Test(
        "The socket that is named is the only one looked for",
        arguments: [
            (["DOCKER_HOST": "unix:///run/a.sock"], "/run/a.sock"),
            (["DOCKER_HOST": "UNIX:///run/a b.sock"], "/run/a b.sock"),
            (["DOCKER_SOCKET": "/run/c.sock", "ALLOW_LOCAL_DOCKER": "true"], "/run/c.sock"),
            (["DOCKER_SOCKET": "unix:///run/c.sock", "ALLOW_LOCAL_DOCKER": "true"], "/run/c.sock"),
            (["DOCKER_HOST": "unix:///run/a.sock", "DOCKER_SOCKET": "/run/c.sock"], "/run/a.sock"),
            (
                ["DOCKER_HOST": "unix:///\(String(repeating: "x", count: 106))"],
                "/\(String(repeating: "x", count: 106))"
            ),
        ])
    func sockets(environment: [String: String], path: String) throws {
        let settings = try Settings(environment: environment)
        #expect(settings.sources.map(\.endpoint) == [.localSocket(paths: [path])])
        #expect(settings.socketPaths == [path])
    }

    @Test("Else it is looked for where people have it")
    func usualPaths() throws {
        let settings = try Settings(environment: [
            "ALLOW_LOCAL_DOCKER": "true", "HOME": "/home/u", "XDG_RUNTIME_DIR": "/run/user/7",
        ])
        let paths = LocalSocketSource.usualPaths(home: "/home/u", runtimeFolder: "/run/user/7")
        #expect(settings.sources.map(\.endpoint) == [.localSocket(paths: paths)])
        #expect(paths.first == "/var/run/docker.sock")
        #expect(paths.contains("/home/u/.docker/run/docker.sock"))
        #expect(paths.contains("/run/user/7/docker.sock"))
        #expect(!LocalSocketSource.usualPaths(home: "", runtimeFolder: nil).contains { $0.hasPrefix("/.") })
    }

    @Test("A person's command takes a local socket that is there, unless it is barred or something is set")
    func localWhenNothingIsSet() throws {
        let folder = try TemporaryFolder()
        let path = folder.path(to: "docker.sock")
        let nothing = try Settings(environment: ["DOCKER_SOCKET": path])
        #expect(nothing.withStandardEngineIfNothingIsSet().sources.isEmpty)
        try folder.write("no socket", to: "docker.sock")
        #expect(nothing.withStandardEngineIfNothingIsSet().sources.isEmpty)
        let server = try FakeServer { _, _ in }
        let there = try Settings(environment: ["DOCKER_SOCKET": server.socketPath])
        #expect(there.withStandardEngineIfNothingIsSet().mode == "local")
        let barred = try Settings(environment: ["DOCKER_SOCKET": server.socketPath, "ALLOW_LOCAL_DOCKER": "false"])
        #expect(barred.withStandardEngineIfNothingIsSet() == barred)
        let remote = try Settings(environment: ["DOCKER_SOCKET": server.socketPath, "DOCKER_HOST": "tcp://h"])
        #expect(remote.withStandardEngineIfNothingIsSet() == remote)
        withExtendedLifetime(server) {}
    }

    @Test("The advice when nothing is set names what to set")
    func advice() throws {
        let settings = try Settings(environment: ["DOCKER_SOCKET": "/run/none.sock"])
        #expect(settings.adviceWhenNothingIsSet(isServer: true).contains("ALLOW_LOCAL_DOCKER=true"))
        #expect(settings.adviceWhenNothingIsSet(isServer: true).contains("DOCKER_HOST=tcp://"))
        #expect(settings.adviceWhenNothingIsSet(isServer: false).contains("/run/none.sock"))
        let barred = try Settings(environment: ["ALLOW_LOCAL_DOCKER": "false"])
        for isServer in [true, false] {
            #expect(barred.adviceWhenNothingIsSet(isServer: isServer).contains("ALLOW_LOCAL_DOCKER=false"))
            #expect(!barred.adviceWhenNothingIsSet(isServer: isServer).contains("ALLOW_LOCAL_DOCKER=true"))
        }
    }
}
