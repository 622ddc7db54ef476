// A whole reply, once its last byte has come.

/// A whole reply, whatever its status: a 404 or a 500 is a reply, not an error.
public struct HTTPReply: Sendable {
    /// The final status, 200 or more.
    public let status: Int
    /// The headers of the final reply.
    public let headers: HTTPHeaders
    /// The body without its transfer encoding; empty for HEAD.
    public let body: [UInt8]
    /// The server's certificate when this transfer made the TLS handshake; nil over a connection that stood already.
    public let certificate: PeerCertificate?
}
