// What goes into an entry, what never does, and what each error says.
import ClientConfig
import JSON
import Testing

@Suite("ClientConfig: entries and places") struct EntryTests {
    @Test(
        "A password goes in in no form of an address, and an address with a user's name does",
        arguments: [
            ("tcp://u:hunter2@h", false), ("u:hunter2@h:1", false), ("a=u:hunter2@h,b=auto", false),
            ("ssh://u:hunter2@h", false), ("a=auto,b=//u:hunter2@h", false), ("ssh://u@h:22", true),
            ("nas=ssh://u@nas,b=tcp://h:1", true), ("a=unix:///run/a@b:c.sock", true),
            ("cloud=tcp://h:1?tls=/certs@work", true),
        ])
    func passwords(value: String, goesIn: Bool) {
        let (variables, notes) = Entry.variables(["DOCKER_SOURCES"], from: ["DOCKER_SOURCES": value])
        #expect(variables.map(\.value) == (goesIn ? [value] : []))
        #expect(notes.count == (goesIn ? 0 : 1))
    }

    @Test("Variables that are set go in, secrets and unseen characters do not") func variables() {
        let environment = [
            "DOCKER_HOST": "tcp://u:hunter2hunter2@h:1", "DOCKER_CERT_PATH": "/certs",
            "DOCKER_SOURCES": "a=auto,b=tcp://h:1",
            "MCP_AUTH_TOKEN": "x", "LOG_LEVEL": "info\u{200B}", "DOCKER_CONTEXT": "", "OTHER": "1",
        ]
        let names = [
            "DOCKER_HOST", "DOCKER_CERT_PATH", "DOCKER_SOURCES", "MCP_AUTH_TOKEN", "LOG_LEVEL", "DOCKER_CONTEXT",
        ]
        let (variables, notes) = Entry.variables(names, from: environment)
        #expect(variables.map(\.name) == ["DOCKER_CERT_PATH", "DOCKER_SOURCES"])
        #expect(notes.count == 3)
        #expect(!notes.joined().contains("hunter2"))
    }

    @Test("Each client's form of a server's address") func address() throws {
        let entry = try Entry(name: "me", address: "http://127.0.0.1:3000/mcp")
        let url: JSON = "http://127.0.0.1:3000/mcp"
        let expected: [Client: JSON] = [
            .claudeCode: ["type": "http", "url": url], .vscode: ["type": "http", "url": url], .cursor: ["url": url],
            .windsurf: ["serverUrl": url], .zed: ["url": url], .codex: ["url": url],
        ]
        for (client, document) in expected { #expect(try entry.document(client.shape, client: client) == document) }
        #expect(throws: ConfigError.addressUnknown(.claudeDesktop)) {
            try entry.document(Client.claudeDesktop.shape, client: .claudeDesktop)
        }
        let remote = Merge.write(entry)
        let old = #"{"servers": {"me": {"type": "stdio", "command": "x", "args": [], "cwd": "/", "gallery": true}}}"#
        #expect(
            try merged(old, .vscode, remote)
                == #"{"servers": {"me": {"type": "http", "gallery": true, "url": "http://127.0.0.1:3000/mcp"}}}"#)
    }

    @Test(
        "Addresses that are none",
        arguments: [
            "", "h", "ftp://h", "http://", "http:///mcp", "http://u@h", "https://u:p@h/", "http://h/a b", "http://h/\"",
            "HTTP://h", "http://h/?token=s3cret-s3cret", "http://é",
        ] as [String])
    func badAddress(text: String) {
        #expect(throws: ConfigError.self) { try Entry(name: "me", address: text) }
    }

    @Test(
        "Names that clients would not take",
        arguments: ["", "a b", "é", "a.b", "a/b", "a\n", String(repeating: "a", count: 65)])
    func badName(name: String) {
        #expect(throws: ConfigError.nameUnusable(name)) { try entry(name) }
    }

