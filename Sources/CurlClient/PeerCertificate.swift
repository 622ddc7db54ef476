// What a server's certificate says of it.

/// One certificate that a server showed. Its words are the server's own: clean them before they are shown.
public struct PeerCertificate: Hashable, Sendable {
    /// Whom it is for.
    public let subject: String
    /// Who signed it, written like `subject`.
    public let issuer: String
    /// Its first moment, in seconds since 1970, UTC; nil when it can't be read.
    public let notBefore: Int64?
    /// Its last moment, in seconds since 1970, UTC; nil when it can't be read.
    public let notAfter: Int64?
    /// The host names and addresses that it is for (subjectAltName).
    public let names: [String]

    /// A certificate of these values.
    public init(subject: String, issuer: String, notBefore: Int64?, notAfter: Int64?, names: [String]) {
        self.subject = subject
        self.issuer = issuer
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.names = names
    }
}
