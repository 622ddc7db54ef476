// Refuses what could make a server read two requests where we meant one, before a byte is sent.
import Glibc

/// Checks a request's text before libcurl gets it. The wire format has no escaping, so a bad character is refused.
enum RequestCheck {
    /// What a unix socket's address holds: 108 bytes on Linux, the last one 0.
    static let longestSocketPath = 107

    /// Throws `.other` with a text for people when the request can't be sent as it is.
    static func check(_ request: HTTPRequest) throws(TransferError) {
        try check(path: request.path)
        try check(route: request.route)
        for (name, value) in request.headers { try check(header: name, value: value) }
    }

    private static func check(path: String) throws(TransferError) {
        guard path.utf8.first == UInt8(ascii: "/") else { throw refusal("a request path must start with \"/\"") }
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") }) else {
            throw refusal("a request path must be percent-encoded: no spaces, control characters, \"#\" or non-ASCII")
        }
    }

    private static func check(route: Route) throws(TransferError) {
        switch route {
        case .unixSocket(let path):
            guard !path.isEmpty, !path.utf8.contains(0) else {
                throw refusal("the socket path is empty or holds a NUL")
            }
            guard path.utf8.count <= longestSocketPath else {
                throw .other(
                    code: Int(ENAMETOOLONG),
                    message: "the socket path has \(path.utf8.count) bytes, the system allows \(longestSocketPath)")
            }
        case .tcp(let host, let port): try check(host: host, port: port)
        case .tls(let host, let port, let options):
            try check(host: host, port: port)
            if let name = options.serverName { try check(host: name, port: port) }
        }
    }

    private static func check(host: String, port: Int) throws(TransferError) {
        guard (1...65535).contains(port) else { throw refusal("port \(port) is not within 1...65535") }
        // A percent sign starts an IPv6 zone; in a name it would be decoded to what is forbidden here.
        let forbidden = Array(((host.contains(":") ? "" : "%") + "/?#@[]\\<>\"").utf8)
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f && !forbidden.contains($0) }) else {
            throw refusal("a host must be a name or an address, without brackets, port, user or path")
        }
    }

    private static func check(header name: String, value: String) throws(TransferError) {
        let marks = Array("!#$%&'*+-.^_`|~".utf8)
        guard !name.isEmpty,
            name.utf8.allSatisfy({ byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"):
                    true
                default: marks.contains(byte)
                }
            })
        else { throw refusal("a header name holds a character that is not allowed there") }
        guard value.utf8.allSatisfy({ ($0 >= 0x20 && $0 != 0x7f) || $0 == 0x09 }) else {
            throw refusal("the header \(name) holds a control character")
        }
        guard !["connection", "content-length", "transfer-encoding", "upgrade"].contains(name.lowercased()) else {
            throw refusal("the header \(name) is libcurl's own")
        }
    }

    private static func refusal(_ message: String) -> TransferError {
        .other(code: Int(EINVAL), message: message)
    }
}
