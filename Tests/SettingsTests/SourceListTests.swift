// Many sources: DOCKER_SOURCES and --source, and how they add up with the two of the user guide.
import CurlClient
import DockerSources
import Settings
import Testing

@Suite("Settings: many sources") struct SourceListTests {
    private static let certificates = Files(
        read: { _ in .failure(.missing) }, list: { _ in [] },
        exists: { ["/certs", "/certs/ca.pem", "/certs/cert.pem", "/certs/key.pem"].contains($0) })

    private func settings(_ variables: [String: String], _ flags: [String] = []) throws -> Settings {
        var given = Flags()
        given.sources = flags
        return try Settings(environment: variables, flags: given, files: Self.certificates)
    }

    @Test("Each way of naming an engine, with its options")
    func all() throws {
        let found = try settings([
            "DOCKER_SOURCES":
                "laptop=auto, cloud=tcp://203.0.113.7?tls=/certs&server_name=cloud.example&deadline=3s&connect_timeout=500ms&tags=prod+eu,nas=ssh://u@nas,sock=unix:///run/x.sock,web=https://e.example,plain=tcp://10.0.0.7",
            "DOCKER_SOCKET": "/run/d.sock",
        ])
        #expect(found.sources.map(\.name) == ["laptop", "cloud", "nas", "sock", "web", "plain"])
        #expect(
            found.sources.map(\.endpoint) == [
                .localSocket(paths: ["/run/d.sock"]),
                .tls(
                    host: "203.0.113.7", port: 2376,
                    TLSOptions(
                        authority: "/certs/ca.pem", certificate: "/certs/cert.pem", key: "/certs/key.pem",
                        serverName: "cloud.example")), .ssh(SSHDestination(user: "u", host: "nas")),
                .localSocket(paths: ["/run/x.sock"]), .tls(host: "e.example", port: 443, TLSOptions()),
                .tcp(host: "10.0.0.7", port: 2375),
            ])
        #expect(found.sources[1].limits == SourceLimits(connect: .milliseconds(500), total: .seconds(3)))
        #expect(found.sources[1].tags == ["prod", "eu"])
        #expect(found.sources[2].limits == SourceLimits() && found.sources[2].tags.isEmpty)
        #expect(found.mode == "multi")
    }

    @Test("TLS of the environment holds for all plain addresses that don't say otherwise")
    func environmentTLS() throws {
        let found = try settings([
            "DOCKER_SOURCES": "a=tcp://a,b=tcp://b?tls=off,c=tcp://c?server_name=c.example", "DOCKER_TLS": "1",
            "DOCKER_CERT_PATH": "/certs",
        ])
        var options = TLSOptions(certificate: "/certs/cert.pem", key: "/certs/key.pem", verifiesServer: false)
        #expect(found.sources[0].endpoint == .tls(host: "a", port: 2376, options))
        #expect(found.sources[1].endpoint == .tcp(host: "b", port: 2375))
        options.serverName = "c.example"
        #expect(found.sources[2].endpoint == .tls(host: "c", port: 2376, options))
    }

    @Test("They add up: the guide's first, then the variable's, then the flags'; the closer one of a name counts")
    func order() throws {
        let guide = ["DOCKER_HOST": "tcp://r", "ALLOW_LOCAL_DOCKER": "true"]
        let listed = guide.merging(["DOCKER_SOURCES": "a=tcp://a,b=tcp://b"]) { _, new in new }
        #expect(try settings(guide).mode == "dual")
        #expect(try settings(listed).sources.map(\.name) == ["local", "remote", "a", "b"])
        let found = try settings(listed, ["b=tcp://other", "remote=tcp://own"])
        #expect(found.sources.map(\.name) == ["local", "a", "b", "remote"])
        #expect(found.sources.map(\.endpoint).suffix(2) == [.tcp(host: "other", port: 2375), .tcp(host: "own", port: 2375)])
    }

    @Test(
        "What is wrong is said with its place",
        arguments: [
            ("laptop", "it names no endpoint"), ("=tcp://a", "the name of a source"), ("a b=tcp://a", "the name of a source"),
            ("a/b=tcp://a", "the name of a source"), ("🐳=tcp://a", "the name of a source"),
            ("-a=tcp://a", "the name of a source"), ("tag:x=tcp://a", "the name of a source"),
            ("\(String(repeating: "x", count: 65))=tcp://a", "at most 64"), ("a=tcp://u:hunter2@a", "no user and password"),
            ("a=a", "no scheme"), ("a=tcp://a?tls=certs", "absolute path"), ("a=tcp://a?tls=/nowhere", "no folder /nowhere"),
            ("a=tcp://a?deadline=soon", "deadline is a time"), ("a=tcp://a?tags=x y", "a tag has letters"),
            ("a=tcp://a?color=red", "no option color"), ("a=tcp://a?server_name=x", "server_name is for TLS"),
            ("a=https://a?tls=off", "https:// without TLS"), ("a=tcp://a?server_name=", "no name of a host"),
            ("a=npipe:////./pipe/docker_engine", "can't be reached from here"),
        ])
    func bad(definition: String, words: String) {
        for (variables, flags, place) in [
            (["DOCKER_SOURCES": definition], [], "DOCKER_SOURCES"), ([:], [definition], "--source"),
        ] as [([String: String], [String], String)] {
            let error = #expect(throws: SettingsError.self) { try settings(variables, flags) }
            let problem = error?.problems.first ?? ""
            #expect(error?.problems.count == 1)
            #expect(problem.hasPrefix("\(place)=") && problem.contains(words), "\(problem)")
            #expect(!problem.contains("hunter2"))
        }
    }

    @Test("A name that comes twice in one place is refused")
    func twice() {
        let error = #expect(throws: SettingsError.self) {
            try settings(["DOCKER_SOURCES": "a=tcp://a,a=tcp://b"], ["b=tcp://a", "b=tcp://b"])
        }
        #expect(
            error?.problems == [
                "DOCKER_SOURCES: the name a comes twice; each source has a name of its own.",
                "--source: the name b comes twice; each source has a name of its own.",
            ])
    }

    @Test("A local engine is barred under every name")
    func barred() {
        let error = #expect(throws: SettingsError.self) {
            try settings(["ALLOW_LOCAL_DOCKER": "false", "DOCKER_SOURCES": "a=auto,b=unix:///run/x,c=tcp://c"])
        }
        #expect(error?.problems.map { $0.prefix(8) } == ["Source a", "Source b"])
    }

    @Test("Two thousand are read in one go")
    func many() throws {
        let list = (0..<2_000).map { "s\($0)=tcp://10.0.\($0 / 256).\($0 % 256)" }.joined(separator: ",")
        #expect(try settings(["DOCKER_SOURCES": list]).sources.count == 2_000)
    }
}
