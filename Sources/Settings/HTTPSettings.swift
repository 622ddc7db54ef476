// How the server may be reached over HTTP, and by whom.

/// The settings of the HTTP transport.
public struct HTTPSettings: Hashable, Sendable {
    /// The address that it listens on.
    public var host: String
    /// The port that it listens on.
    public var port: Int
    /// Who may use it; empty for anybody who can reach it.
    public var tokens: [AccessToken]
    /// A file with more tokens; read when the server starts.
    public var tokenFile: String?
    /// Whether it may listen beyond this machine without a token.
    public var allowsUnauthenticated: Bool
    /// Values of `Host` that are accepted beside this machine's own names.
    public var allowedHosts: [String]
    /// Values of `Origin` that are accepted beside this machine's own.
    public var allowedOrigins: [String]
    /// Requests a second of one caller, or of one address where there is no token; nil for no limit.
    public var requestsPerSecond: Int?
    /// Certificate and key in PEM, for TLS; nil for plain HTTP.
    public var tls: TLSFiles?
    /// Where a variable's value comes from, when that is the configuration file.
    var names: [String: String] = [:]

    /// The variable, or the place in the configuration file that speaks for it, for messages.
    public func name(of variable: String) -> String { names[variable] ?? variable }

    /// Certificate and key in PEM.
    public struct TLSFiles: Hashable, Sendable {
        /// The chain, the server's own certificate first.
        public let certificate: String
        /// The server's private key.
        public let key: String
    }

    /// Whether only this machine can reach the address.
    public var isLoopback: Bool {
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." })
    }

    /// What keeps the server from starting; nil when nothing does. `tokens` are all that were found, in the file too.
    public func problem(withTokens tokens: [AccessToken]) -> String? {
        guard tokens.isEmpty, !isLoopback, !allowsUnauthenticated else { return nil }
        return
            "\(name(of: "MCP_HOST"))=\(host) lets others than this machine in, and no token is set: set MCP_AUTH_TOKEN or MCP_AUTH_TOKEN_FILE, "
            + "listen on 127.0.0.1, or accept the risk with --allow-unauthenticated."
    }
}

/// One token that lets its bearer in, and the name that the audit trail has for it.
public struct AccessToken: Hashable, Sendable {
    /// For the audit trail.
    public let name: String
    /// What the bearer shows.
    public let secret: String

    /// The tokens in `text`: one a line, `NAME: TOKEN` or the token alone; empty lines and lines with `#` in front are skipped.
    ///
    /// A token is 16 to 512 visible ASCII characters. Throws what is wrong, without the token.
    public static func list(_ text: String, from place: String) throws(SettingsError) -> [AccessToken] {
        var tokens: [AccessToken] = []
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = String(line).trimmed
            if line.isEmpty || line.hasPrefix("#") { continue }
            let colon = line.firstIndex(of: ":")
            let name = colon.map { String(line[..<$0]).trimmed } ?? "token-\(tokens.count + 1)"
            let secret = colon.map { String(line[line.index(after: $0)...]).trimmed } ?? line
            guard (16...512).contains(secret.utf8.count), secret.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
                isName(name)
            else {
                throw SettingsError(problems: [
                    "\(place), line \(number + 1): a line is NAME: TOKEN or a token alone, and a token has 16 to 512 visible ASCII characters; "
                        + "make one with: openssl rand -hex 32"
                ])
            }
            guard !tokens.contains(where: { $0.name == name }) else {
                throw SettingsError(problems: [
                    "\(place), line \(number + 1): the name \(name) comes twice; names tell tokens apart in the audit trail."
                ])
            }
            tokens.append(AccessToken(name: name, secret: secret))
        }
        return tokens
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 64 && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}
