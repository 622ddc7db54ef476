// What libcurl says while a probe connects: the only place where it tells the TLS version and the messages of a handshake.
import CCurl

/// Collects what libcurl's verbose mode tells. Only probes turn that on, since it costs time.
struct ProbeNotes {
    /// When the first address was tried, and when the connection stood. 7.88.1 tells neither in numbers when the
    /// handshake fails.
    private(set) var triedAt: ContinuousClock.Instant?
    private(set) var connectedAt: ContinuousClock.Instant?
    private(set) var address: String?
    private(set) var tlsVersion: String?
    private(set) var cipher: String?
    private(set) var asksForClientCertificate = false
    /// Whether the server has gone on after the handshake, which it does once it has accepted our certificate.
    private(set) var hasSessionTicket = false
    /// The first bytes that came where a TLS record should begin.
    private(set) var firstBytes: [UInt8] = []

    /// Whether what came first is no TLS: records begin with their type (20 to 24) and a version of 3.x.
    var metPlainServer: Bool {
        guard firstBytes.count >= 2 else { return false }
        return !(20...24).contains(firstBytes[0]) || firstBytes[1] != 3
    }

    /// Whether that looks like a web server's answer.
    var metHTTP: Bool { firstBytes.starts(with: "HTTP".utf8) || firstBytes.starts(with: "<".utf8) }

    mutating func add(_ kind: curl_infotype, _ bytes: UnsafeRawBufferPointer) {
        switch kind {
        case CURLINFO_TEXT: add(text: String(decoding: bytes, as: UTF8.self))
        case CURLINFO_SSL_DATA_IN where firstBytes.isEmpty: firstBytes = Array(bytes.prefix(8))
        default: break
        }
    }

    private mutating func add(text: String) {
        // "  Trying 127.0.0.1:2376..." and "  Trying [::1]:2376..."
        if let rest = text.droppingPrefix("  Trying "), let colon = rest.lastIndex(of: ":") {
            if triedAt == nil { triedAt = .now }
            address = String(rest[..<colon]).filter { $0 != "[" && $0 != "]" }
        } else if text.hasPrefix("Connected to "), connectedAt == nil {
            connectedAt = .now
        } else if let rest = text.droppingPrefix("SSL connection using ") {
            let parts = rest.split(separator: " / ").map { String($0.filter { !$0.isNewline }.prefix(80)) }
            (tlsVersion, cipher) = (parts.first, parts.dropFirst().first)
        } else if text.contains(" (IN), TLS handshake, ") {
            // The message's name in words, and its number (RFC 8446 section 4): "Request CERT (13):"
            if text.contains(" (13):") { asksForClientCertificate = true }
            if text.contains(" (4):") { hasSessionTicket = true }
        }
    }
}

extension String {
    fileprivate func droppingPrefix(_ prefix: String) -> Substring? {
        hasPrefix(prefix) ? dropFirst(prefix.count) : nil
    }
}
