// What a server's certificate says of it.

/// One certificate that a server showed. Its words are the server's own: clean them before they are shown.
public struct PeerCertificate: Hashable, Sendable {
    /// Whom it is for, as OpenSSL writes names: `O = docker, CN = engine.example`. At most 512 bytes.
    public let subject: String
    /// Who signed it, written like `subject`.
    public let issuer: String
    /// Its first moment, in seconds since 1970, UTC; nil when it can't be read.
    public let notBefore: Int64?
    /// Its last moment, in seconds since 1970, UTC; nil when it can't be read.
    public let notAfter: Int64?
    /// The host names and addresses that it is for (subjectAltName), at most 64; empty for most authorities.
    public let names: [String]

    /// A certificate of these values.
    public init(subject: String, issuer: String, notBefore: Int64?, notAfter: Int64?, names: [String]) {
        self.subject = subject
        self.issuer = issuer
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.names = names
    }

    /// Whether it is signed by itself, as far as its names tell.
    public var isSelfSigned: Bool { subject == issuer }

    private static let longestText = 512, mostNames = 64

    /// From the lines of CURLINFO_CERTINFO, each `NAME:VALUE`.
    init(lines: [String]) {
        func value(_ name: String) -> Substring? {
            lines.first { $0.hasPrefix("\(name):") }?.dropFirst(name.utf8.count + 1)
        }
        subject = Self.cut(value("Subject") ?? "")
        issuer = Self.cut(value("Issuer") ?? "")
        notBefore = value("Start date").flatMap { CalendarDate.seconds(openSSL: $0) }
        notAfter = value("Expire date").flatMap { CalendarDate.seconds(openSSL: $0) }
        names = (value("X509v3 Subject Alternative Name") ?? "").split(separator: ",").lazy
            .compactMap(Self.name).prefix(Self.mostNames).map { $0 }
    }

    /// `DNS:engine.example` or ` IP Address:192.0.2.1`; other kinds (mail, URI) name no server.
    private static func name(_ entry: Substring) -> String? {
        let entry = entry.drop { $0 == " " }
        for kind in ["DNS:", "IP Address:"] where entry.hasPrefix(kind) {
            return cut(entry.dropFirst(kind.utf8.count))
        }
        return nil
    }

    private static func cut(_ text: Substring) -> String {
        String(decoding: text.utf8.prefix(longestText), as: UTF8.self)
    }
}
