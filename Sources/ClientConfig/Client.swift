// The MCP clients that we can set up: where each keeps its servers, and in which form.

/// A program that starts MCP servers.
///
/// Where the facts are from, looked up in November 2026: the clients' own documentation except where said otherwise. They change
/// their minds now and then: `--file` is for that.
/// - Claude Desktop: modelcontextprotocol.io, "Connect to local MCP servers" (macOS, Windows: sure). Linux has a beta; its folder is
///   Electron's usual one, as reports say (rather sure). Servers over HTTP are added in its settings, not in this file.
/// - Claude Code: code.claude.com/docs/en/mcp and its issues #4193 and #24479: user scope in `~/.claude.json`, or in
///   `$CLAUDE_CONFIG_DIR/.claude.json` (sure); a project's `.mcp.json` has the same form.
/// - VS Code: code.visualstudio.com/docs/agents/reference/mcp-configuration (form: sure); the user's file is the default profile's
///   `User/mcp.json` since 1.102 (sure; other profiles have their own).
/// - Cursor: cursor.com/docs/mcp (sure); a project's `.cursor/mcp.json` has the same form.
/// - Windsurf: docs.windsurf.com/windsurf/cascade/mcp (sure); HTTP servers stand under `serverUrl`.
/// - Zed: zed.dev/docs/ai/mcp, and `crates/paths`, `crates/settings_content` of its source (sure for 2026; versions of mid-2025 also
///   wanted `"source": "custom"`).
/// - Codex: developers.openai.com/codex/mcp (sure).
public enum Client: String, CaseIterable, Hashable, Sendable {
    /// Claude Desktop.
    case claudeDesktop = "claude-desktop"
    /// Claude Code, for all projects of the user.
    case claudeCode = "claude-code"
    /// Visual Studio Code, the default profile.
    case vscode
    /// Cursor, for all projects of the user.
    case cursor
    /// Windsurf.
    case windsurf
    /// Zed.
    case zed
    /// OpenAI's Codex: command line, editor extension and desktop alike.
    case codex

    /// The name that people know.
    public var title: String {
        switch self {
        case .claudeDesktop: "Claude Desktop"
        case .claudeCode: "Claude Code"
        case .vscode: "VS Code"
        case .cursor: "Cursor"
        case .windsurf: "Windsurf"
        case .zed: "Zed"
        case .codex: "Codex"
        }
    }

    /// The form of its file.
    public var shape: Shape {
        switch self {
        case .claudeDesktop: Shape(.json, servers: "mcpServers", address: nil)
        case .claudeCode: Shape(.json, servers: "mcpServers", commandType: "stdio", addressType: "http")
        case .vscode: Shape(.json, servers: "servers", commandType: "stdio", addressType: "http", readsComments: true)
        case .cursor: .generic
        case .windsurf: Shape(.json, servers: "mcpServers", address: "serverUrl")
        case .zed: Shape(.json, servers: "context_servers", readsComments: true)
        case .codex: Shape(.toml, servers: "mcp_servers", readsComments: true)
        }
    }

    /// What a person does so that it reads its file again.
    public var afterwards: String {
        switch self {
        case .claudeDesktop: "Quit Claude Desktop and start it again."
        case .claudeCode: "Start a new session of Claude Code; /mcp lists its servers."
        case .vscode: "Start the server in VS Code: command MCP: List Servers."
        case .cursor: "Restart Cursor, and see that the server is on in its settings."
        case .windsurf: "Refresh the MCP servers in Windsurf's Cascade."
        case .zed: "Zed reads the file by itself; its agent settings show the server."
        case .codex: "Start Codex again; /mcp lists its servers."
        }
    }
}
