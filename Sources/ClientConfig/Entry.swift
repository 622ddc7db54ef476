// What a client is to know of our server.
public import JSON
import SafeText

/// Our server's entry in a client's file.
public struct Entry: Hashable, Sendable {
    /// Its name among the servers.
    public let name: String
    let server: Server

    enum Server: Hashable, Sendable {
        /// Started by the client. Of `known` variables those not in `variables` are taken out of an entry; others in it stay.
        case command(path: String, arguments: [String], variables: [Variable], known: [String])
        /// Asked over HTTP.
        case address(String)
    }

    /// A variable of the server's environment.
    public struct Variable: Hashable, Sendable {
        /// Its name.
        public let name: String
        /// Its value.
        public let value: String

        /// A variable as the client will set it.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// An entry for a server that the client starts: the program at `path`, absolute, with `arguments` and `variables`.
    ///
    /// `known` names all variables that a call like this decides about, set or not. Throws `nameUnusable`.
    public init(
        name: String, path: String, arguments: [String], variables: [Variable], known: [String]
    ) throws(ConfigError) {
        self.name = try Self.checked(name)
        server = .command(path: path, arguments: arguments, variables: variables, known: known)
    }

    /// An entry for a server that runs elsewhere, at `address` (`http://` or `https://`). Throws `nameUnusable`, `addressUnusable`.
    public init(name: String, address: String) throws(ConfigError) {
        self.name = try Self.checked(name)
        let rest = ["http://", "https://"].first { address.hasPrefix($0) }.map { address.dropFirst($0.count) }
        guard let host = rest?.prefix(while: { !"/?#".contains($0) }), !host.isEmpty, !host.contains("@"),
            address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }),
            Secrets.masked(address) == address
        else { throw .addressUnusable(Secrets.masked(address)) }
        server = .address(address)
    }

    /// Of the variables `names` those that `environment` sets and that may stand in a file; and why others may not.
    ///
    /// Left out are values that look like secrets, and those with characters that a reader would not see.
    public static func variables(
        _ names: [String], from environment: [String: String]
    ) -> (variables: [Variable], notes: [String]) {
        var variables: [Variable] = []
        var notes: [String] = []
        for name in names {
            guard let value = environment[name], !value.isEmpty else { continue }
            if Secrets.isSecret(name: name) || Secrets.masked(value, name: name) != value
                || Secrets.masked(value) != value || holdsPassword(value)
            {
                notes.append(
                    "\(name) is left out: it holds what looks like a secret. Set it where the client starts the server."
                )
            } else if SafeText.line(value) != value {
                notes.append("\(name) is left out: it holds characters that can't be seen.")
            } else {
                variables.append(Variable(name, value))
            }
        }
        return (variables, notes)
    }

    /// Whether some address in a list of them holds `USER:PASSWORD@`, which is no URL without a scheme, and a secret all the same.
    private static func holdsPassword(_ value: String) -> Bool {
        value.split(separator: ",").contains { part in
            guard let at = part.lastIndex(of: "@") else { return false }
            return part[..<at].split { $0 == "/" || $0 == "=" }.last?.contains(":") ?? false
        }
    }

    /// What the entry is in a file of this form, where none was before. Throws `addressUnknown` when the client can't be told an address.
    public func document(_ shape: Shape, client: Client? = nil) throws(ConfigError) -> JSON {
        Change.merge(try members(shape, client)).fresh ?? .object([:])
    }

    /// What becomes of a file of this form.
    func change(_ shape: Shape, _ client: Client? = nil) throws(ConfigError) -> Change {
        .merge([(shape.servers, .merge([(name, .merge(try members(shape, client)))]))])
    }

    /// What takes the entry out of a file of this form.
    static func removal(of name: String, _ shape: Shape) -> Change {
        .merge([(shape.servers, .merge([(name, .remove)]))])
    }

    private func members(_ shape: Shape, _ client: Client?) throws(ConfigError) -> [(key: String, change: Change)] {
        func text(_ text: String?) -> Change { text.map { .set(.string($0)) } ?? .remove }
        switch server {
        case .command(let path, let arguments, let variables, let known):
            let gone = known.filter { name in !variables.contains { $0.name == name } }
            let environment =
                variables.map { (key: $0.name, change: text($0.value)) } + gone.map { (key: $0, change: .remove) }
            return [
                ("type", text(shape.commandType)), ("command", text(path)),
                ("args", .set(.array(arguments.map { .string($0) }))), ("env", .merge(environment)),
            ] + Self.membersOfAddresses.map { ($0, .remove) }
        case .address(let address):
            guard let key = shape.address else { throw .addressUnknown(client) }
            let others = Self.membersOfCommands + ["url", "serverUrl"].filter { $0 != key }
            return [("type", text(shape.addressType)), (key, text(address))] + others.map { ($0, .remove) }
        }
    }

    /// What makes no sense, or is an error to the client, beside `command`.
    private static let membersOfAddresses = [
        "url", "serverUrl", "headers", "http_headers", "env_http_headers", "bearer_token_env_var",
    ]
    /// The same beside an address.
    private static let membersOfCommands = ["command", "args", "env", "envFile", "env_vars", "cwd"]

    /// Names that all clients take: Codex and Claude Code want these characters.
    private static func checked(_ name: String) throws(ConfigError) -> String {
        guard (1...64).contains(name.utf8.count),
            name.utf8.allSatisfy({ $0.isLetterOrDigit || $0 == 0x2D || $0 == 0x5F })
        else { throw .nameUnusable(name) }
        return name
    }
}
