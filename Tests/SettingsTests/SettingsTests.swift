// What the environment and the flags make of the settings.
import DockerSources
import Settings
import Testing

@Suite("Settings") struct SettingsTests {
    @Test("Nothing set: defaults, and no source")
    func defaults() throws {
        let settings = try Settings(environment: [:])
        #expect(settings.sources.isEmpty)
        #expect(settings.mode == "none")
        #expect(settings.limits == SourceLimits(connect: .seconds(5), total: .seconds(10)))
        #expect(!settings.isLocalBarred)
        #expect(settings.socketPaths.first == "/var/run/docker.sock")
        #expect(settings.audit == .standardError)
        #expect(settings.logLevel == .info)
        #expect(settings.transport == .stdio)
        #expect(settings.http.host == "127.0.0.1")
        #expect(settings.http.port == 3000)
    }

    @Test("An empty or blank variable is one that is not set", arguments: ["", "  ", "\t\n"])
    func blank(value: String) throws {
        let names = [
            "DOCKER_HOST", "ALLOW_LOCAL_DOCKER", "DOCKER_SOCKET", "SECURITY_MODE", "SECURITY_AUDIT_LOG",
            "SECURITY_AUDIT_FILE", "LOG_LEVEL", "MCP_TRANSPORT", "MCP_PORT", "MCP_HOST",
            "MCP_AUTH_TOKEN", "MCP_AUTH_TOKEN_FILE", "MCP_ALLOWED_HOSTS", "MCP_ALLOWED_ORIGINS", "MCP_TLS_CERT",
            "MCP_TLS_KEY", "DOCKER_MCP_CONNECT_TIMEOUT", "DOCKER_MCP_DEADLINE", "DOCKER_TLS_VERIFY", "DOCKER_TLS",
        ]
        let settings = try Settings(environment: Dictionary(uniqueKeysWithValues: names.map { ($0, value) }))
        #expect(settings == (try Settings(environment: [:])))
    }

    @Test("Variables of others are not looked at")
    func others() throws {
        let settings = try Settings(environment: [
            "DOCKER_HOSTS": "ftp://x", "docker_host": "2375", "PORT": "x", "HOST": "y", "TIMEOUT": "z",
        ])
        #expect(settings == (try Settings(environment: [:])))
    }

    @Test(
        "The mode, and the sources in the order of their rows",
        arguments: [
            ([:], "none", []), (["ALLOW_LOCAL_DOCKER": "true"], "local", ["local"]),
            (["DOCKER_HOST": "tcp://203.0.113.7:2375"], "remote", ["remote"]),
            (["DOCKER_HOST": "tcp://203.0.113.7", "ALLOW_LOCAL_DOCKER": "true"], "dual", ["local", "remote"]),
            (["DOCKER_HOST": "unix:///run/x.sock"], "local", ["local"]),
            (["DOCKER_HOST": "unix:///run/x.sock", "ALLOW_LOCAL_DOCKER": "true"], "local", ["local"]),
            (["DOCKER_HOST": "tcp://203.0.113.7", "ALLOW_LOCAL_DOCKER": "false"], "remote", ["remote"]),
            (["ALLOW_LOCAL_DOCKER": "false"], "none", []),
        ] as [([String: String], String, [String])])
    func modes(environment: [String: String], mode: String, names: [String]) throws {
        let settings = try Settings(environment: environment)
        #expect(settings.mode == mode)
        #expect(settings.sources.map(\.name) == names)
    }

    @Test("More sources than the guide's two are multi")
    func multi() throws {
        var settings = try Settings(environment: ["DOCKER_HOST": "tcp://a", "ALLOW_LOCAL_DOCKER": "1"])
        settings.sources.append(contentsOf: settings.sources)
        #expect(settings.mode == "multi")
        settings.sources = [settings.sources[1], settings.sources[1]]
        #expect(settings.mode == "multi")
    }

