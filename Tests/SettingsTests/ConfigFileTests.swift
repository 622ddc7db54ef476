// The configuration file: where it is found, what it says, and what wins over it.
import CurlClient
import DockerSources
import Testing

@testable import Settings

@Suite("Configuration file") struct ConfigFileTests {
    private static let example: String = {
        let text = (try? MadeFiles.document("docs/configuration.md")) ?? ""
        return text.components(between: "```yaml\n", and: "```")
    }()

    @Test("The example of the documents says what it seems to")
    func documented() throws {
        let contexts = Dictionary(
            uniqueKeysWithValues: [("lab", "ssh://u@lab"), ("staging", "tcp://s"), ("production", "tcp://p")].map {
                MadeFiles.context($0, $1)
            })
        let found = try settings(
            Self.example,
            others: contexts.merging([
                "/c/targets/a.json": #"[{"targets":["10.0.0.1:2376"],"labels":{"env":"prod"}}]"#,
                "/home/u/certs/ca.pem": "", "/certs/fleet/ca.pem": "", "/certs/fleet/key.pem": "",
            ]) { _, new in new })
        #expect(
            found.sources.map(\.name) == [
                "podman", "cloud", "build", "nas", "lab", "10.0.0.1-2376", "staging", "production", "local",
            ])
        #expect(
            found.sources[1].endpoint
                == .tls(
                    host: "203.0.113.7", port: 2376,
                    TLSOptions(
                        authority: "/c/certs/ca.pem", certificate: "/c/certs/cert.pem", key: "/c/certs/key.pem",
                        serverName: "cloud.example")))
        #expect(found.sources[1].limits == SourceLimits(connect: .seconds(3), total: .seconds(20)))
        #expect(found.sources[1].tags == ["prod", "eu"])
        #expect(
            found.sources[2].endpoint
                == .tls(host: "build.example", port: 2376, TLSOptions(authority: "/home/u/certs/ca.pem")))
        #expect(
            found.sources[3].endpoint
                == .ssh(SSHDestination(user: "me", host: "nas", identityFile: "/home/u/.ssh/id_docker")))
        #expect(found.sources[5].tags == ["fleet", "prod"])
        #expect(
            found.sources[5].endpoint
                == .tls(
                    host: "10.0.0.1", port: 2376,
                    TLSOptions(authority: "/certs/fleet/ca.pem", key: "/certs/fleet/key.pem")))
        #expect(found.rowLimit == 100 && found.logLevel == .info && found.transport == .http)
        #expect(found.audit == .file(path: "/var/log/docker-mcp-secure.jsonl"))
        #expect(found.http.tokenFile == "/c/tokens" && found.http.requestsPerSecond == 50)
        #expect(found.http.tls == .init(certificate: "/c/certs/server.pem", key: "/c/certs/server-key.pem"))
        #expect(found.http.allowedHosts == ["docker.example"] && found.http.allowedOrigins == ["https://app.example"])
        #expect(found.configFile == "/c/config.yaml")
    }

    @Test("--config wins over DOCKER_MCP_CONFIG, and that over the usual places; no file there is no fault")
    func places() throws {
        func level(_ environment: [String: String], _ flag: String? = nil) throws -> Settings.LogLevel {
            var flags = Flags()
            flags.config = flag
            let made = MadeFiles(texts: [
                "/a": "log_level: debug", "/b": "log_level: warn",
                "/x/docker-mcp-secure/config.yaml": "log_level: error",
                "/h/.config/docker-mcp-secure/config.yaml": "log_level: debug",
            ])
            return try Settings(environment: environment, flags: flags, files: made.files).logLevel
        }
        let all = ["DOCKER_MCP_CONFIG": "/b", "XDG_CONFIG_HOME": "/x", "HOME": "/h"]
        #expect(try level(all, "/a") == .debug)
        #expect(try level(all) == .warn)
        #expect(try level(["XDG_CONFIG_HOME": "/x", "HOME": "/h", "DOCKER_MCP_CONFIG": ""]) == .error)
        #expect(try level(["HOME": "/h"]) == .debug)
        #expect(try level(["XDG_CONFIG_HOME": "relative", "HOME": "/h"]) == .debug)
        #expect(try level(["DOCKER_MCP_CONFIG": "~/.config/docker-mcp-secure/config.yaml", "HOME": "/h"]) == .debug)
        #expect(try level(["HOME": "/nowhere"]) == .info && level([:]) == .info)
    }

    @Test(
        "A file that is named must be there, and one that is there must be readable",
        arguments: [
            ("/nowhere", nil, "--config=/nowhere: there is no such file; name a file"),
            (nil, "/nowhere", "DOCKER_MCP_CONFIG=/nowhere: there is no such file"),
            (nil, "/locked", "DOCKER_MCP_CONFIG=/locked: it can't be read: Permission denied"),
            (nil, nil, "configuration file=/h/.config/docker-mcp-secure/config.yaml: it can't be read"),
        ] as [(String?, String?, String)])
    func unreadable(flag: String?, variable: String?, words: String) {
        var flags = Flags()
        flags.config = flag
        let made = MadeFiles(locked: ["/locked", "/h/.config/docker-mcp-secure/config.yaml"])
        let environment = ["HOME": "/h", "DOCKER_MCP_CONFIG": variable ?? ""]
        let error = #expect(throws: SettingsError.self) {
            try Settings(environment: environment, flags: flags, files: made.files)
        }
        #expect(error?.problems.count == 1)
        #expect(error?.problems.first?.hasPrefix(words) == true, "\(error?.problems ?? [])")
    }

    @Test("Flags win over the environment, that over the file, and that over the defaults")
    func precedence() throws {
        let yaml = """
            log_level: error
            limits: {connect_timeout: 1s, deadline: 2s}
            http: {transport: http, host: 10.0.0.1, port: 4000, rate_limit: 7, token_file: t}
            security: {audit_log: false}
            """
        let filed = try settings(yaml)
        #expect(filed.limits == SourceLimits(connect: .seconds(1), total: .seconds(2)))
        #expect(filed.transport == .http && filed.http.host == "10.0.0.1" && filed.http.port == 4000)
        #expect(filed.http.requestsPerSecond == 7 && filed.http.tokenFile == "/c/t" && filed.audit == .none)
        let environment = [
            "LOG_LEVEL": "warn", "DOCKER_MCP_DEADLINE": "3s", "MCP_TRANSPORT": "stdio", "MCP_PORT": "5000",
            "MCP_RATE_LIMIT": "8", "MCP_AUTH_TOKEN_FILE": "/t", "SECURITY_AUDIT_LOG": "true",
        ]
        let set = try settings(yaml, environment)
        #expect(set.logLevel == .warn && set.transport == .stdio && set.http.port == 5000)
        #expect(set.http.host == "10.0.0.1" && set.limits == SourceLimits(connect: .seconds(1), total: .seconds(3)))
        #expect(set.http.requestsPerSecond == 8 && set.http.tokenFile == "/t" && set.audit == .standardError)
        var flags = Flags()
        (flags.timeout, flags.port, flags.transport) = ("4s", "6000", "http")
        let told = try settings(yaml, environment, flags)
        #expect(told.limits.total == .seconds(4) && told.http.port == 6000 && told.transport == .http)
        #expect(try settings("").http.port == 3000)
    }

    @Test("Sources add up; of one name, the closest counts")
    func sources() throws {
        let yaml = """
            local: true
            sources:
              - {name: remote, endpoint: "tcp://file"}
              - {name: a, endpoint: "tcp://file"}
              - {name: b, endpoint: "tcp://file"}
              - {name: c, endpoint: "tcp://file"}
            """
        var flags = Flags()
        flags.sources = ["c=tcp://flag"]
        let found = try settings(
            yaml, ["DOCKER_HOST": "tcp://variable", "DOCKER_SOURCES": "b=tcp://list"], flags)
        #expect(found.sources.map(\.name) == ["a", "local", "remote", "b", "c"])
        #expect(
            found.sources.filter { $0.name != "local" }.map(\.endpoint)
                == ["file", "variable", "list", "flag"].map { .tcp(host: $0, port: 2375) })
        #expect(try settings(yaml, ["ALLOW_LOCAL_DOCKER": "false"]).isLocalBarred)
    }

    @Test("A source's own limits win over those for all; TLS of the environment is for sources that say nothing")
    func ownLimits() throws {
        let yaml = """
            limits: {deadline: 2s}
            sources:
              - {name: a, endpoint: "tcp://a", deadline: 9s, tls: false}
              - {name: b, endpoint: "tcp://b", connect_timeout: 100ms}
              - {name: c, endpoint: "tcp://c:1", tls: {verify: false}}
              - {name: d, endpoint: "tcp://d", tls: true}
            """
        let found = try settings(yaml, ["DOCKER_TLS": "1", "DOCKER_CERT_PATH": "/e"])
        #expect(found.sources.map(\.limits.total) == [9, 2, 2, 2].map(Duration.seconds))
        #expect(found.sources[1].limits.connect == .milliseconds(100))
        #expect(
            found.sources.map(\.endpoint) == [
                .tcp(host: "a", port: 2375), .tls(host: "b", port: 2376, TLSOptions(verifiesServer: false)),
                .tls(host: "c", port: 1, TLSOptions(verifiesServer: false)),
                .tls(host: "d", port: 2376, TLSOptions()),
            ])
    }

    @Test(
        "Nothing set is no fault",
        arguments: [
            "", "\n", "# nothing yet\n", "---\n", "--- \n...\n", "{}", "\u{FEFF}", "\u{FEFF}# x", "~", "sources:\n",
            "sources: []\nsource_lists:\nlimits:\nhttp: {}\n", "\r\n# Windows\r\n",
        ])
    func empty(yaml: String) throws {
        #expect(try settings(yaml).sources.isEmpty)
        #expect(try settings(yaml).limits == SourceLimits())
    }

    @Test("Line ends of Windows, the mark at the beginning, and JSON are fine")
    func forms() throws {
        for yaml in [
            "\u{FEFF}sources:\r\n- name: a\r\n  endpoint: tcp://a\r\n",
            "{\n\t\"sources\": [\n\t\t{\"name\": \"a\", \"endpoint\": \"tcp://a\"}\n\t]\n}",
            "---\nsources:\n- {name: 'a', endpoint: \"tcp:\\/\\/a\"}\n...\n",
        ] {
            #expect(try settings(yaml).sources.map(\.endpoint) == [.tcp(host: "a", port: 2375)])
        }
    }

    @Test("Paths go by the file's folder; a tilde is home")
    func paths() throws {
        func resolved(_ path: String, _ folder: String) -> String {
            ConfigCheck.resolved(path, folder: folder, home: "/home/u")
        }
        #expect(resolved("a/b", "/c") == "/c/a/b" && resolved("./a", "/c") == "/c/a" && resolved("a", "/") == "/a")
        #expect(
            resolved("~/a", "/c") == "/home/u/a" && resolved("/a", "/c") == "/a" && resolved("../a", "/c") == "/c/../a")
        #expect(SettingsReader.folder(of: "config.yaml") == "." && SettingsReader.folder(of: "/x.yaml") == "/")
        #expect(ConfigCheck.resolved("~/a", folder: "/c", home: nil) == "/c/~/a")
    }

    @Test("Two thousand sources are read, in one go", arguments: [true, false])
    func many(isFlow: Bool) throws {
        let list = (0..<2_000).map { number in
            let address = "tcp://10.0.\(number / 256).\(number % 256):2376"
            return isFlow
                ? "- {name: s\(number), endpoint: \"\(address)\", tls: {ca: ca.pem}, tags: [a, b], deadline: 2s}"
                : "- name: s\(number)\n  endpoint: \(address)\n  tls:\n    ca: ca.pem\n  tags:\n  - a\n  - b\n  deadline: 2s"
        }
        let clock = ContinuousClock()
        let start = clock.now
        let found = try settings("sources:\n" + list.joined(separator: "\n"))
        #expect(found.sources.count == 2_000)
        #expect(start.duration(to: clock.now) < .seconds(20))
    }

    @Test("What is refused elsewhere names the place in the file that speaks for a variable")
    func names() throws {
        let found = try settings("http:\n  host: 0.0.0.0\n  token_file: t\n")
        #expect(
            found.http.problem(withTokens: [])?.hasPrefix("/c/config.yaml:2:9: http.host=0.0.0.0 lets others") == true)
        #expect(found.http.name(of: "MCP_AUTH_TOKEN_FILE") == "/c/config.yaml:3:15: http.token_file")
        #expect(try settings("", ["MCP_HOST": "0.0.0.0"]).http.name(of: "MCP_HOST") == "MCP_HOST")
    }
}

extension String {
    /// The first text between two marks.
    func components(between start: String, and end: String) -> String {
        guard let from = firstRange(of: start)?.upperBound, let to = self[from...].firstRange(of: end)?.lowerBound
        else { return "" }
        return String(self[from..<to])
    }
}
