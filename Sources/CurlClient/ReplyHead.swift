// Status and headers of a reply, and the collector that gets them line by line.

/// Status and headers of a final reply.
struct ReplyHead: Sendable {
    let status: Int
    let headers: HTTPHeaders
    /// The server's certificate when this transfer made the TLS handshake.
    var certificate: PeerCertificate?
}

/// Collects the header lines that libcurl hands over; skips interim replies (1xx) and trailers.
struct HeadCollector {
    /// Bytes of header lines accepted in one transfer, interim replies and trailers included.
    static let limit = 64 << 10

    var head: ReplyHead?
    private var lines: [UInt8] = []
    private var total = 0

    /// What a header line did.
    enum Step { case more, complete, tooLarge }

    /// Takes one line. `status` is asked at the empty line, which is where the headers end: a quiet stream has no
    /// first body byte to wait for.
    mutating func add(_ line: UnsafeRawBufferPointer, status: () -> Int) -> Step {
        total += line.count
        guard total <= Self.limit else { return .tooLarge }
        guard head == nil else { return .more }
        if isEmpty(line) {
            let status = status()
            guard status >= 200 else { return .more }
            head = ReplyHead(status: status, headers: HTTPHeaders(lines: lines))
            return .complete
        }
        if line.starts(with: "HTTP/".utf8) {
            lines = []
        } else {
            lines.append(contentsOf: line)
        }
        return .more
    }

    private func isEmpty(_ line: UnsafeRawBufferPointer) -> Bool {
        line.allSatisfy { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
    }
}
