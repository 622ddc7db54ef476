// Reads the address of an engine as docker CLI's users write it.

/// Why a text is no address of an engine, with a good one.
struct EndpointProblem: Error {
    let advice: String
}

extension EndpointSetting {
    private static let example = "write tcp://HOST:2375, such as tcp://203.0.113.7:2375, or unix:///var/run/docker.sock"

    /// The address that `text` gives: `tcp://HOST[:PORT]`, `http://HOST[:PORT]` or `unix:///PATH`.
    init(_ text: String, isTLSWanted: Bool) throws(EndpointProblem) {
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
            self = .localSocket(paths: [String(rest)])
        case "tcp", "http":
            let standardPort = isTLSWanted ? 2376 : scheme == "http" ? 80 : 2375
            let (host, port) = try Self.authority(rest, standardPort: standardPort)
            if isTLSWanted {
                throw EndpointProblem(
                    advice:
                        "DOCKER_TLS_VERIFY or DOCKER_TLS asks for TLS (port \(port)), which is not served yet, and it is never asked in plain HTTP instead; "
                        + "unset them only where a VPN or tunnel protects port 2375")
            }
            self = .tcp(host: host, port: port)
        case "https", "ssh":
            throw EndpointProblem(advice: "\(scheme):// sources are not served yet; \(Self.example)")
        default:
            throw EndpointProblem(advice: "its scheme is none that an engine speaks; \(Self.example)")
        }
    }

    private static func authority(_ text: Substring, standardPort: Int) throws(EndpointProblem) -> (
        host: String, port: Int
    ) {
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
        guard let port else { return (host, standardPort) }
        guard let number = Int(port), (1...65_535).contains(number), port.allSatisfy(\.isNumber) else {
            throw EndpointProblem(advice: "a port is a number from 1 to 65535; \(example)")
        }
        return (host, number)
    }

    /// The host without brackets, and the text after its colon.
    private static func parted(_ text: Substring) throws(EndpointProblem) -> (host: String, port: Substring?) {
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
