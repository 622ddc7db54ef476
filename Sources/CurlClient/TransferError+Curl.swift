// Each failure of libcurl as one TransferError.
import CCurl
import Glibc

extension TransferError {
    /// Reads the cause from the code, the system's error number, and how far the transfer came.
    init(_ code: CURLcode, of transfer: Transfer) {
        let message = transfer.handle.message(for: code), request = transfer.request
        // The time at which the request was about to be sent; 0 when there was no connection by then.
        let isConnected = transfer.handle.microseconds(CURLINFO_PRETRANSFER_TIME_T) > 0
        if let error = TransferError(tls: code, of: transfer, message) {
            self = error
            return
        }
        switch code {
        case CURLE_COULDNT_CONNECT:
            self.init(connectError: Int32(transfer.handle.integer(CURLINFO_OS_ERRNO)), request, message)
        case CURLE_COULDNT_RESOLVE_HOST: self = .hostNotFound
        case CURLE_OPERATION_TIMEDOUT:
            let limit = request.connectLimit
            if !isConnected, message.hasPrefix("SSL connection timeout") {
                // It took the connection and says nothing of TLS, like an engine that hangs. 7.88.1 tells it by its words
                // only: the time of the connection is not told before the handshake is over.
                self = .deadlineExceeded(after: limit)
                return
            }
            self = isConnected ? .deadlineExceeded(after: request.deadline ?? limit) : .connectTimedOut(after: limit)
        case CURLE_RECV_ERROR where message.lowercased().contains("chunk"): self = .malformedReply(message)
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE:
            self = .connectionClosed(message)
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING:
            self = .malformedReply(message)
        case CURLE_OUT_OF_MEMORY where !transfer.hasHead:
            // libcurl says so of a header line that is longer than it takes.
            self = .malformedReply("a header line is too long")
        case CURLE_BAD_FUNCTION_ARGUMENT where isConnected:
            // It says so of header and trailer lines that it can't parse.
            self = .malformedReply(message)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_SHUTDOWN_FAILED,
            CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT, CURLE_USE_SSL_FAILED:
            self = .tlsFailed(message)
        default: self = .other(code: Int(code.rawValue), message: message)
        }
    }

    private init(connectError number: Int32, _ request: HTTPRequest, _ message: String) {
        switch number {
        case ENOENT, ENOTDIR: self = .socketMissing
        case EACCES, EPERM: self = .permissionDenied
        case ECONNREFUSED: self = .connectionRefused
        case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN: self = .noRoute
        case ETIMEDOUT: self = .connectTimedOut(after: request.connectTimeout)
        default: self = .other(code: Int(CURLE_COULDNT_CONNECT.rawValue), message: message)
        }
    }
}

extension HTTPRequest {
    /// What connecting may take: the whole deadline counts too.
    var connectLimit: Duration { min(connectTimeout, deadline ?? connectTimeout) }
}

extension ReplyHead {
    /// Whether a server that speaks TLS says that it was spoken to plainly: Go's (and so Docker's) or nginx's words,
    /// or, where there is no body to read them in, Go's bare status line, which no handler can write.
    func asksForTLS(_ body: [UInt8]) -> Bool {
        guard status == 400 else { return false }
        if body.isEmpty { return headers.isEmpty }
        let text = String(decoding: body.prefix(512), as: UTF8.self).lowercased()
        return text.contains("http request to an https server") || text.contains("http request was sent to https port")
    }
}
