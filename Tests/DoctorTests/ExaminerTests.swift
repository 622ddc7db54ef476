// The order of the steps, and what is left out after a failure, on a machine that is made up.
import CurlClient
import DockerEngine
import DockerSources
import JSON
import Testing

@testable import Doctor

@Suite struct ExaminerTests {
    /// A sound machine: every name has an address, and everybody answers.
    private func look(address: String = "203.0.113.7") -> Look {
        Look(
            path: { _ in Sample.socket(isWritable: true) }, user: { "ann" }, program: { "/usr/bin/\($0)" },
            addresses: { _, _ in .addresses([address]) }, connection: { _, _ in nil },
            handshake: { _, _ in
                HandshakeFinding(
                    version: "TLSv1.3", chain: [Sample.certificate(until: Sample.now + 900 * Sample.day)],
                    asksForClientCertificate: true)
            }, files: { _ in FilesFinding() }, now: { Sample.now })
    }

    private func report(_ look: Look, _ way: Patient.Way, _ label: SourceLabel, failing: SourceError? = nil) async
        -> Report
    {
        let patient = Patient(StubSource(label: label, failure: failing), way: way)
        return await Doctor.examine(
            [patient], settings: Sample.finding(configured: [label.name]), Examiner(look: look, client: CurlClient()))
    }

    private func outcomes(_ report: Report) -> [String] {
        report.sources[0].steps.map { "\($0.name.rawValue) \($0.outcome.rawValue)" }
    }

    @Test("A sound socket") func socket() async {
        let report = await report(look(), .localSocket(paths: ["/a"]), Sample.local)
        #expect(
            outcomes(report) == [
                "socket ok", "access ok", "connect ok", "ping ok", "latency ok", "version ok", "info ok",
            ])
        #expect(report.exitCode == 0)
    }

    @Test("A sound engine without TLS on a public address is a warning, and none on a private one")
    func plainPublic() async {
        let way = Patient.Way.tcp(host: "cloud.example", port: 2375, tls: nil)
        let warned = await report(look(), way, Sample.plain)
        #expect(outcomes(warned).contains("ping warning") && warned.exitCode == 1)
        let sound = await report(look(address: "10.0.0.7"), way, Sample.plain)
        #expect(sound.exitCode == 0)
    }

    @Test("What needs a failed step is skipped, and says what it needs")
    func skipped() async {
        var broken = look()
        broken.addresses = { _, _ in .none("not known") }
        let report = await report(broken, .tcp(host: "x", port: 2376, tls: TLSOptions()), Sample.secure)
        #expect(
            outcomes(report) == [
                "certificate_files ok", "resolve failed", "connect skipped", "handshake skipped", "ping skipped",
                "latency skipped", "version skipped", "info skipped",
            ])
        #expect(report.sources[0].steps[2].found == "needs resolve" && report.exitCode == 2)
    }

    @Test("Bad files and a dead network are both told") func both() async {
        var broken = look()
        broken.files = { _ in FilesFinding(errors: [TLSFileError(.key, "/k", .encrypted)]) }
        broken.connection = { _, _ in .connectionRefused }
        let report = await report(broken, .tcp(host: "x", port: 2376, tls: TLSOptions()), Sample.secure)
        #expect(outcomes(report).filter { $0.hasSuffix("failed") } == ["certificate_files failed", "connect failed"])
    }

    @Test("An answer that is none, and a port that speaks TLS") func plainToTLS() async {
        let error = SourceError(.replyMalformed, "Source cloud (tcp://203.0.113.7:2375): cut.", hint: "h")
        let way = Patient.Way.tcp(host: "x", port: 2375, tls: nil)
        let found = await report(look(), way, Sample.plain, failing: error).sources[0].steps.first { $0.name == .ping }
        #expect(found?.code == "tls_expected")
        var other = look()
        other.handshake = { _, _ in HandshakeFinding(error: .plainExpected) }
        let same = await report(other, way, Sample.plain, failing: error).sources[0].steps.first { $0.name == .ping }
        #expect(same?.code == "reply_malformed" && same?.found == "cut")
    }

    @Test("ssh: its program, and the command that it runs") func ssh() async {
        let label = SourceLabel(name: "nas", kind: .ssh, endpoint: "ssh://u@nas")
        let way = Patient.Way.ssh(SSHDestination(user: "u", host: "nas"))
        let sound = await report(look(), way, label)
        #expect(outcomes(sound) == ["ssh ok", "tunnel ok", "latency ok", "version ok", "info ok"])
        #expect(sound.sources[0].steps[0].facts["command"]?.array?.last == "docker system dial-stdio")
        var none = look()
        none.program = { _ in nil }
        let missing = await report(none, way, label)
        #expect(outcomes(missing).first == "ssh failed" && missing.sources[0].steps[1].outcome == .skipped)
    }
}

/// An engine that answers as a real one, or fails always.
private struct StubSource: Source {
    let label: SourceLabel
    let failure: SourceError?
    var limits: SourceLimits { SourceLimits() }
    var negotiatedAPI: APIVersion? { APIVersion(major: 1, minor: 41) }

    func reply<Reply>(to endpoint: Endpoint<Reply>) async throws(SourceError) -> Reply {
        if let failure { throw failure }
        let document: JSON = [
            "Version": "20.10.24", "ApiVersion": "1.41", "ID": "A", "Name": "host",
            "SystemTime": .string(Timestamp.now.rfc3339),
        ]
        do throws(ReplyError) { return try endpoint.reply(from: document.bytes) } catch {
            throw SourceError(.replyMalformed, error.reason, hint: "")
        }
    }

    func stream(_ endpoint: StreamEndpoint) async throws(SourceError) -> ByteStream {
        throw SourceError(.cancelled, "no streams here", hint: "")
    }
}
