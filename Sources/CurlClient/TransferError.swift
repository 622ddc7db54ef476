// Why a transfer gave no reply.

/// Why a transfer gave no reply. A closed list: every failure of libcurl becomes one of these.
public enum TransferError: Error, Hashable, Sendable {
    /// The unix socket does not exist.
    case socketMissing
    /// This user may not connect to the unix socket.
    case permissionDenied
    /// Nothing listens there.
    case connectionRefused
    /// The host's name has no address.
    case hostNotFound
    /// The network or host can't be reached from here.
    case noRoute
    /// There was no connection within the time allowed for it.
    case connectTimedOut(after: Duration)
    /// The server accepted the connection and did not answer in time.
    case deadlineExceeded(after: Duration)
    /// We spoke plain HTTP, the server speaks TLS or asks for it.
    case tlsExpected
    /// We spoke TLS, the server speaks plain HTTP.
    case plainExpected
    /// The server's certificate is not trusted; the certificate that is at fault, when it could be had.
    case tlsUntrusted(DistrustReason, PeerCertificate?)
    /// The server's certificate is sound, and not for this name.
    case tlsHostname(String, PeerCertificate?)
    /// The server wants a certificate of ours, or another one.
    case tlsClientCertificate(ClientCertificateRefusal)
    /// A file of the route's TLS options is no good; nothing was connected.
    case tlsFile(TLSFileError)
    /// The TLS handshake failed otherwise; the text is libcurl's.
    case tlsFailed(String)
    /// The connection ended before the reply did: early end, empty reply, or reset. The text is libcurl's.
    case connectionClosed(String)
    /// What came is not HTTP/1.x, or its headers are too large.
    case malformedReply(String)
    /// The body is larger than the request allows, in bytes.
    case replyTooLarge(limit: Int)
    /// The task was cancelled, or the stream was.
    case cancelled
    /// Anything else, with libcurl's code (or the system's, when libcurl was not asked) and a text for people.
    case other(code: Int, message: String)
}

/// Why a server's certificate is not trusted.
public enum DistrustReason: Hashable, Sendable {
    /// It is not signed by an authority that we trust.
    case unknownAuthority
    /// It is signed by nobody but itself.
    case selfSigned
    /// Its time is over.
    case expired
    /// Its time has not come yet, or this machine's clock is wrong.
    case notYetValid
    /// The time of an authority between it and those that we trust is over, or of that one.
    case authorityExpired
    /// Its authority has revoked it.
    case revoked
    /// It, or an authority of it, may not be used for this.
    case wrongPurpose
    /// Its key or signature is too weak for this machine's OpenSSL.
    case weak
    /// Anything else: OpenSSL's number (X509_V_ERR_...) and words.
    case other(code: Int, words: String)
}

/// What a server has against our certificate.
public enum ClientCertificateRefusal: Hashable, Sendable {
    /// It wants one, and none is set.
    case missing
    /// Ours is over since then, in seconds since 1970.
    case expired(Int64)
    /// Ours begins then, in seconds since 1970.
    case notYetValid(Int64)
    /// It does not take ours; the TLS alert that it sent (RFC 8446 section 6), nil when it said so in HTTP or not at all.
    case refused(alert: Int?)
}
