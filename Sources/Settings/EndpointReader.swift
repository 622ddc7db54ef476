// Reads the address of an engine as docker CLI's users write it.
import CurlClient
import DockerSources
import SafeText

/// Why a text is no address of an engine, with a good one.
struct EndpointProblem: Error {
    let advice: String
}

/// Turns addresses into endpoints, with what the environment and docker's own files say about them.
struct EndpointReader {
    /// Where the engine of this machine is looked for.
    let socketPaths: [String]
    /// What `DOCKER_TLS_VERIFY` or `DOCKER_TLS` ask for; nil when neither does.
    let tls: TLSOptions?
    let contexts: ContextStore

    static let example = "write tcp://HOST:2375, such as tcp://203.0.113.7:2375, or unix:///var/run/docker.sock"

    /// How an address's own options change its TLS.
    enum TLSWish: Hashable {
        /// As the environment says.
        case standard
        /// None, whatever the environment says.
        case off
        /// These.
        case options(TLSOptions)
    }

    /// The endpoint of `tcp://HOST[:PORT]`, `http(s)://HOST[:PORT]`, `ssh://[USER@]HOST[:PORT][/SOCKET]`, `unix:///PATH`,
    /// `context:NAME` or `auto`.
    func endpoint(_ text: String, tls wish: TLSWish = .standard) throws(EndpointProblem) -> EndpointSetting {
        if text == "auto" { return .localSocket(paths: socketPaths) }
        if text.hasPrefix("context:") { return try endpoint(ofContext: String(text.dropFirst(8)), wish) }
        guard let mark = text.firstRange(of: "://") else {
            throw EndpointProblem(advice: "it has no scheme; \(Self.example)")
        }
        let scheme = text[..<mark.lowerBound].lowercased()
        let rest = text[mark.upperBound...]
        switch scheme {
        case "unix":
            if let problem = SettingsReader.problem(withSocketPath: String(rest)) {
                throw EndpointProblem(advice: problem.replacing("such as /", with: "such as unix:///"))
            }
            return .localSocket(paths: [String(rest)])
        case "tcp", "http", "https": return try tcp(scheme, rest, wish)
        case "ssh": return .ssh(try SSHDestination(authority: rest))
        case "npipe", "fd":
            throw EndpointProblem(advice: "\(scheme):// can't be reached from here; \(Self.example)")
        default: throw EndpointProblem(advice: "its scheme is none that an engine speaks; \(Self.example)")
        }
    }

    private func tcp(_ scheme: String, _ rest: Substring, _ wish: TLSWish) throws(EndpointProblem) -> EndpointSetting {
        let options: TLSOptions?
        switch wish {
        case .standard: options = tls ?? (scheme == "https" ? TLSOptions() : nil)
        case .options(let own): options = own
        case .off:
            if scheme == "https" {
                throw EndpointProblem(advice: "https:// without TLS; write tcp:// for a plain port")
            }
            options = nil
        }
        let standardPort = scheme == "https" ? 443 : options != nil ? 2376 : scheme == "http" ? 80 : 2375
        let (host, port) = try Self.authority(rest, standardPort: standardPort)
        return options.map { .tls(host: host, port: port, $0) } ?? .tcp(host: host, port: port)
    }

    /// A context brings its own certificates; what the environment says about TLS is not about it.
    private func endpoint(ofContext name: String, _ wish: TLSWish) throws(EndpointProblem) -> EndpointSetting {
        if name == "default" { return .localSocket(paths: socketPaths) }
        let context = try contexts.context(name)
        let own = wish == .standard ? context.tls.map(TLSWish.options) ?? .off : wish
        guard !context.host.hasPrefix("context:"), context.host != "auto" else {
            throw EndpointProblem(advice: "the context's host is no address")
        }
        let isHTTPS = context.host.lowercased().hasPrefix("https://")
        do throws(EndpointProblem) {
            let reader = EndpointReader(socketPaths: socketPaths, tls: nil, contexts: contexts)
            return try reader.endpoint(context.host, tls: own == .off && isHTTPS ? .standard : own)
        } catch {
            let shown = SafeText.shortened(Secrets.masked(SafeText.line(context.host)), to: 100)
            throw EndpointProblem(advice: "the context's host is \(shown): \(error.advice)")
        }
    }

