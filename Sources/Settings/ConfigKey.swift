// What a key of the configuration file may hold: the check, the schema and the documents' table come from the same list.

/// One key.
struct ConfigKey: Sendable {
    let name: String
    let shape: Shape
    /// A sentence or two, for the schema and for people.
    let description: String
    /// The variable that says the same, and wins; nil when there is none.
    var variable: String?
    var isRequired = false

    init(
        _ name: String, _ shape: Shape, _ description: String, variable: String? = nil, isRequired: Bool = false
    ) {
        self.name = name
        self.shape = shape
        self.description = description
        self.variable = variable
        self.isRequired = isRequired
    }

    /// What a value may be.
    indirect enum Shape: Sendable {
        /// Any text; `example` is a good one.
        case text(example: String)
        /// The name of a source.
        case name
        case tag
        /// A host's name or address.
        case host(example: String)
        /// A file, by the folder of the configuration file or from the root; `~/` is the home folder.
        case path(example: String)
        case boolean
        case duration
        case integer(ClosedRange<Int>)
        case choice([String])
        case list(of: Shape)
        case mapping([ConfigKey])
        /// Any keys, each with a text.
        case labels
        /// The first of these whose kind (mapping, list, scalar) fits.
        case either([Shape])
    }
}

extension ConfigKey.Shape {
    /// What to write, in words that follow "write".
    var wanted: String {
        switch self {
        case .text(let example): "a text, such as \(example)"
        case .name:
            "a name that begins with a letter or digit and has at most 64 letters, digits, _ . and -; such as cloud-1"
        case .tag: "a tag of letters, digits, _ . and -, such as prod"
        case .host(let example): "a host's name or address, such as \(example)"
        case .path(let example): "a path, such as \(example)"
        case .boolean: "true or false, without quotes"
        case .duration: "a time from 1ms to 1h, such as 500ms, 10s or 2m"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound), without quotes"
        case .choice(let choices): choices.joined(separator: " or ")
        case .list(let element): "a list, of which each element is \(element.wanted)"
        case .mapping(let keys):
            "a mapping with keys of these: \(keys.map(\.name).joined(separator: ", "))"
        case .labels: "a mapping of names to texts, such as {env: prod}"
        case .either(let shapes): shapes.map(\.wanted).joined(separator: "; or ")
        }
    }

    /// Its keys, also those of its elements.
    var keys: [ConfigKey] {
        switch self {
        case .mapping(let keys): keys
        case .list(let element): element.keys
        case .either(let shapes): shapes.flatMap(\.keys)
        default: []
        }
    }
}

extension ConfigKey {
    private static let limits = [
        ConfigKey(
            "connect_timeout", .duration, "How long connecting may take. Default: 5s.",
            variable: "DOCKER_MCP_CONNECT_TIMEOUT"),
        ConfigKey(
            "deadline", .duration, "How long one source may take for one question. Default: 10s.",
            variable: "DOCKER_MCP_DEADLINE"),
    ]

    /// What sources of a list share, and one alone has too.
    private static let reach = [
        ConfigKey(
            "tls",
            .either([
                .mapping([
                    ConfigKey(
                        "ca", .path(example: "/certs/ca.pem"),
                        "Authorities that may have signed the engine's certificate, in PEM. Default: the system's."),
                    ConfigKey("cert", .path(example: "/certs/cert.pem"), "Our certificate, in PEM."),
                    ConfigKey("key", .path(example: "/certs/key.pem"), "The key of our certificate, in PEM."),
                    ConfigKey(
                        "server_name", .host(example: "cloud.example"),
                        "The name that the engine's certificate is for, when it is not the endpoint's host."),
                    ConfigKey(
                        "verify", .boolean,
                        "Whether the engine's certificate is checked. Default: true. With false, anybody can pose as the engine."
                    ),
                ]), .boolean, .path(example: "/certs"),
            ]),
            "TLS to the engine: true or false, a folder with ca.pem, cert.pem and key.pem, or each by itself."),
        ConfigKey("connect_timeout", .duration, "As limits.connect_timeout, for this source only."),
        ConfigKey("deadline", .duration, "As limits.deadline, for this source only."),
        ConfigKey("tags", .list(of: .tag), "What the source is chosen by, as tag:TAG, beside its name."),
    ]

    private static let source =
        [
            ConfigKey("name", .name, "The source's name in every row. Each source has its own.", isRequired: true),
            ConfigKey(
                "endpoint", .text(example: "tcp://203.0.113.7:2375"),
                "The engine's address: auto (the engine of this machine), unix:///PATH, tcp://HOST[:PORT], http(s)://HOST[:PORT], "
                    + "ssh://[USER@]HOST[:PORT][/SOCKET], or context:NAME.", isRequired: true),
        ] + reach + [
            ConfigKey(
                "ssh",
                .mapping([
                    ConfigKey(
                        "identity_file", .path(example: "~/.ssh/id_docker"),
                        "The private key to log in with, in place of those that ssh itself would try.")
                ]), "How ssh logs in; the rest is what ~/.ssh/config says.")
        ]

