// Why a client could not be set up.
import SafeText

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a client could not be set up. The file is then as it was.
public enum ConfigError: Error, Hashable, Sendable {
    /// The entry's name has other characters than all clients take.
    case nameUnusable(String)
    /// No address of an MCP server; secrets in it are masked already.
    case addressUnusable(String)
    /// The client's file can't name servers by their address.
    case addressUnknown(Client?)
    /// The variable that names the folder of the user's files is not set.
    case homeUnknown(variable: String)
    /// Neither the client's file nor its folder is there.
    case clientMissing(Client, file: String)
    /// The folder of the file is not there, and neither is the one it would be in.
    case folderMissing(file: String)
    /// The file is no text of its format, or holds something else where servers should be.
    case fileUnusable(file: String, reason: String, line: Int, column: Int)
    /// The path is a folder, a pipe or the like, or a link to nothing.
    case notAFile(String)
    /// The file has more bytes than `limit`.
    case tooLarge(file: String, limit: Int)
    /// The file may not be written.
    case readOnly(file: String)
    /// Another program wrote the file meanwhile.
    case changedMeanwhile(file: String)
    /// What we made of the file would not read as it should: a fault of ours.
    case mergeFailed(file: String)
    /// The system refused; `number` is its error number.
    case system(action: String, file: String, number: Int32)

    /// Whether another command line would do, and not another file.
    public var isUsage: Bool {
        switch self {
        case .nameUnusable, .addressUnusable, .addressUnknown: true
        default: false
        }
    }

    /// Stable word for programs, message for people, hint for what to do next.
    public var report: (code: String, message: String, hint: String) {
        switch self {
        case .nameUnusable(let name):
            (
                "invalid_argument", "--name \(Self.shown(name)) can't name a server.",
                "Use 1 to 64 letters, digits, - and _."
            )
        case .addressUnusable(let address):
            (
                "invalid_argument", "--remote-url \(Self.shown(address)) is no address to write down.",
                "Use http:// or https:// and a host, without a user or a token, such as http://127.0.0.1:3000/mcp."
            )
        case .addressUnknown(let client):
            (
                "invalid_argument", "The file of \(client?.title ?? "the client") can't name a server by its address.",
                "Add the address in the client's own settings, or leave --remote-url out."
            )
        case .homeUnknown(let variable):
            ("home_unknown", "\(variable) is not set.", "Set it, or name the client's file with --file.")
        case .clientMissing(let client, let file):
            (
                "client_missing",
                "\(client.title) seems not to be installed: there is no \(Self.shown(file)), nor its folder.",
                "Start \(client.title) once, or write the file anyway with --file PATH."
            )
        case .folderMissing(let file):
            ("folder_missing", "The folder of \(Self.shown(file)) does not exist.", "Make it, or name another file.")
        case .fileUnusable(let file, let reason, let line, let column):
            (
                "file_unusable", "\(Self.shown(file)), line \(line), column \(column): \(SafeText.line(reason)).",
                "Mend the file there and try again, or add by hand what the command prints without --write. It was not changed."
            )
        case .notAFile(let file):
            (
                "not_a_file", "\(Self.shown(file)) is not a file that can be read.",
                "See what it is or points to (ls -l), or name another file with --file."
            )
        case .tooLarge(let file, let limit):
            (
                "file_too_large", "\(Self.shown(file)) is larger than \(limit >> 20) MiB.",
                "Check that it is the client's file."
            )
        case .readOnly(let file):
            (
                "permission_denied", "\(Self.shown(file)) may not be written.",
                "Allow it (chmod u+w), or change it where it is made, if a program such as home-manager makes it."
            )
        case .changedMeanwhile(let file):
            ("changed_meanwhile", "Another program changed \(Self.shown(file)) just now.", "Run the command again.")
        case .mergeFailed(let file):
            (
                "merge_failed", "\(Self.shown(file)) could not be changed safely, so it was left alone.",
                "Add by hand what the command prints without --write, and please report this."
            )
        case .system(let action, let file, let number):
            (
                "system_error", "\(Self.shown(file)) can't be \(action): \(String(cString: strerror(number))).",
                "Check the permissions of the file and its folder, and the space on the disk."
            )
        }
    }

    private static func shown(_ text: String) -> String { SafeText.shortened(SafeText.line(text), to: 200) }
}
