// How a client's file writes down a server.

/// The form of a client's file and of a server's entry in it.
public struct Shape: Hashable, Sendable {
    enum Format: Hashable, Sendable {
        /// JSON; comments and trailing commas are kept where a file has them.
        case json
        /// TOML.
        case toml
    }

    let format: Format
    /// The member of the file that holds all servers by name.
    let servers: String
    /// What `type` says of a server that the client starts; nil when there is no such member.
    let commandType: String?
    /// The member with the address of a server that is asked over HTTP; nil when the file can't name one.
    let address: String?
    /// What `type` says of such a server; nil when there is no such member.
    let addressType: String?
    /// Whether the client reads comments and trailing commas.
    let readsComments: Bool

    init(
        _ format: Format, servers: String, commandType: String? = nil, address: String? = "url",
        addressType: String? = nil,
        readsComments: Bool = false
    ) {
        self.format = format
        self.servers = servers
        self.commandType = commandType
        self.address = address
        self.addressType = addressType
        self.readsComments = readsComments
    }

    /// What most clients read: `mcpServers` with `command`, `args` and `env`.
    public static let generic = Shape(.json, servers: "mcpServers")
}
