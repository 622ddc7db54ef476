// What a failure says of the source as a whole: whether asking again would only cost time.

extension SourceError.Code {
    /// What a failure says of the source's health.
    enum Meaning: Hashable, Sendable {
        /// The engine answered, and is well: what was asked for is not there, or not now.
        case answer
        /// Something answered, and not well. It costs no time, and other questions may fare better.
        case fault
        /// The source is not there, or can't be used until somebody changes something.
        case absence
        /// No answer in time: one slow question, or an engine that hangs. A ping tells which.
        case silence
        /// It says nothing of the source.
        case nothing
    }

    var meaning: Meaning {
        switch self {
        case .notFound, .ambiguous, .conflict: .answer
        case .engineError, .replyTooLarge, .replyMalformed, .apiUnsupported, .unauthorized: .fault
        case .socketMissing, .permissionDenied, .connectionRefused, .hostNotFound, .noRoute, .connectTimeout,
            .tlsUntrusted, .tlsHostname, .tlsClientCertificate, .tlsExpected, .plainExpected, .sshHostKey,
            .sshUnauthorized, .sshFailed, .notDocker:
            .absence
        case .deadlineExceeded: .silence
        case .circuitOpen, .cancelled: .nothing
        }
    }
}

extension SourceError {
    /// A failure that took less costs a call nothing, beside sources that answer within milliseconds.
    static let cheapTime = Duration.milliseconds(2)

    /// Whether asking again costs nothing, so that the source is asked every time: somebody who just started Docker,
    /// or corrected a file, sees it at once.
    ///
    /// That is so of a local socket that is missing, refuses or is forbidden, however busy this machine is, and of all
    /// that fails within `cheapTime`.
    func isCheap(on kind: SourceKind, after time: Duration) -> Bool {
        if time < Self.cheapTime { return true }
        return kind == .localSocket && [.socketMissing, .permissionDenied, .connectionRefused].contains(code)
    }
}
