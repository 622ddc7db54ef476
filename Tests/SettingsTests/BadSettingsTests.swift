// A bad value is refused with the variable's name, the value and a good one; all of them at once; no password among them.
import Settings
import Testing

@Suite("Settings: bad values") struct BadSettingsTests {
    typealias FlagPath = any (WritableKeyPath<Flags, String?> & Sendable)

    private func problems(_ environment: [String: String], _ flags: Flags = Flags()) -> [String] {
        do {
            _ = try Settings(environment: environment, flags: flags)
            return []
        } catch { return error.problems }
    }

    @Test(
        "Addresses that are none",
        arguments: [
            "2375", "localhost", "localhost:2375", "203.0.113.7:2375", "ftp://host", "ws://host", "fd://",
            "npipe:////./pipe/docker_engine", "tcp:/host", "tcp//host", "://host", "tcp://", "tcp://:2375",
            "tcp:///", "tcp://host:", "tcp://host:0", "tcp://host:99999", "tcp://a:99999", "tcp://host:65536",
            "tcp://host:-1", "tcp://host:+2375", "tcp://host:2375x", "tcp://host:2 375", "tcp://host:２３７５",
            "tcp://host:99999999999999999999", "tcp://host:2375/v1.41", "tcp://host?x", "tcp://host#x",
            "tcp://host name", "tcp://höst", "tcp://-host", "tcp://host\u{0}", "tcp://2001:db8::7:2375",
            "tcp://::1", "tcp://[::1", "tcp://[::1]x", "tcp://[::1]:", "tcp://[]:2375", "tcp://[host]:2375",
            "tcp://host]:1", "tcp://a:1:2", "tcp://tcp://host", "tcp://\(String(repeating: "a", count: 254))",
            "unix://", "unix://docker.sock", "unix://./docker.sock", "unix:/run/docker.sock",
            "unix:///run/\u{1B}[31m.sock", "unix:///\(String(repeating: "x", count: 107))",
        ])
    func addresses(text: String) throws {
        let found = problems(["DOCKER_HOST": text])
        #expect(found.count == 1)
        let problem = try #require(found.first)
        #expect(problem.hasPrefix("DOCKER_HOST="))
        #expect(problem.contains("tcp://") || problem.contains("/var/run/docker.sock") || text.hasPrefix("unix://"))
        #expect(problem.utf8.count < 600)
        #expect(!problem.unicodeScalars.contains { $0.value < 0x20 })
    }

    @Test(
        "Passwords in a bad address are not shown",
        arguments: [
            "tcp://user:hunter2@host:2375", "ftp://user:hunter2@host", "https://user:hunter2@host",
            "ssh://user:hunter2@host", "user:hunter2@host:2375", "tcp://user:hunter2@", "tcp:/user:hunter2@host",
            "tcp://user:hünter2hunter2@host", "http://:hunter2@host", "tcp://host/?password=hunter2",
            "tcp:user:hunter2@host",
        ])
    func credentials(text: String) {
        let found = problems(["DOCKER_HOST": text])
        #expect(found.count == 1)
        #expect(!found.joined().contains("hunter2"))
        #expect(!problems(["DOCKER_SOCKET": text]).joined().contains("hunter2"))
    }

