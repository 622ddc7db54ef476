// Where a client keeps its file, on each system and with the variables that the client itself heeds.

/// A system that clients run on.
public enum Platform: Hashable, Sendable {
    /// Apple's.
    case macOS
    /// Linux, and what is like it.
    case linux
    /// Microsoft's.
    case windows

    /// The one that this program was built for.
    public static var current: Platform {
        #if os(macOS)
            .macOS
        #elseif os(Windows)
            .windows
        #else
            .linux
        #endif
    }
}

/// A client's file, and how to tell that the client is there.
public struct ClientPlace: Hashable, Sendable {
    /// The file with its servers; it need not exist.
    public let file: String
    /// A folder that exists where the client was run once.
    public let marker: String
}

extension Client {
    /// Where it keeps its file, by the `environment` of a process. Throws `homeUnknown` when the variable with the home folder is not set.
    public func place(environment: [String: String], platform: Platform = .current) throws(ConfigError) -> ClientPlace {
        let folders = Folders(environment: environment, platform: platform)
        switch self {
        case .claudeDesktop: return try folders.place(in: folders.settings("Claude"), "claude_desktop_config.json")
        case .claudeCode:
            if let own = folders.variable("CLAUDE_CONFIG_DIR") { return folders.place(in: own, ".claude.json") }
            let home = try folders.home()
            return ClientPlace(file: folders.join(home, ".claude.json"), marker: folders.join(home, ".claude"))
        case .vscode:
            let folder = try folders.settings("Code")
            return ClientPlace(file: folders.join(folder, "User", "mcp.json"), marker: folder)
        case .cursor: return folders.place(in: folders.join(try folders.home(), ".cursor"), "mcp.json")
        case .windsurf:
            return folders.place(in: folders.join(try folders.home(), ".codeium", "windsurf"), "mcp_config.json")
        case .zed:
            if platform == .macOS {
                return folders.place(in: folders.join(try folders.home(), ".config", "zed"), "settings.json")
            }
            if platform == .linux, let own = folders.variable("FLATPAK_XDG_CONFIG_HOME") {
                return folders.place(in: folders.join(own, "zed"), "settings.json")
            }
            return folders.place(in: try folders.settings(platform == .windows ? "Zed" : "zed"), "settings.json")
        case .codex:
            if let own = folders.variable("CODEX_HOME") { return folders.place(in: own, "config.toml") }
            return folders.place(in: folders.join(try folders.home(), ".codex"), "config.toml")
        }
    }
}

private struct Folders {
    let environment: [String: String]
    let platform: Platform

    func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

    func home() throws(ConfigError) -> String {
        let name = platform == .windows ? "USERPROFILE" : "HOME"
        guard let home = variable(name) else { throw .homeUnknown(variable: name) }
        return home
    }

    /// The folder in which the programs of this system keep the settings of `program`.
    func settings(_ program: String) throws(ConfigError) -> String {
        switch platform {
        case .macOS: return join(try home(), "Library", "Application Support", program)
        case .windows:
            guard let folder = variable("APPDATA") else { throw .homeUnknown(variable: "APPDATA") }
            return join(folder, program)
        case .linux:
            // The XDG specification: a relative path is as good as none.
            if let folder = variable("XDG_CONFIG_HOME"), folder.hasPrefix("/") { return join(folder, program) }
            return join(try home(), ".config", program)
        }
    }

    func join(_ parts: String...) -> String { parts.joined(separator: platform == .windows ? "\\" : "/") }

    func place(in folder: String, _ name: String) -> ClientPlace {
        ClientPlace(file: join(folder, name), marker: folder)
    }
}