    /// A host, and its port or the standard one.
    static func authority(_ text: Substring, standardPort: Int) throws(EndpointProblem) -> (host: String, port: Int) {
        var text = text
        if text.last == "/" { text = text.dropLast() }
        guard !text.contains("@") else {
            throw EndpointProblem(
                advice: "an address holds no user and password, which the Engine API does not know; \(example)")
        }
        guard !text.contains(where: { "/?#".contains($0) }) else {
            throw EndpointProblem(advice: "an address ends with the port; \(example)")
        }
        let (host, port) = try parted(text)
        guard isHost(host) else { throw EndpointProblem(advice: "it names no host; \(example)") }
        return (host, try port.map(number) ?? standardPort)
    }

    static func number(_ port: Substring) throws(EndpointProblem) -> Int {
        guard let number = Int(port), (1...65_535).contains(number), port.allSatisfy(\.isNumber) else {
            throw EndpointProblem(advice: "a port is a number from 1 to 65535; \(example)")
        }
        return number
    }

    /// The host without brackets, and the text after its colon.
    static func parted(_ text: Substring) throws(EndpointProblem) -> (host: String, port: Substring?) {
        if text.first == "[" {
            guard let close = text.firstIndex(of: "]") else {
                throw EndpointProblem(advice: "the bracket of its IPv6 address is not closed; \(example)")
            }
            let host = text[text.index(after: text.startIndex)..<close]
            let rest = text[text.index(after: close)...]
            guard host.contains(":"), rest.isEmpty || rest.first == ":" else { throw EndpointProblem(advice: example) }
            return (String(host), rest.isEmpty ? nil : rest.dropFirst())
        }
        guard let colon = text.firstIndex(of: ":") else { return (String(text), nil) }
        guard text[text.index(after: colon)...].firstIndex(of: ":") == nil else {
            throw EndpointProblem(advice: "an IPv6 address stands in brackets: tcp://[2001:db8::7]:2375")
        }
        return (String(text[..<colon]), text[text.index(after: colon)...])
    }

    /// A name, IPv4 or IPv6 address: letters, digits, dots, dashes, underscores, colons and the percent sign of a zone.
    static func isHost(_ host: String) -> Bool {
        guard let first = host.utf8.first, host.utf8.count <= 253, first != UInt8(ascii: "-"),
            host.utf8.count(where: { $0 == UInt8(ascii: ":") }) != 1
        else { return false }
        return host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: ".-_:%".utf8.contains(byte)
            }
        }
    }
}

extension SSHDestination {
    /// The destination of `[USER@]HOST[:PORT][/SOCKET]`: what `ssh` gets holds nothing that it, or a shell, reads otherwise.
    init(authority text: Substring) throws(EndpointProblem) {
        let example = "write ssh://USER@HOST, such as ssh://root@203.0.113.7, or ssh://HOST:22/run/docker.sock"
        let slash = text.firstIndex(of: "/") ?? text.endIndex
        var authority = text[..<slash]
        let path = text[slash...] == "/" ? "" : String(text[slash...])
        var user: String?
        if let at = authority.lastIndex(of: "@") {
            let name = String(authority[..<at])
            guard !name.contains(":") else {
                throw EndpointProblem(
                    advice: "ssh takes no password from an address; use a key (ssh-copy-id); \(example)")
            }
            guard Self.isName(name) else { throw EndpointProblem(advice: "its user is none; \(example)") }
            user = name
            authority = authority[authority.index(after: at)...]
        }
        let (host, port) = try EndpointReader.parted(authority)
        guard EndpointReader.isHost(host) else { throw EndpointProblem(advice: "it names no host; \(example)") }
        // The other side's shell may be any, cmd.exe too.
        guard path.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "/._-+@:,=~".contains($0)) }) else {
            throw EndpointProblem(advice: "the path of its socket holds a character that is not taken; \(example)")
        }
        self.init(
            user: user, host: host, port: try port.map(EndpointReader.number), socketPath: path.isEmpty ? nil : path)
    }

    /// A name as systems have them: no dash at its beginning, which ssh would read as an option.
    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, first != UInt8(ascii: "-"), name.utf8.count <= 64 else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "._-+".utf8.contains(byte)
            }
        }
    }
}