    private static let home = ["HOME": "/h", "USERPROFILE": #"C:\u"#, "APPDATA": #"C:\a"#]

    @Test(
        "Where clients keep their files",
        arguments: [
            (
                Client.claudeDesktop, "/h/Library/Application Support/Claude/claude_desktop_config.json",
                "/h/.config/Claude/claude_desktop_config.json", #"C:\a\Claude\claude_desktop_config.json"#
            ),
            (.claudeCode, "/h/.claude.json", "/h/.claude.json", #"C:\u\.claude.json"#),
            (
                .vscode, "/h/Library/Application Support/Code/User/mcp.json", "/h/.config/Code/User/mcp.json",
                #"C:\a\Code\User\mcp.json"#
            ),
            (.cursor, "/h/.cursor/mcp.json", "/h/.cursor/mcp.json", #"C:\u\.cursor\mcp.json"#),
            (
                .windsurf, "/h/.codeium/windsurf/mcp_config.json", "/h/.codeium/windsurf/mcp_config.json",
                #"C:\u\.codeium\windsurf\mcp_config.json"#
            ),
            (.zed, "/h/.config/zed/settings.json", "/h/.config/zed/settings.json", #"C:\a\Zed\settings.json"#),
            (.codex, "/h/.codex/config.toml", "/h/.codex/config.toml", #"C:\u\.codex\config.toml"#),
        ] as [(Client, String, String, String)])
    func places(client: Client, macOS: String, linux: String, windows: String) throws {
        #expect(try client.place(environment: Self.home, platform: .macOS).file == macOS)
        #expect(try client.place(environment: Self.home, platform: .linux).file == linux)
        #expect(try client.place(environment: Self.home, platform: .windows).file == windows)
        #expect(throws: ConfigError.homeUnknown(variable: "HOME")) {
            try client.place(environment: ["HOME": ""], platform: .linux)
        }
    }

    @Test(
        "The clients' own variables",
        arguments: [
            (Client.claudeCode, ["CLAUDE_CONFIG_DIR": "/c"], "/c/.claude.json"),
            (.codex, ["CODEX_HOME": "/c"], "/c/config.toml"),
            (.zed, ["XDG_CONFIG_HOME": "/c"], "/c/zed/settings.json"),
            (.zed, ["FLATPAK_XDG_CONFIG_HOME": "/c"], "/c/zed/settings.json"),
            (.vscode, ["XDG_CONFIG_HOME": "/c"], "/c/Code/User/mcp.json"),
            (.vscode, ["XDG_CONFIG_HOME": "c"], "/h/.config/Code/User/mcp.json"),
            (.codex, ["CODEX_HOME": ""], "/h/.codex/config.toml"),
        ] as [(Client, [String: String], String)])
    func ownVariables(client: Client, variables: [String: String], file: String) throws {
        let environment = Self.home.merging(variables) { _, new in new }
        #expect(try client.place(environment: environment, platform: .linux).file == file)
    }

    @Test(
        "Errors say what to do",
        arguments: [
            (ConfigError.nameUnusable("a\u{1B}[1m b"), "invalid_argument", "--name a b", "letters"),
            (.addressUnusable("x"), "invalid_argument", "--remote-url x", "http://127.0.0.1:3000/mcp"),
            (.addressUnknown(.claudeDesktop), "invalid_argument", "Claude Desktop", "--remote-url"),
            (.homeUnknown(variable: "HOME"), "home_unknown", "HOME", "--file"),
            (.clientMissing(.zed, file: "/f"), "client_missing", "Zed", "--file"),
            (.folderMissing(file: "/f"), "folder_missing", "/f", "another file"),
            (
                .fileUnusable(file: "/f", reason: "a\u{202E}b", line: 3, column: 4), "file_unusable",
                "/f, line 3, column 4: ab.", "not changed"
            ),
            (.notAFile("/f"), "not_a_file", "/f", "ls -l"),
            (.tooLarge(file: "/f", limit: 1 << 20), "file_too_large", "1 MiB", "client's file"),
            (.readOnly(file: "/f"), "permission_denied", "/f", "chmod"),
            (.changedMeanwhile(file: "/f"), "changed_meanwhile", "/f", "again"),
            (.mergeFailed(file: "/f"), "merge_failed", "/f", "by hand"),
            (
                .system(action: "written", file: "/f", number: 28), "system_error",
                "/f can't be written: No space left", "disk"
            ),
        ] as [(ConfigError, String, String, String)])
    func errors(error: ConfigError, code: String, message: String, hint: String) {
        #expect(error.report.code == code)
        #expect(error.report.message.contains(message))
        #expect(error.report.hint.contains(hint))
        #expect(error.isUsage == (code == "invalid_argument"))
    }
}
