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
    /// The TLS handshake failed; the text is libcurl's.
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
