// Whom we trust over TLS, and who we are there.

/// How one server is verified, and what it is shown of us. Files are read when a transfer starts and again when they
/// have changed, so that a renewed certificate needs no restart.
public struct TLSOptions: Hashable, Sendable {
    /// Path of a PEM file with the authorities that may have signed the server's certificate, in place of the system's;
    /// nil: the system's store.
    public var authority: String?
    /// Path of a PEM file with our certificate, followed by those between it and its authority; nil: we show none.
    public var certificate: String?
    /// Path of the PEM file with the key of `certificate`, without a passphrase; nil: it is in the certificate's file.
    public var key: String?
    /// The name or address that the certificate must be for, also sent as SNI and in `Host`, in place of the route's host.
    public var serverName: String?
    /// Whether the server's certificate must be signed by an authority and be for the name. False lets anybody answer.
    public var verifiesServer: Bool

    /// Options of these values; without any: the system's authorities, and no certificate of ours.
    public init(
        authority: String? = nil, certificate: String? = nil, key: String? = nil, serverName: String? = nil,
        verifiesServer: Bool = true
    ) {
        self.authority = authority
        self.certificate = certificate
        self.key = key
        self.serverName = serverName
        self.verifiesServer = verifiesServer
    }
}
