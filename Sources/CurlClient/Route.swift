// How a server is reached.

/// How a server is reached: the unix socket or the TCP address that a transfer connects to.
public enum Route: Hashable, Sendable {
    /// A stream socket in the file system.
    case unixSocket(path: String)
    /// Plain HTTP. `host` is a name, an IPv4 address, or an IPv6 address without brackets.
    case tcp(host: String, port: Int)
    /// HTTP over TLS 1.2 or newer; `host` as above.
    case tls(host: String, port: Int, TLSOptions)
}