    @Test(
        "Other variables",
        arguments: [
            ("ALLOW_LOCAL_DOCKER", "maybe", "true or false"), ("ALLOW_LOCAL_DOCKER", "2", "true or false"),
            ("SECURITY_AUDIT_LOG", "verbose", "true or false"), ("SECURITY_MODE", "readwrite", "readonly"),
            ("SECURITY_MODE", "read-only", "readonly"), ("SECURITY_MODE", "full", "only ever reads"),
            ("LOG_LEVEL", "trace", "debug, info, warn, error"), ("LOG_LEVEL", "warning", "debug, info, warn, error"),
            ("MCP_TRANSPORT", "sse", "stdio, http"), ("MCP_PORT", "0", "1 to 65535"),
            ("MCP_PORT", "65536", "1 to 65535"), ("MCP_PORT", "-1", "1 to 65535"), ("MCP_PORT", "http", "1 to 65535"),
            ("MCP_PORT", "3000.0", "1 to 65535"), ("MCP_PORT", "99999999999999999999", "1 to 65535"),
            ("DOCKER_MCP_DEADLINE", "10", "10s"), ("DOCKER_MCP_DEADLINE", "0s", "10s"),
            ("DOCKER_MCP_DEADLINE", "-1s", "10s"),
            ("DOCKER_MCP_DEADLINE", "0.5ms", "1ms"), ("DOCKER_MCP_DEADLINE", "61m", "1h"),
            ("DOCKER_MCP_DEADLINE", "1d", "10s"), ("DOCKER_MCP_DEADLINE", "nans", "10s"),
            ("DOCKER_MCP_DEADLINE", "infs", "10s"),
            ("DOCKER_MCP_DEADLINE", "1e300s", "10s"), ("DOCKER_MCP_DEADLINE", "s", "10s"),
            ("DOCKER_MCP_DEADLINE", "soon", "10s"), ("DOCKER_MCP_CONNECT_TIMEOUT", "five", "10s"),
            ("DOCKER_SOCKET", "docker.sock", "/var/run/docker.sock"),
            ("DOCKER_SOCKET", "tcp://host", "/var/run/docker.sock"),
            ("DOCKER_SOCKET", "unix://x", "/var/run/docker.sock"),
        ])
    func others(variable: String, value: String, good: String) throws {
        let found = problems([variable: value])
        #expect(found.count == 1)
        let problem = try #require(found.first)
        #expect(problem.hasPrefix("\(variable)=\(value): "))
        #expect(problem.contains(good))
    }

    @Test(
        "Flags are named as flags",
        arguments: [
            ("--timeout", \Flags.timeout, "soon"), ("--connect-timeout", \Flags.connectTimeout, "0s"),
            ("--transport", \Flags.transport, "sse"), ("--port", \Flags.port, "0"), ("--timeout", \Flags.timeout, ""),
            ("--port", \Flags.port, ""),
        ] as [(String, FlagPath, String)])
    func flags(name: String, path: FlagPath, value: String) {
        var flags = Flags()
        flags[keyPath: path] = value
        let found = problems(
            [
                "DOCKER_MCP_DEADLINE": "bad too, and not read", "DOCKER_MCP_CONNECT_TIMEOUT": "x", "MCP_TRANSPORT": "x",
                "MCP_PORT": "x",
            ], flags)
        #expect(found.contains { $0.hasPrefix("\(name)=\(value): ") })
        #expect(found.count == 4)
    }

    @Test("All problems come at once, each once, a line each")
    func together() throws {
        let error = #expect(throws: SettingsError.self) {
            try Settings(environment: [
                "DOCKER_HOST": "2375", "ALLOW_LOCAL_DOCKER": "x", "SECURITY_MODE": "x", "SECURITY_AUDIT_LOG": "x",
                "LOG_LEVEL": "x", "MCP_TRANSPORT": "x", "MCP_PORT": "x", "DOCKER_SOCKET": "x",
                "DOCKER_MCP_DEADLINE": "x", "DOCKER_MCP_CONNECT_TIMEOUT": "x",
            ])
        }
        let found = try #require(error)
        #expect(found.problems.count == 10)
        #expect(Set(found.problems.map { $0.prefix { $0 != "=" } }).count == 10)
        #expect(found.description.split(separator: "\n").count == 10)
    }

    @Test("A long or hostile value is cut and cleaned")
    func hostileValue() throws {
        let problem = try #require(problems(["LOG_LEVEL": "\u{1B}[2J\n" + String(repeating: "x", count: 10_000)]).first)
        #expect(problem.utf8.count < 400)
        #expect(!problem.contains("\u{1B}"))
        #expect(!problem.contains("\n"))
    }

    @Test("The local engine can't be named and barred at once")
    func contradiction() {
        let found = problems(["DOCKER_HOST": "unix:///run/x.sock", "ALLOW_LOCAL_DOCKER": "false"])
        #expect(found.count == 1)
        #expect(found.first?.contains("DOCKER_HOST") == true)
        #expect(found.first?.contains("ALLOW_LOCAL_DOCKER=false") == true)
    }

    @Test(
        "The address to listen on is an address or a name",
        arguments: ["http://127.0.0.1", "a b", "127.0.0.1:3000", "x/y", "\u{1B}[31m"])
    func listeningAddress(host: String) {
        #expect(problems(["MCP_HOST": host]).count == 1)
        var flags = Flags()
        flags.host = host
        #expect(problems([:], flags).count == 1)
    }
}
