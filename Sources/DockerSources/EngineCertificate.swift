// The certificate that an engine showed, for whoever knows no transfers.
import CurlClient
public import DockerEngine

/// What an engine's certificate says; its words are the engine's own.
public struct EngineCertificate: Hashable, Sendable {
    /// Whom it is for; empty when it does not say.
    public let subject: String
    /// Who signed it; empty when it does not say.
    public let issuer: String
    /// Its first moment; nil when it can't be read.
    public let start: Timestamp?
    /// Its last moment; nil when it can't be read.
    public let end: Timestamp?
    /// The host names and addresses that it is for.
    public let names: [String]
}

extension Source {
    /// The certificate of the newest connection; nil without TLS, and before the first answer.
    public var engineCertificate: EngineCertificate? {
        certificate.map { certificate in
            EngineCertificate(
                subject: certificate.subject, issuer: certificate.issuer,
                start: certificate.notBefore.flatMap { Timestamp(unixSeconds: Int($0)) },
                end: certificate.notAfter.flatMap { Timestamp(unixSeconds: Int($0)) }, names: certificate.names)
        }
    }
}
