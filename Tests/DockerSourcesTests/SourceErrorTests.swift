// Every failure as a stable code, a message that names the source and its address, and a hint.
import CurlClient
import SafeText
import Testing

@testable import DockerSources

@Suite struct SourceErrorTests {
    private static let labels = [
        SourceLabel(name: "local", kind: .localSocket, endpoint: "unix:///var/run/docker.sock"),
        SourceLabel(name: "remote", kind: .remoteTCP, endpoint: "tcp://203.0.113.7:2375"),
        SourceLabel(name: "cloud", kind: .remoteTLS, endpoint: "tcp://203.0.113.7:2376"),
        SourceLabel(name: "nas", kind: .ssh, endpoint: "ssh://nas"),
    ]

    private static let transfers: [(TransferError, SourceError.Code, SourceState)] = [
        (.socketMissing, .socketMissing, .unreachable),
        (.permissionDenied, .permissionDenied, .misconfigured),
        (.connectionRefused, .connectionRefused, .unreachable),
        (.hostNotFound, .hostNotFound, .misconfigured),
        (.noRoute, .noRoute, .unreachable),
        (.connectTimedOut(after: .seconds(5)), .connectTimeout, .unreachable),
        (.deadlineExceeded(after: .seconds(10)), .deadlineExceeded, .unreachable),
        (.tlsExpected, .tlsExpected, .misconfigured),
        (.tlsFailed("no common cipher"), .tlsUntrusted, .misconfigured),
        (.connectionClosed("empty reply"), .replyMalformed, .degraded),
        (.malformedReply("HTTP/0.9"), .notDocker, .misconfigured),
        (.replyTooLarge(limit: 16 << 20), .replyTooLarge, .degraded),
        (.cancelled, .cancelled, .unreachable),
        (.other(code: 56, message: "odd"), .engineError, .degraded),
    ]

    @Test("A failed transfer", arguments: transfers, labels)
    func transfer(expected: (error: TransferError, code: SourceError.Code, state: SourceState), label: SourceLabel) {
        let error = SourceError(expected.error, at: label)
        #expect(error.code == expected.code)
        #expect(error.state == expected.state)
        #expect(error.isWellPut(for: label))
    }

    @Test(
        "libcurl's words are cleaned",
        arguments: [
            TransferError.tlsFailed("a\u{1b}[31mb\nc\u{202e}"), .connectionClosed("a\u{1b}[31mb\nc\u{202e}"),
            .malformedReply("a\u{1b}[31mb\nc\u{202e}"), .other(code: 1, message: "a\u{1b}[31mb\nc\u{202e}"),
        ], labels)
    func cleanedWords(transfer: TransferError, label: SourceLabel) {
        #expect(SourceError(transfer, at: label).isWellPut(for: label))
    }

    @Test("A limit is told in the unit that people set it in")
    func limitWords() {
        let label = Self.labels[1]
        let error = SourceError.deadlineExceeded(at: label, limit: .milliseconds(1_500))
        #expect(error.code == .deadlineExceeded)
        #expect(error.message.contains("1.5 s"))
        #expect(error.isWellPut(for: label))
        #expect(SourceError(.connectTimedOut(after: .milliseconds(500)), at: label).message.contains("500 ms"))
        #expect(SourceError(.deadlineExceeded(after: .seconds(10)), at: label).message.contains("within 10 s"))
    }

    @Test("Refusal is advised on by the kind of the source")
    func refusalAdvice() {
        let hints = Self.labels.map { SourceError(.connectionRefused, at: $0).hint }
        #expect(Set(hints).count == 4)
        #expect(hints[1].contains("2375"))
        #expect(hints[2].contains("2376"))
    }

    @Test("Each code has one state, and its word is in snake case", arguments: SourceError.Code.allCases)
    func codes(code: SourceError.Code) {
        #expect(code.rawValue.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "_") })
        // A failure never says that its source is well.
        #expect(SourceError.stub(code).state != .connected)
    }

    @Test(
        "What the person must set is misconfigured",
        arguments: [
            SourceError.Code.permissionDenied, .hostNotFound, .tlsUntrusted, .tlsHostname, .tlsClientCertificate,
            .tlsExpected, .plainExpected, .notDocker, .apiUnsupported, .unauthorized,
        ])
    func misconfigured(code: SourceError.Code) { #expect(SourceError.stub(code).state == .misconfigured) }

    @Test(
        "What does not answer is unreachable",
        arguments: [
            SourceError.Code.socketMissing, .connectionRefused, .noRoute, .connectTimeout, .deadlineExceeded,
            .circuitOpen, .cancelled,
        ])
    func unreachable(code: SourceError.Code) { #expect(SourceError.stub(code).state == .unreachable) }

    @Test(
        "What answers badly is degraded",
        arguments: [
            SourceError.Code.notFound, .ambiguous, .conflict, .engineError, .replyTooLarge, .replyMalformed,
        ])
    func degraded(code: SourceError.Code) { #expect(SourceError.stub(code).state == .degraded) }
}

extension SourceError {
    /// Names its source and address, says what to do, is of a length that a model can afford, and hides nothing.
    func isWellPut(for label: SourceLabel) -> Bool {
        message.contains(label.name) && message.contains(label.endpoint) && !hint.isEmpty && message.count < 600
            && SafeText.line(message) == message && SafeText.line(hint) == hint
    }
}
