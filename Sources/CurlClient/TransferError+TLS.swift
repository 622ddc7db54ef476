// What fails in TLS, by the numbers that OpenSSL and the peer give.
import CCurl
import Glibc

extension TransferError {
    /// A failure in TLS; nil when the code is none of TLS.
    init?(tls code: CURLcode, of transfer: Transfer, _ message: String) {
        guard case .tls(let host, _, let options) = transfer.request.route else { return nil }
        // Some alerts of the server come with codes that libcurl has for our own findings, too.
        if let error = OpenSSLError(in: message), error.alert != nil {
            self.init(error, options, transfer, message)
            return
        }
        switch code {
        case CURLE_PEER_FAILED_VERIFICATION:
            let number = transfer.handle.integer(CURLINFO_SSL_VERIFYRESULT),
                certificate = transfer.handle.certificates.first
            let isUnverified = ![0, 1].contains(number)
            if !isUnverified, certificate == nil {
                // The server's alert that ours has expired, for which libcurl has this code, too.
                self = .tlsClientCertificate(.init(alert: 45, options, transfer.material))
            } else if !isUnverified || [62, 64].contains(number) {
                // libcurl compares the names itself, once OpenSSL has found no fault (0, or 1 where that is not kept).
                self = .tlsHostname(options.serverName ?? host, certificate)
            } else {
                self = .tlsUntrusted(DistrustReason(number, message), certificate)
            }
        case CURLE_SSL_CERTPROBLEM: self = .tlsFile(Self.rejectedIdentity(options, message))
        case CURLE_SSL_CACERT_BADFILE:
            self = options.authority.map { .tlsFile(TLSFileError(.authority, $0, .damaged)) } ?? .tlsFailed(message)
        case CURLE_SSL_CONNECT_ERROR, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING:
            if transfer.wasTurnedAway {
                self = .tlsClientCertificate(.init(alert: nil, options, transfer.material))
                return
            }
            guard let error = OpenSSLError(in: message) else {
                if code == CURLE_SSL_CONNECT_ERROR { self = .tlsFailed(message) } else { return nil }
                return
            }
            self.init(error, options, transfer, message)
        default: return nil
        }
    }

    /// From "no certificate" to "certificate unknown", unknown authority, access denied, certificate required.
    private static let clientCertificateAlerts: Set = [41, 42, 43, 44, 45, 46, 48, 49, 116]

    private init(_ error: OpenSSLError, _ options: TLSOptions, _ transfer: Transfer, _ message: String) {
        let notes = transfer.notes
        switch error.alert {
        case let alert? where Self.clientCertificateAlerts.contains(alert):
            self = .tlsClientCertificate(.init(alert: alert, options, transfer.material))
        case 40 where options.certificate == nil && notes.asksForClientCertificate:
            // Only "handshake failure", from servers that speak TLS 1.2 at most; but it had asked for one.
            self = .tlsClientCertificate(.missing)
        case nil where error.reason == OpenSSLError.wrongVersion:
            self =
                notes.metPlainServer && !notes.metHTTP
                ? .malformedReply("it begins neither like TLS nor like HTTP") : .plainExpected
        default: self = .tlsFailed(message)
        }
    }

    /// libcurl checked what we could not: a kind of key that we don't compare, or contents that OpenSSL does not read.
    private static func rejectedIdentity(_ options: TLSOptions, _ message: String) -> TLSFileError {
        let certificate = options.certificate ?? ""
        if message.contains("key") {
            return TLSFileError(.key, options.key ?? certificate, .mismatch(certificate: certificate))
        }
        return TLSFileError(.certificate, certificate, .damaged)
    }

    /// Whether a second look at the server may tell more.
    var callsForProbe: Bool {
        switch self {
        case .tlsUntrusted(_, nil), .tlsFailed, .plainExpected, .connectionClosed: true
        default: false
        }
    }

    /// The same with the certificate that is at fault, from the chain that the server showed.
    func completed(by probe: ConnectionProbe) -> TransferError {
        guard case .tlsUntrusted(let reason, nil) = self else { return self }
        let now = Int64(time(nil))
        switch reason {
        case .expired:
            let index = probe.chain.firstIndex { ($0.notAfter ?? now) < now }
            if let index, index == 0 { return .tlsUntrusted(.expired, probe.chain[index]) }
            // Servers rarely send the authority itself.
            return probe.chain.isEmpty ? self : .tlsUntrusted(.authorityExpired, index.map { probe.chain[$0] })
        case .notYetValid:
            return .tlsUntrusted(reason, probe.chain.first { ($0.notBefore ?? now) > now } ?? probe.chain.first)
        default: return .tlsUntrusted(reason, probe.chain.first)
        }
    }
}

extension DistrustReason {
    /// From OpenSSL's number of the fault (x509_vfy.h).
    init(_ number: Int, _ message: String) {
        self =
            switch number {
            // The issuer is not there (2, 20, 21), is there and not trusted (19, 27, 28), or has the right name and another key (7, 30).
            case 2, 7, 19, 20, 21, 27, 28, 30: .unknownAuthority
            case 9: .notYetValid
            case 10: .expired
            case 18: .selfSigned
            case 23: .revoked
            case 24, 25, 26, 32, 79, 92: .wrongPurpose
            case 66, 67, 68: .weak
            default: .other(code: number, words: message)
            }
    }
}

extension ClientCertificateRefusal {
    init(alert: Int?, _ options: TLSOptions, _ material: TLSMaterial?) {
        let now = Int64(time(nil))
        if options.certificate == nil {
            self = .missing
        } else if let end = material?.notAfter, end < now {
            self = .expired(end)
        } else if let start = material?.notBefore, start > now {
            self = .notYetValid(start)
        } else {
            self = .refused(alert: alert)
        }
    }
}

/// The number in OpenSSL's `error:0A000412:SSL routines::sslv3 alert bad certificate`.
struct OpenSSLError: Equatable {
    /// Why, within OpenSSL's SSL library.
    let reason: Int

    /// What came is no TLS record.
    static let wrongVersion = 0x10b

    /// Nil when the text has no error of the SSL library (20).
    init?(in message: String) {
        guard let mark = message.firstRange(of: "error:") else { return nil }
        let digits = message[mark.upperBound...].prefix(8)
        guard digits.count == 8, let number = UInt32(digits, radix: 16) else { return nil }
        // OpenSSL 3 has the library in bits 23 to 30, its predecessors in the highest eight; the reason is in the lowest 12.
        guard number >> 23 & 0xff == 20 || number >> 24 == 20 else { return nil }
        reason = Int(number & 0xfff)
    }

    /// The alert that the peer sent (RFC 8446 section 6); nil when the fault was found on this side.
    var alert: Int? { (1000..<1256).contains(reason) ? reason - 1000 : nil }
}

extension ReplyHead {
    /// Whether a server says in HTTP that it wants a certificate, as nginx does; nil when it does not.
    func clientCertificateRefusal(_ body: [UInt8], _ options: TLSOptions, _ material: TLSMaterial?)
        -> ClientCertificateRefusal?
    {
        guard status == 400 else { return nil }
        let text = String(decoding: body.prefix(512), as: UTF8.self).lowercased()
        if text.contains("no required ssl certificate was sent") { return .missing }
        return text.contains("the ssl certificate error") ? .init(alert: nil, options, material) : nil
    }
}
