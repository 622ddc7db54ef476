// What fails in TLS, in words of the person who made the certificates.
import CurlClient
import DockerEngine
import SafeText

extension SourceError {
    /// The engine's certificate is not trusted.
    static func untrusted(
        _ reason: DistrustReason, _ certificate: PeerCertificate?, at label: SourceLabel, _ tls: TLSOptions?
    ) -> SourceError {
        let certificate = certificate?.cleaned
        let issuer = certificate.map { " by \($0.issuer.isEmpty ? "nobody" : $0.issuer)" } ?? ""
        let subject = certificate.map { $0.subject.isEmpty ? "" : " (\($0.subject))" } ?? ""
        let (what, hint): (String, String) =
            switch reason {
            case .unknownAuthority:
                (
                    "the engine's certificate is signed\(issuer), an authority that \(tls.trust) does not have",
                    "Put the certificate of the authority that signed the engine's into \(tls.authorityFile). "
                        + "If that is already so, somebody else may be answering there."
                )
            case .selfSigned:
                (
                    "the engine's certificate\(subject) is signed by itself only, and \(tls.trust) does not have it",
                    "Compare it with the file of --tlscert on that host, and put it into \(tls.authorityFile); "
                        + "better, give the engine one that is signed by an authority of yours."
                )
            case .expired:
                (
                    "the engine's certificate\(subject) expired\(certificate?.notAfter.map { " on \($0.dateText)" } ?? "")",
                    "Make a new server certificate on that host (the files of dockerd's --tlscert and --tlskey) and restart the engine. "
                        + "If that date is not over, set this machine's clock."
                )
            case .notYetValid:
                (
                    "the engine's certificate\(subject) is not valid before \(certificate?.notBefore.map(\.dateText) ?? "some later day")",
                    "Set this machine's clock, if it is slow; else make a new server certificate on that host, where the clock may have been fast."
                )
            case .authorityExpired:
                (
                    "the authority\(subject) that signed the engine's certificate expired"
                        + (certificate?.notAfter.map { " on \($0.dateText)" } ?? ""),
                    "Make a new authority, sign the engine's and the clients' certificates with it, and put it into \(tls.authorityFile)."
                )
            case .revoked:
                ("the engine's certificate\(subject) was revoked", "Give the engine a new certificate.")
            case .wrongPurpose:
                (
                    "the engine's certificate\(subject), or its authority, is not made for this",
                    "Make the server certificate for serverAuth (extended key usage), and its authority with basicConstraints=CA:true."
                )
            case .weak:
                (
                    "the engine's certificate\(subject), or its authority, has a key or signature that is too weak",
                    "Make a new one with RSA of 2048 bits or more, or P-256, and SHA-256."
                )
            case .other(let code, let words):
                (
                    "the engine's certificate\(subject) is not trusted: \(quoted(words)) (OpenSSL \(code))",
                    "Check the engine's certificate and \(tls.authorityFile): openssl verify -CAfile ca.pem server-cert.pem."
                )
            }
        return SourceError(.tlsUntrusted, "\(label.place): \(what).", hint: hint)
    }

    /// The engine's certificate is for other names.
    static func wrongHost(_ name: String, _ certificate: PeerCertificate?, at label: SourceLabel) -> SourceError {
        let names = certificate?.cleaned.names ?? [], shown = names.prefix(6).joined(separator: ", ")
        let more = names.count > 6 ? " and \(names.count - 6) more" : ""
        let name = quoted(name), isAddress = name.contains(":") || name.allSatisfy { $0.isNumber || $0 == "." }
        let owns = names.isEmpty ? "names no host at all" : "is for \(shown)\(more)"
        let first = names.first.map {
            ", set server_name: \($0) under tls: in the config file (or server_name=\($0) behind the ? of a source)"
        }
        return SourceError(
            .tlsHostname, "\(label.place): the engine's certificate \(owns), and not for \(name).",
            hint: "Ask the engine by a name that its certificate has\(first ?? ""), "
                + "or make a new server certificate with subjectAltName=\(isAddress ? "IP" : "DNS"):\(name).")
    }

    /// The engine does not take our certificate.
    static func clientRefused(_ refusal: ClientCertificateRefusal, at label: SourceLabel, _ tls: TLSOptions?)
        -> SourceError
    {
        let file = tls?.certificate.map { quoted($0) } ?? "cert.pem"
        let (what, hint): (String, String) =
            switch refusal {
            case .missing:
                (
                    "the engine wants a client certificate, and none is set",
                    "Set DOCKER_CERT_PATH to a folder with cert.pem and key.pem, signed by the authority of dockerd's --tlscacert "
                        + "(or cert: and key: under tls: in the config file)."
                )
            case .expired(let end):
                (
                    "the engine turned our client certificate away: \(file) expired on \(end.dateText)",
                    "Make a new client certificate, signed by the authority of dockerd's --tlscacert, and put it into \(file) with its key."
                )
            case .notYetValid(let start):
                (
                    "the engine turned our client certificate away: \(file) is not valid before \(start.dateText)",
                    "Wait until then, or make a new client certificate; check the clock of the machine that makes them."
                )
            case .refused(let alert):
                (
                    "the engine turned our client certificate \(file) away"
                        + (alert.map { " (TLS alert \($0), \(alertName($0)))" } ?? ""),
                    "It must be signed by the authority of dockerd's --tlscacert, be valid on that host's clock, and be made for "
                        + "clientAuth (extended key usage): use the cert.pem and key.pem that belong to this engine (DOCKER_CERT_PATH, or tls: in the config file)."
                )
            }
        return SourceError(.tlsClientCertificate, "\(label.place): \(what).", hint: hint)
    }

