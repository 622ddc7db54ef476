// One transfer in flight: what libcurl's callbacks collect, and the one answer at its end.
import CCurl

/// One transfer in flight. Loop thread only. libcurl's callbacks find it by an unretained pointer, so the driver holds
/// it from before it adds the handle until after it has removed it.
final class Transfer {
    let ticket: Ticket
    let request: HTTPRequest
    let material: TLSMaterial?
    let handle: EasyHandle
    let startedAt = ContinuousClock.now
    private let answer: Order.Answer
    private var collector = HeadCollector()
    private var body: [UInt8] = []
    /// Why one of our callbacks ended the transfer; says more than the code that libcurl then reports.
    private var failure: TransferError?

    /// A Content-Length is only a claim: memory beyond this many bytes is taken when the bytes have come.
    private static let largestReservation = 4 << 20

    init(_ order: Order, handle: EasyHandle) {
        ticket = order.ticket
        request = order.request
        material = order.material
        answer = order.answer
        self.handle = handle
    }

    /// What is said while connecting; only noted for probes.
    private(set) var notes = ProbeNotes()

    func note(_ kind: curl_infotype, _ bytes: UnsafeRawBufferPointer) { notes.add(kind, bytes) }

    var hasHead: Bool { collector.head != nil }

    /// libcurl has no deadline for a stream's headers; the driver has.
    var isStream: Bool {
        if case .stream = answer { true } else { false }
    }

    /// Whether it ends with the connection, before any request.
    var isProbe: Bool {
        if case .probe = answer { true } else { false }
    }

    /// Whether it is a probe that waits for what the server says to our certificate.
    var waitsForVerdict: Bool {
        if case .probe(_, let waits) = answer { waits } else { false }
    }

    /// Whether a unix socket's queue of waiting connections was full. The system then says EAGAIN and means it, while
    /// libcurl waits on the socket as if it were connecting and fails without an error number.
    func metFullQueue(_ code: CURLcode) -> Bool {
        guard case .unixSocket = request.route, code == CURLE_COULDNT_CONNECT else { return false }
        return handle.integer(CURLINFO_OS_ERRNO) == 0
    }

    /// Takes one header line. False ends the transfer.
    func receive(headerLine line: UnsafeRawBufferPointer) -> Bool {
        switch collector.add(line, status: { handle.integer(CURLINFO_RESPONSE_CODE) }) {
        case .more: return true
        case .tooLarge:
            failure = .malformedReply("the headers are larger than \(HeadCollector.limit >> 10) KiB")
            return false
        case .complete: return receivedHead()
        }
    }

    private func receivedHead() -> Bool {
        if case .tls = request.route { collector.head?.certificate = handle.certificates.first }
        guard let head = collector.head else { return true }
        switch answer {
        case .stream(let continuation, _):
            continuation.resume(returning: .success(head))
        case .whole where request.method == .get:
            let announced = head.headers["Content-Length"].flatMap { Int($0) } ?? 0
            if announced > request.maximumReplyBytes {
                failure = .replyTooLarge(limit: request.maximumReplyBytes)
                return false
            }
            body.reserveCapacity(min(max(announced, 0), Self.largestReservation))
        case .whole, .probe: break
        }
        return true
    }

    /// Takes a piece of the body. What is returned is libcurl's: the count, or pause, or anything else to end it.
    func receive(_ piece: UnsafeRawBufferPointer) -> Int {
        guard collector.head != nil else {
            // A body without headers is HTTP/0.9, which is let in only to see whether it is a TLS alert.
            failure =
                piece.starts(with: [0x15, 0x03]) ? .tlsExpected : .malformedReply("the reply does not start with HTTP/")
            return -1
        }
        switch answer {
        case .whole:
            guard body.count + piece.count <= request.maximumReplyBytes else {
                failure = .replyTooLarge(limit: request.maximumReplyBytes)
                return -1
            }
            body.append(contentsOf: piece)
            return piece.count
        case .stream(_, let buffer):
            return switch buffer.write(piece) {
            case .taken: piece.count
            case .full: ccurl_write_pause
            case .unwanted: -1
            }
        case .probe: return -1
        }
    }

    /// libcurl is done with the handle: answers by its code.
    func finish(_ code: CURLcode) {
        if isProbe {
            finishProbe(code == CURLE_OK ? nil : TransferError(code, of: self))
        } else if let failure {
            finish(failing: failure)
        } else if code != CURLE_OK {
            finish(failing: TransferError(code, of: self))
        } else if let head = collector.head {
            finish(head)
        } else {
            finish(failing: .connectionClosed("it ended within the headers"))
        }
    }

    /// Answers with an error. The handle must be out of libcurl's hands.
    func finish(failing error: TransferError) {
        switch answer {
        case .whole(let continuation): continuation.resume(returning: .failure(error))
        case .stream(let continuation, let buffer):
            if collector.head == nil { continuation.resume(returning: .failure(error)) } else { buffer.finish(error) }
        case .probe: finishProbe(error)
        }
    }

    private func finishProbe(_ error: TransferError?) {
        guard case .probe(let continuation, _) = answer else { return }
        continuation.resume(returning: ConnectionProbe(self, error))
    }

    private func finish(_ head: ReplyHead) {
        switch answer {
        case .whole(let continuation):
            if head.asksForTLS(body) {
                continuation.resume(returning: .failure(.tlsExpected))
            } else if case .tls(_, _, let options) = request.route,
                let refusal = head.clientCertificateRefusal(body, options, material)
            {
                continuation.resume(returning: .failure(.tlsClientCertificate(refusal)))
            } else {
                let reply = HTTPReply(
                    status: head.status, headers: head.headers, body: body, certificate: head.certificate)
                continuation.resume(returning: .success(reply))
            }
        case .stream(_, let buffer): buffer.finish(nil)
        case .probe: finishProbe(nil)
        }
    }
}
