// Each step from its finding: outcome, code, and the next thing to do.
import CurlClient
import DockerEngine
import DockerSources
import JSON
import Testing

@testable import Doctor

@Suite struct NetworkPlaceTests {
    @Test(
        "Where an address lies",
        arguments: [
            ("127.0.0.1", NetworkPlace.thisMachine), ("127.9.9.9", .thisMachine), ("::1", .thisMachine),
            ("::ffff:127.0.0.1", .thisMachine), ("10.1.2.3", .privateNetwork), ("172.16.0.1", .privateNetwork),
            ("172.31.255.255", .privateNetwork), ("172.32.0.1", .world), ("192.168.1.1", .privateNetwork),
            ("100.64.0.1", .privateNetwork), ("100.128.0.1", .world), ("169.254.169.254", .privateNetwork),
            ("fe80::1%eth0", .privateNetwork), ("fd00::1", .privateNetwork), ("2001:db8::1", .world), ("::", .world),
            ("203.0.113.7", .world), ("8.8.8.8", .world),
        ])
    func place(address: String, place: NetworkPlace) { #expect(NetworkPlace(address: address) == place) }

    @Test("What is no address has no place", arguments: ["", "host", "1.2.3", "1.2.3.4.5", "1.2.3.256", "a.b.c.d"])
    func none(text: String) { #expect(NetworkPlace(address: text) == nil) }
}

@Suite struct SocketStepTests {
    @Test("A user who may not open the socket is told what to do about his case")
    func access() {
        let cases: [(PathFinding, String)] = [
            (Sample.socket(), "sudo usermod -aG docker ann"),
            (Sample.socket(group: "daemon"), "usermod -aG daemon ann"),
            (Sample.socket(listsUser: true), "newgrp docker"), (Sample.socket(group: "root"), "groupadd -f docker"),
            (Sample.socket(mode: 0o600), "restart Docker"),
            (Sample.socket(owner: "bob", mode: 0o600), "belongs to bob"),
        ]
        for (finding, hint) in cases {
            let step = Step.access(finding, user: "ann")
            #expect(step.outcome == .failed && step.code == "permission_denied")
            #expect(step.hints.joined().contains(hint), "\(step.hints)")
        }
        #expect(Step.access(Sample.socket(isWritable: true), user: "ann").outcome == .ok)
        var other = PathFinding(path: "/home/ann/docker.sock", kind: .socket)
        other.isWritable = true
        let step = Step.access(Sample.socket(), user: "ann", others: [other])
        #expect(step.hints.last == "Or use the one that ann may open: DOCKER_SOCKET=/home/ann/docker.sock.")
    }

    @Test("The first socket is used, and others are named")
    func several() {
        let missing = PathFinding(path: "/a", kind: .missing)
        var second = Sample.socket()
        second = PathFinding(path: "/b", kind: second.kind, owner: "root", group: "docker", mode: 0o660)
        let step = Step.socket([missing, Sample.socket(), second])
        #expect(step.outcome == .ok && step.found.contains("/b") && !step.found.contains("/a,"))
        #expect(step.facts["paths"]?.array?.count == 3)
        #expect(Step.socket([missing]).code == "socket_missing")
        #expect(Step.socket([]).outcome == .failed)
    }

    @Test(
        "What stands in a socket's place",
        arguments: [
            (PathFinding.Kind.deadLink(target: "/x"), "socket_missing"), (.other("a folder"), "not_a_socket"),
            (.hidden("no entry"), "permission_denied"),
        ])
    func wrong(kind: PathFinding.Kind, code: String) {
        let step = Step.socket([PathFinding(path: "/a", kind: kind)])
        #expect(step.outcome == .failed && step.code == code && !step.hints.isEmpty)
    }
}

@Suite struct NetworkStepTests {
    private func connect(_ findings: [ConnectFinding], isTLS: Bool = false) -> Step {
        Step.connect(findings, host: "cloud.example", port: 2375, isTLS: isTLS, at: Sample.plain, time: .zero)
    }
    private func finding(_ address: String, _ error: TransferError?) -> ConnectFinding {
        ConnectFinding(address: address, error: error)
    }

    @Test("Packets that vanish on the way to a public address: every cloud, and this machine's changed address")
    func timedOut() {
        let step = connect([finding("203.0.113.7", .connectTimedOut(after: .seconds(5)))])
        let said = step.hints.joined(separator: "\n")
        #expect(step.code == "connect_timeout" && step.found.contains("no connection within 5 s"))
        for word in [
            "AWS", "Azure", "Google Cloud", "Alibaba", "Tencent", "ufw", "firewall-cmd", "New-NetFirewallRule",
            "api.ipify.org", "Test-NetConnection", "2375",
        ] {
            #expect(said.contains(word), "\(word)")
        }
    }

    @Test("A refused port: dockerd's hosts, systemd's override, and TLS where it is meant")
    func refused() {
        let plain = connect([finding("203.0.113.7", .connectionRefused)]).hints.joined()
        #expect(
            plain.contains("override.conf") && plain.contains("daemon.json")
                && plain.contains("ssh://USER@cloud.example"))
        let secure = connect([finding("203.0.113.7", .connectionRefused)], isTLS: true).hints.joined()
        #expect(secure.contains("tlsverify") && !secure.contains("gives root"))
        let here = connect([finding("127.0.0.1", .connectionRefused)]).hints.joined()
        #expect(here.contains("Docker Desktop") && here.contains("tcp://127.0.0.1:2375"))
    }

    @Test("One address that works is enough; one that must be waited for is a warning")
    func several() {
        let good = finding("127.0.0.1", nil)
        #expect(connect([finding("::1", .connectionRefused), good]).outcome == .ok)
        #expect(connect([finding("2001:db8::1", .noRoute), good]).outcome == .ok)
        let slow = connect([finding("2001:db8::1", .connectTimedOut(after: .seconds(1))), good])
        #expect(
            slow.outcome == .warning && slow.code == "address_unreachable"
                && slow.facts["connections"]?.array?.count == 2)
    }