    @Test(
        "Truth is written in several ways",
        arguments: [
            ("true", true), ("TRUE", true), ("True", true), ("1", true), ("yes", true), ("on", true), (" true ", true),
            ("false", false), ("0", false), ("no", false), ("OFF", false),
        ])
    func booleans(text: String, value: Bool) throws {
        let settings = try Settings(environment: ["ALLOW_LOCAL_DOCKER": text, "SECURITY_AUDIT_LOG": text])
        #expect(settings.isLocalBarred == !value)
        #expect(settings.sources.isEmpty == !value)
        #expect(settings.audit == (value ? .standardError : .none))
    }

    @Test("The audit trail goes to a file when one is named, and nowhere when it is off")
    func audit() throws {
        #expect(
            try Settings(environment: ["SECURITY_AUDIT_FILE": "/var/log/a.jsonl"]).audit
                == .file(path: "/var/log/a.jsonl"))
        #expect(try Settings(environment: ["SECURITY_AUDIT_FILE": "/a", "SECURITY_AUDIT_LOG": "false"]).audit == .none)
        #expect(try Settings(environment: ["SECURITY_AUDIT_LOG": "true"]).audit == .standardError)
    }

    @Test("Read-only is the one mode", arguments: ["readonly", "ReadOnly", " readonly "])
    func readOnly(mode: String) throws {
        #expect(try Settings(environment: ["SECURITY_MODE": mode]) == Settings(environment: [:]))
    }

    @Test(
        "Levels of the log",
        arguments: [("debug", Settings.LogLevel.debug), ("info", .info), ("WARN", .warn), ("Error", .error)])
    func levels(text: String, level: Settings.LogLevel) throws {
        #expect(try Settings(environment: ["LOG_LEVEL": text]).logLevel == level)
    }

    @Test("Where MCP is served")
    func transport() throws {
        let settings = try Settings(environment: ["MCP_TRANSPORT": "HTTP", "MCP_HOST": "0.0.0.0", "MCP_PORT": "65535"])
        #expect(settings.transport == .http)
        #expect(settings.http.host == "0.0.0.0")
        #expect(settings.http.port == 65_535)
        #expect(try Settings(environment: ["MCP_TRANSPORT": "stdio", "MCP_PORT": "1"]).http.port == 1)
    }

    @Test(
        "Lengths of time",
        arguments: [
            ("1ms", .milliseconds(1)), ("500ms", .milliseconds(500)), ("10s", .seconds(10)),
            ("1.5s", .milliseconds(1_500)), ("0.5m", .seconds(30)), ("2m", .seconds(120)), ("1h", .seconds(3_600)),
        ] as [(String, Duration)])
    func durations(text: String, length: Duration) throws {
        let settings = try Settings(environment: ["DOCKER_MCP_CONNECT_TIMEOUT": text, "DOCKER_MCP_DEADLINE": text])
        #expect(settings.limits == SourceLimits(connect: length, total: length))
    }

    @Test("Flags come before the environment")
    func flags() throws {
        var flags = Flags()
        flags.local = true
        flags.timeout = "3s"
        flags.connectTimeout = "200ms"
        flags.transport = "http"
        flags.host = "192.0.2.1"
        flags.port = "8080"
        let environment = [
            "ALLOW_LOCAL_DOCKER": "false", "DOCKER_MCP_DEADLINE": "1m", "DOCKER_MCP_CONNECT_TIMEOUT": "1m",
            "MCP_TRANSPORT": "stdio", "MCP_HOST": "x", "MCP_PORT": "1",
        ]
        let settings = try Settings(environment: environment, flags: flags)
        #expect(settings.mode == "local")
        #expect(!settings.isLocalBarred)
        #expect(settings.limits == SourceLimits(connect: .milliseconds(200), total: .seconds(3)))
        #expect(settings.transport == .http)
        #expect(settings.http.host == "192.0.2.1")
        #expect(settings.http.port == 8080)
        flags = Flags()
        flags.local = false
        #expect(try Settings(environment: ["ALLOW_LOCAL_DOCKER": "true"], flags: flags).isLocalBarred)
    }
}