    private static let sourceList =
        [
            ConfigKey(
                "file_sd", .either([.list(of: .path(example: "targets/*.json")), .path(example: "targets/*.json")]),
                "Files of targets as Prometheus reads them (file_sd), JSON or YAML; * and ? in a file's name stand for any."
            ),
            ConfigKey(
                "contexts", .either([.list(of: .text(example: "lab")), .choice(["all"])]),
                "Docker contexts, by name; or all that docker context ls shows beside default."),
        ] + reach

    private static let security = [
        ConfigKey(
            "mode", .choice(["readonly"]), "This product only ever reads.", variable: "SECURITY_MODE"),
        ConfigKey(
            "audit_log", .boolean, "Whether each tool call leaves a line. Default: true.",
            variable: "SECURITY_AUDIT_LOG"),
        ConfigKey(
            "audit_file", .path(example: "/var/log/docker-mcp-secure.jsonl"),
            "The file that gets these lines. Default: standard error.", variable: "SECURITY_AUDIT_FILE"),
    ]

    private static let http = [
        ConfigKey(
            "transport", .choice(["stdio", "http"]), "How MCP clients reach the server. Default: stdio.",
            variable: "MCP_TRANSPORT"),
        ConfigKey(
            "host", .host(example: "127.0.0.1"), "The address that HTTP listens on. Default: 127.0.0.1.",
            variable: "MCP_HOST"),
        ConfigKey(
            "port", .integer(1...65_535), "The port that HTTP listens on. Default: 3000.", variable: "MCP_PORT"),
        ConfigKey(
            "allowed_hosts", .list(of: .text(example: "docker.example")),
            "Names that HTTP accepts in Host beside this machine's own.", variable: "MCP_ALLOWED_HOSTS"),
        ConfigKey(
            "allowed_origins", .list(of: .text(example: "https://app.example")),
            "Origins that HTTP accepts beside this machine's own.", variable: "MCP_ALLOWED_ORIGINS"),
        ConfigKey(
            "rate_limit", .integer(0...1_000_000),
            "Requests a second of one token, or of one address without a token; 0 for no limit. Default: 50.",
            variable: "MCP_RATE_LIMIT"),
        ConfigKey(
            "token_file", .path(example: "tokens"),
            "A file with the tokens that let clients in, a line NAME: TOKEN each. Tokens themselves don't stand in this file.",
            variable: "MCP_AUTH_TOKEN_FILE"),
        ConfigKey(
            "tls_cert", .path(example: "/certs/server.pem"), "The server's certificate in PEM: HTTPS.",
            variable: "MCP_TLS_CERT"),
        ConfigKey(
            "tls_key", .path(example: "/certs/server-key.pem"), "The key of tls_cert, in PEM.",
            variable: "MCP_TLS_KEY"),
    ]

    /// All keys of the file, in the order of the documents.
    static let all = [
        ConfigKey("sources", .list(of: .mapping(source)), "The engines to ask, in the order of their rows."),
        ConfigKey(
            "source_lists", .list(of: .mapping(sourceList)),
            "More engines, which other files list. Each has one of file_sd and contexts; the other keys hold for all its sources."
        ),
        ConfigKey(
            "local", .boolean,
            "true: the engine of this machine too, named local. false: never, not even by a command.",
            variable: "ALLOW_LOCAL_DOCKER"),
        ConfigKey(
            "limits",
            .mapping(
                limits + [
                    ConfigKey(
                        "rows", .integer(1...10_000),
                        "Rows of a list that an AI assistant gets unless it asks for another limit. Default: 100.")
                ]), "How long and how much."),
        ConfigKey("security", .mapping(security), "The audit trail."),
        ConfigKey(
            "log_level", .choice(["debug", "info", "warn", "error"]),
            "The least important level that is logged. Default: info.", variable: "LOG_LEVEL"),
        ConfigKey(
            "toolsets", .list(of: .choice(["core", "diagnose", "all"])),
            "Which tools an AI assistant is told of: the seven of the user guide, those that look for what is wrong, or all. Default: all.",
            variable: "MCP_TOOLSETS"),
        ConfigKey("http", .mapping(http), "How the server is reached, and by whom."),
    ]

    /// What stands in a file of targets (Prometheus, file_sd_config).
    static let targetGroups = Shape.list(
        of: .mapping([
            ConfigKey(
                "targets", .list(of: .text(example: "203.0.113.7:2375")), "Addresses, HOST:PORT.", isRequired: true),
            ConfigKey("labels", .labels, "What is known of these targets."),
        ]))
}