    /// RFC 8446 section 6.
    private static func alertName(_ alert: Int) -> String {
        switch alert {
        case 42: "bad certificate"
        case 43: "unsupported certificate"
        case 44: "certificate revoked"
        case 45: "certificate expired"
        case 46: "certificate unknown"
        case 48: "unknown authority"
        case 49: "access denied"
        case 116: "certificate required"
        default: "no certificate"
        }
    }

    /// A file of ours that is no good.
    static func badFile(_ error: TLSFileError, at label: SourceLabel) -> SourceError {
        let path = quoted(error.path)
        let (purpose, content, name): (String, String, String) =
            switch error.role {
            case .authority: ("the authority's certificate", "CERTIFICATE", "ca")
            case .certificate: ("the client certificate", "CERTIFICATE", "cert")
            case .key: ("the client certificate's key", "PRIVATE KEY", "key")
            }
        let setting = "DOCKER_CERT_PATH (\(name).pem in it), or \(name): under tls: in the config file"
        let (what, hint): (String, String) =
            switch error.problem {
            case .missing: ("does not exist", "Put it there, or correct \(setting).")
            case .forbidden:
                (
                    "may not be read by this user",
                    "Let the user that runs docker-mcp-secure read it (chown, chmod 400), or correct \(setting)."
                )
            case .folder: ("is a folder", "Name the file itself: \(setting).")
            case .unreadable(let words): ("can't be read: \(quoted(words))", "Check the file, or correct \(setting).")
            case .tooLarge(let limit): ("is larger than \(limit >> 20) MiB", "Check the file, or correct \(setting).")
            case .empty: ("is empty", "Put a PEM file there, or correct \(setting).")
            case .binary:
                (
                    "is binary, and PEM is needed",
                    error.role == .key
                        ? "Convert it: openssl pkey -inform der -in FILE -out key.pem (or openssl pkcs12 -nodes for .p12 and .pfx)."
                        : "Convert it: openssl x509 -inform der -in FILE -out \(name).pem (or openssl pkcs12 for .p12 and .pfx)."
                )
            case .wrongContents(let found):
                (
                    "holds no PEM block of \(content)"
                        + (found.isEmpty ? "" : ", but \(found.map { quoted($0) }.joined(separator: ", "))"),
                    "Put it there (it begins with -----BEGIN \(content)-----), or correct \(setting)."
                )
            case .damaged:
                ("is damaged: its \(content) can't be read", "Copy it again: openssl can show what is in it.")
            case .encrypted:
                (
                    "is encrypted with a passphrase, which nobody is there to type",
                    "Write it without one, readable for this user alone: openssl pkey -in FILE -out key.pem."
                )
            case .mismatch(let certificate):
                (
                    "does not belong to the certificate \(quoted(certificate))",
                    "Use the pair that was made together: openssl x509 -noout -pubkey -in cert.pem and openssl pkey -pubout -in key.pem "
                        + "print the same. Correct DOCKER_CERT_PATH, or cert: and key: under tls: in the config file."
                )
            case .certificateNotSet:
                ("is set without its certificate", "Set cert: beside key: under tls: in the config file.")
            }
        return SourceError(
            error.role == .authority ? .tlsUntrusted : .tlsClientCertificate,
            "\(label.place): \(purpose) \(path) \(what).", hint: hint)
    }

    /// TLS fails and it is nobody's certificate.
    static func handshakeFailed(_ reason: String, at label: SourceLabel) -> SourceError {
        SourceError(
            .tlsUntrusted, "\(label.place): the TLS handshake failed: \(quoted(reason)).",
            hint: "Both sides must speak TLS 1.2 or newer. Look at the engine's own log, and at proxies between; "
                + "openssl s_client -connect HOST:PORT shows what the engine offers.")
    }
}

extension TLSOptions? {
    /// What decides whom we trust.
    fileprivate var trust: String {
        self?.authority.map { SourceError.quoted($0) } ?? "this machine's store of authorities"
    }

    /// Where an authority is to be put.
    fileprivate var authorityFile: String {
        self?.authority.map {
            "\(SourceError.quoted($0)) (ca.pem in DOCKER_CERT_PATH, ca: under tls: in the config file)"
        }
            ?? "ca.pem in the folder of DOCKER_CERT_PATH (or ca: under tls: in the config file)"
    }
}

extension Int64 {
    /// Seconds since 1970 as `2026-11-23 12:00 UTC`.
    var dateText: String {
        guard let time = Timestamp(unixSeconds: Int(self)) else { return "a day that is out of range" }
        let text = time.rfc3339
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }
}

extension PeerCertificate {
    /// The same with words that can be shown: a hostile server chooses them.
    var cleaned: PeerCertificate {
        PeerCertificate(
            subject: SourceError.quoted(subject, limit: 120), issuer: SourceError.quoted(issuer, limit: 120),
            notBefore: notBefore, notAfter: notAfter, names: names.map { SourceError.quoted($0, limit: 60) })
    }
}