    @Test("The nearest failure of several addresses counts")
    func gravest() {
        let step = connect([
            finding("2001:db8::1", .noRoute), finding("203.0.113.7", .connectTimedOut(after: .seconds(1))),
            finding("203.0.113.8", .connectionRefused),
        ])
        #expect(step.code == "connection_refused")
        #expect(connect([finding("2001:db8::1", .noRoute)]).hints.joined().contains("ip route get 2001:db8::1"))
    }

    @Test("Plain HTTP on a public address is a warning, on others not")
    func plainPublic() {
        #expect(Step.ping(Sample.plain, addresses: ["203.0.113.7"], time: .zero).code == "plain_public")
        #expect(Step.ping(Sample.plain, addresses: ["10.0.0.7"], time: .zero).outcome == .ok)
        #expect(Step.ping(Sample.secure, addresses: ["203.0.113.7"], time: .zero).outcome == .ok)
        #expect(Step.ping(Sample.local, addresses: [], time: .zero).outcome == .ok)
    }

    @Test("A name without an address, and a resolver that is silent")
    func resolve() {
        let none = Step.resolve("x.invalid", .none("not known"), time: .zero)
        #expect(none.code == "host_not_found" && none.hints.joined().contains("Resolve-DnsName x.invalid"))
        let silent = Step.resolve("x", .timedOut(after: .seconds(2)), time: .zero)
        #expect(silent.found.contains("within 2 s") && silent.hints[0].contains("resolv.conf"))
    }
}

@Suite struct TLSStepTests {
    private let options = TLSOptions(authority: "/c/ca.pem", certificate: "/c/cert.pem", key: "/c/key.pem")
    private func handshake(_ finding: HandshakeFinding, _ options: TLSOptions? = nil) -> Step {
        Step.handshake(
            finding, options ?? self.options, host: "203.0.113.7", port: 2376, at: Sample.secure, now: Sample.now,
            time: .zero)
    }

