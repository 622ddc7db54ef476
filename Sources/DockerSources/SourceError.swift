// Why one source gave no answer; the others still answer.

/// One source's failure: a stable word for programs, a message for people, and what to do next.
public struct SourceError: Error, Hashable, Sendable {
    /// What kind of failure it is.
    public let code: Code
    /// What happened, naming the source and its address; holds no secrets.
    public let message: String
    /// What a person does next.
    public let hint: String
    /// With `circuit_open`: what failed before, so that the source is not asked now; nil otherwise.
    public let cause: Code?
    /// With `circuit_open`: how long until the source is tried again; nil otherwise.
    public let retryIn: Duration?

    /// A failure with these words.
    public init(_ code: Code, _ message: String, hint: String, cause: Code? = nil, retryIn: Duration? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.cause = cause
        self.retryIn = retryIn
    }

    /// The kinds of failure. Words are added here, never changed.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// No socket at its path.
        case socketMissing = "socket_missing"
        /// The socket may not be opened.
        case permissionDenied = "permission_denied"
        /// Nobody listens.
        case connectionRefused = "connection_refused"
        /// The host's name has no address.
        case hostNotFound = "host_not_found"
        /// The network does not lead there.
        case noRoute = "no_route"
        /// No connection within the limit.
        case connectTimeout = "connect_timeout"
        /// Connected, and no whole answer within the limit.
        case deadlineExceeded = "deadline_exceeded"
        /// The engine's certificate is signed by nobody that we trust.
        case tlsUntrusted = "tls_untrusted"
        /// The engine's certificate is for another host.
        case tlsHostname = "tls_hostname"
        /// The engine wants a client certificate, or another one.
        case tlsClientCertificate = "tls_client_certificate"
        /// We spoke plain HTTP, and the engine speaks TLS.
        case tlsExpected = "tls_expected"
        /// We spoke TLS, and the engine speaks plain HTTP.
        case plainExpected = "plain_expected"
        /// ssh does not know the host's key, or the host shows another one.
        case sshHostKey = "ssh_host_key"
        /// The host does not let us in by ssh.
        case sshUnauthorized = "ssh_unauthorized"
        /// ssh can't be started, or ends for another reason than those that have a word of their own.
        case sshFailed = "ssh_failed"
        /// Something answers there, and it is no Docker engine.
        case notDocker = "not_docker"
        /// No API version that both sides speak.
        case apiUnsupported = "api_unsupported"
        /// Something before the engine wants credentials.
        case unauthorized = "unauthorized"
        /// The engine has no such object.
        case notFound = "not_found"
        /// Several objects fit.
        case ambiguous = "ambiguous"
        /// The object's state does not allow the question.
        case conflict = "conflict"
        /// The engine failed.
        case engineError = "engine_error"
        /// The reply is larger than we accept.
        case replyTooLarge = "reply_too_large"
        /// The reply is broken, or not what the API promises.
        case replyMalformed = "reply_malformed"
        /// The source failed a moment ago and is not asked again yet.
        case circuitOpen = "circuit_open"
        /// Whoever asked no longer wants to know.
        case cancelled = "cancelled"
    }

    /// What the failure says of the source.
    public var state: SourceState {
        switch cause ?? code {
        case .permissionDenied, .hostNotFound, .tlsUntrusted, .tlsHostname, .tlsClientCertificate, .tlsExpected,
            .plainExpected,
            .sshHostKey, .sshUnauthorized, .sshFailed, .notDocker, .apiUnsupported, .unauthorized:
            .misconfigured
        case .socketMissing, .connectionRefused, .noRoute, .connectTimeout, .deadlineExceeded, .circuitOpen, .cancelled:
            .unreachable
        case .notFound, .ambiguous, .conflict, .engineError, .replyTooLarge, .replyMalformed: .degraded
        }
    }
}

/// How a source is doing.
public enum SourceState: String, Hashable, Sendable {
    /// It answered.
    case connected
    /// It answers, and not all or not well.
    case degraded
    /// It does not answer.
    case unreachable
    /// It can't answer until somebody changes a setting.
    case misconfigured
}
