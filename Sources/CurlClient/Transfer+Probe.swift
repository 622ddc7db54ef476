// What a probe does once it is connected: it waits for the server's last word on our certificate.
import CCurl

extension Transfer {
    /// How long a connected probe waits: in TLS 1.3 the handshake is over for us before the server has looked at our
    /// certificate, or noticed that there is none. Nil when there is nothing to wait for.
    func lingers(_ code: CURLcode) -> Duration? {
        guard waitsForVerdict, code == CURLE_OK, case .tls = request.route, notes.asksForClientCertificate,
            notes.tlsVersion == "TLSv1.3"
        else { return nil }
        // Three times the way there and back, and the time of a slow machine.
        let way = handle.microseconds(CURLINFO_CONNECT_TIME_T) - handle.microseconds(CURLINFO_NAMELOOKUP_TIME_T)
        return min(request.connectTimeout, .microseconds(3 * max(way, 0)) + .milliseconds(300))
    }

    /// Whether a probe's connection ended after the handshake, by a server that had asked for a certificate. Its alert may be
    /// lost: a server that closes with unread bytes before it resets the connection.
    var wasTurnedAway: Bool { waitsForVerdict && notes.asksForClientCertificate && notes.tlsVersion == "TLSv1.3" }

    /// Whether the server has spoken: how the probe ends then. Nil while it has not.
    func look() -> CURLcode? {
        var byte: UInt8 = 0, count = 0
        let code = curl_easy_recv(handle.raw, &byte, 1, &count)
        if notes.hasSessionTicket { return CURLE_OK }
        switch code {
        case CURLE_AGAIN: return nil
        // Ended without a word, or spoke without being asked.
        case CURLE_OK: return count == 0 ? CURLE_GOT_NOTHING : CURLE_OK
        default: return code
        }
    }
}