    @Test("The end of a certificate", arguments: [(31, nil), (29, "in 29 days"), (1, "in 1 day"), (0, "within a day")])
    func ends(days: Int64, words: String?) {
        let end = Sample.now + days * Sample.day + 3_600
        let finding = HandshakeFinding(
            version: "TLSv1.3", cipher: "X", chain: [Sample.certificate(until: end)], asksForClientCertificate: true)
        let step = handshake(finding)
        #expect(step.code == (words == nil ? nil : "certificate_ends_soon"))
        if let words { #expect(step.found.contains(words)) }
        let files = Step.certificateFiles(
            FilesFinding(notAfter: end), options, at: Sample.secure, now: Sample.now, time: .zero)
        #expect(files.outcome == (words == nil ? .ok : .warning))
    }

    @Test("An authority that ends before its certificate")
    func authorityEnds() {
        let chain = [
            Sample.certificate(until: Sample.now + 900 * Sample.day),
            Sample.certificate(until: Sample.now + Sample.day, subject: "CN = a"),
        ]
        let step = handshake(HandshakeFinding(chain: chain, asksForClientCertificate: true))
        #expect(step.outcome == .warning && step.found.contains("its authority ends"))
    }

    @Test("Nobody is verified")
    func unverified() {
        let finding = HandshakeFinding(version: "TLSv1.2", chain: [Sample.certificate(until: nil)])
        #expect(handshake(finding).code == "clients_not_verified")
        #expect(handshake(finding, TLSOptions(verifiesServer: false)).code == "certificate_not_verified")
    }

    @Test(
        "Why a handshake fails",
        arguments: [
            (
                TransferError.tlsUntrusted(.unknownAuthority, Sample.certificate(until: nil)), "tls_untrusted",
                "/c/ca.pem"
            ),
            (.tlsUntrusted(.expired, Sample.certificate(until: 0)), "tls_untrusted", "1970-01-01"),
            (.tlsHostname("203.0.113.7", Sample.certificate(until: nil)), "tls_hostname", "subjectAltName"),
            (.tlsClientCertificate(.missing), "tls_client_certificate", "DOCKER_CERT_PATH"),
            (.tlsClientCertificate(.refused(alert: 48)), "tls_client_certificate", "--tlscacert"),
            (.plainExpected, "plain_expected", "2376"),
            (.connectTimedOut(after: .seconds(1)), "connect_timeout", "journalctl"),
        ])
    func fails(error: TransferError, code: String, words: String) {
        let step = handshake(HandshakeFinding(error: error))
        #expect(step.outcome == .failed && step.code == code)
        #expect((step.hints + [step.found]).joined().contains(words))
        #expect(!step.found.contains("Source cloud"))
    }

    @Test("Both halves of the files may be at fault")
    func files() {
        let finding = FilesFinding(errors: [
            TLSFileError(.authority, "/c/ca.pem", .missing),
            TLSFileError(.key, "/c/key.pem", .mismatch(certificate: "/c/cert.pem")),
        ])
        let step = Step.certificateFiles(finding, options, at: Sample.secure, now: Sample.now, time: .zero)
        #expect(step.found.contains("/c/ca.pem does not exist") && step.found.contains("does not belong"))
        #expect(step.hints.count == 2 && step.code == "tls_untrusted")
    }

    @Test("A hostile certificate's words are cleaned")
    func hostile() {
        let bad = PeerCertificate(
            subject: "CN = \u{1b}[31mx\u{202e}", issuer: "a\nb", notBefore: nil, notAfter: nil, names: ["\u{7}n"])
        let step = handshake(HandshakeFinding(version: "T", chain: [bad], asksForClientCertificate: true))
        let text = step.found + JSON.object(step.facts).text
        #expect(
            !text.contains("\u{1b}") && !text.contains("\u{202e}") && !text.contains("\n") && !text.contains("u001b"))
    }
}

@Suite struct EngineStepTests {
    @Test(
        "An engine that is older than any release that is mended",
        arguments: [("1.40", "engine_old"), ("1.41", nil), ("1.52", nil)])
    func age(api: String, code: String?) throws {
        let document: JSON = ["Version": "19.03", "ApiVersion": .string(api)]
        let step = Step.version(try Endpoint.version.reply(from: document.bytes), negotiated: nil, time: .zero)
        #expect(step.code == code)
    }

    @Test("Three pings") func latency() {
        let step = Step.latency([.milliseconds(3), .milliseconds(1), .milliseconds(2)])
        #expect(step.outcome == .ok && step.found == "1.0 ms to 3.0 ms, median 2.0 ms" && step.time == .milliseconds(6))
        #expect(Step.latency([.seconds(1), .seconds(2), .seconds(3)]).code == "slow")
    }

    @Test("One engine behind two sources, and two engines with one ID")
    func twins() throws {
        let one = try Sample.info(id: "A"), other = try Sample.info(id: "A", folder: "/data"),
            third = try Sample.info(id: "B")
        func step(_ infos: [EngineInfo?]) -> Step? {
            Step.sameEngine(infos.enumerated().map { EngineFacts(name: "s\($0)", info: $1) })
        }
        #expect(step([one, other])?.outcome == .ok)
        let twins = step([one, third, one])
        #expect(twins?.code == "same_engine" && twins?.facts["groups"] == [["s0", "s2"]])
        #expect(step([one, nil]) == nil)
    }

    @Test("Clocks: one engine is off, or this machine is")
    func clocks() {
        func step(_ leads: [Int64?]) -> Step? {
            Step.clock(leads.enumerated().map { EngineFacts(name: "s\($0)", clockLead: $1.map { $0 * 1_000_000_000 }) })
        }
        #expect(step([nil]) == nil)
        #expect(step([5, -5])?.outcome == .ok)
        #expect(step([700, 0])?.found == "s0 is 11 min ahead of this machine's clock")
        #expect(step([700, 0])?.hints.joined().contains("On that host") == true)
        #expect(step([-90, -91])?.hints.joined().contains("this machine's own clock is wrong") == true)
        #expect(Step.clockLead(of: .max, from: .min, to: -1) == .max)
        #expect(Step.clockLead(of: 5, from: 1, to: 9) == 0 && Step.clockLead(of: 1, from: 3, to: 9) == -2)
    }
}
