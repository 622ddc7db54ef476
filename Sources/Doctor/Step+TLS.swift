// The steps of TLS: our files, the handshake, and what the engine's certificates say.
import CurlClient
import DockerEngine
import DockerSources
import JSON

extension Step {
    /// Seconds before a certificate's end when it is worth a warning: time enough to make a new one.
    private static let notice: Int64 = 30 * 86_400

    /// The files of the TLS options.
    static func certificateFiles(
        _ finding: FilesFinding, _ options: TLSOptions, at label: SourceLabel, now: Int64, time: Duration
    ) -> Step {
        let errors = finding.errors.map { SourceError(.tlsFile($0), at: label, tls: options) }
        if let first = errors.first {
            return Step(
                .certificateFiles, .failed, errors.map { $0.words(at: label) }.joined(separator: "; "),
                code: first.code.rawValue, hints: errors.map(\.hint), time: time)
        }
        var parts = [
            options.authority.map { "authority \(shown($0))" } ?? "authorities of this machine",
            options.certificate.map { "certificate \(shown($0))" } ?? "no client certificate",
        ]
        if let key = options.key { parts.append("its key \(shown(key))") }
        let found = parts.joined(separator: ", ")
        guard let end = finding.notAfter, end - now < notice else {
            return Step(.certificateFiles, .ok, found, time: time)
        }
        return Step(
            .certificateFiles, .warning, "\(found); our certificate \(ending(end, now))",
            code: end < now ? "certificate_expired" : "certificate_ends_soon",
            hints: ["Make a new client certificate, signed by the authority of dockerd's --tlscacert."], time: time)
    }

    /// The handshake, and the certificates that it showed.
    static func handshake(
        _ finding: HandshakeFinding, _ options: TLSOptions, host: String, port: Int, at label: SourceLabel, now: Int64,
        time: Duration
    ) -> Step {
        var facts: JSONObject = [
            "certificates": .array(finding.chain.map { .object($0.facts) }),
            "asks_for_client_certificate": .bool(finding.asksForClientCertificate),
        ]
        facts["tls_version"] = finding.version.map { .string(shown($0)) }
        facts["cipher"] = finding.cipher.map { .string(shown($0)) }
        if let error = finding.error {
            let error = SourceError(error, at: label, tls: options)
            var hints = [error.hint]
            if [.tlsUntrusted, .tlsHostname].contains(error.code) {
                let authority = options.authority.map { " -CAfile \(shown($0))" } ?? ""
                let bracketed = host.contains(":") ? "[\(host)]" : host
                hints.append(
                    "See what it shows: openssl s_client -connect \(bracketed):\(port)\(authority) </dev/null | openssl x509 -noout "
                        + "-subject -issuer -dates -ext subjectAltName.")
            }
            if error.code == .connectTimeout { hints = Advice.hung }
            return Step(
                .handshake, .failed, error.words(at: label), code: error.code.rawValue, hints: hints, time: time,
                facts: facts)
        }
        var parts = [finding.version, finding.cipher].compactMap { $0.map { shown($0) } }
        if let certificate = finding.chain.first { parts.append(certificate.description) }
        parts.append(
            !finding.asksForClientCertificate
                ? "no client certificate asked for" : options.certificate == nil ? "" : "client certificate accepted")
        let found = parts.filter { !$0.isEmpty }.joined(separator: ", ")
        if let (warning, code, hint) = warning(finding, options, now) {
            return Step(
                .handshake, .warning, "\(found); \(warning)", code: code, hints: [hint], time: time, facts: facts)
        }
        return Step(.handshake, .ok, found, time: time, facts: facts)
    }

    private static func warning(_ finding: HandshakeFinding, _ options: TLSOptions, _ now: Int64)
        -> (found: String, code: String, hint: String)?
    {
        if !options.verifiesServer {
            return (
                "the engine's certificate is not verified, so anybody may answer", "certificate_not_verified",
                "Set DOCKER_TLS_VERIFY=1 in place of DOCKER_TLS, with ca.pem in the folder of DOCKER_CERT_PATH."
            )
        }
        let ends = finding.chain.compactMap { certificate in certificate.notAfter.map { ($0, certificate) } }
        if let (end, certificate) = ends.min(by: { $0.0 < $1.0 }), end - now < notice {
            return (
                "\(certificate == finding.chain.first ? "the engine's certificate" : "its authority") \(ending(end, now))",
                "certificate_ends_soon",
                "Make a new one on that host (the files of dockerd's --tlscert and --tlskey) and restart the engine."
            )
        }
        if !finding.asksForClientCertificate {
            return (
                "the engine lets everybody in who speaks TLS", "clients_not_verified",
                "Start dockerd with --tlsverify and --tlscacert: without them whoever reaches the port is root on that host. "
                    + "If a proxy in front of it decides who may enter, all is well."
            )
        }
        return nil
    }

    private static func ending(_ end: Int64, _ now: Int64) -> String {
        let days = (end - now) / 86_400
        if end < now { return "expired on \(end.day)" }
        return "ends \(days == 0 ? "within a day" : days == 1 ? "in 1 day" : "in \(days) days"), on \(end.day)"
    }
}

extension PeerCertificate {
    fileprivate var description: String {
        let issuer = isSelfSigned ? "itself" : shown(issuer)
        let names = names.prefix(4).map { shown($0, limit: 60) }.joined(separator: " ")
        return "certificate of \(shown(subject)) by \(issuer) for \(names.isEmpty ? "no name" : names)"
            + (notAfter.map { " until \($0.day)" } ?? "")
    }

    fileprivate var facts: JSONObject {
        var facts: JSONObject = [
            "subject": .string(shown(subject)), "issuer": .string(shown(issuer)),
            "names": .array(names.map { .string(shown($0, limit: 60)) }),
        ]
        facts["not_before"] = notBefore.flatMap { $0.time }.map { .string($0) }
        facts["not_after"] = notAfter.flatMap { $0.time }.map { .string($0) }
        return facts
    }
}

extension Int64 {
    /// RFC 3339; nil when it is out of range.
    fileprivate var time: String? { Timestamp(unixSeconds: Int(self))?.rfc3339 }
    /// `2026-11-23`.
    fileprivate var day: String { time.map { String($0.prefix(10)) } ?? "a day that is out of range" }
}
