// The steps between this machine and a port of another: addresses, connections, and whether TLS is missing.
import CurlClient
import DockerSources
import JSON

extension Step {
    /// The host's addresses.
    static func resolve(_ host: String, _ finding: NameFinding, time: Duration) -> Step {
        switch finding {
        case .addresses(let addresses):
            let found = addresses == [host] ? "it is an address" : addresses.joined(separator: ", ")
            return Step(
                .resolve, .ok, found, time: time, facts: ["addresses": .array(addresses.map { .string($0) })])
        case .none(let words):
            return Step(
                .resolve, .failed, "\(host) has no address (\(shown(words)))",
                code: SourceError.Code.hostNotFound.rawValue,
                hints: Advice.noAddress(host), time: time)
        case .timedOut(let limit):
            return Step(
                .resolve, .failed, "no answer about \(host) within \(limit.text)",
                code: SourceError.Code.hostNotFound.rawValue,
                hints: ["The DNS server does not answer: check /etc/resolv.conf, the network and the VPN."]
                    + Advice.noAddress(host), time: time)
        }
    }

    /// Connections to each address of the host; one that works is enough, and one that must be waited for is worth a warning.
    static func connect(
        _ findings: [ConnectFinding], host: String, port: Int, isTLS: Bool, at label: SourceLabel, time: Duration
    ) -> Step {
        let facts: JSONObject = [
            "connections": .array(
                findings.map { finding in
                    var facts: JSONObject = [
                        "address": .string(finding.address ?? host), "port": .integer(Int64(port)),
                    ]
                    facts["code"] = finding.error.map { .string(SourceError($0, at: label).code.rawValue) }
                    return .object(facts)
                })
        ]
        let words = findings.map { finding in
            "\(finding.address ?? host) \(finding.error.map { SourceError($0, at: label).words(at: label) } ?? "connected")"
        }.joined(separator: "; ")
        let failed = findings.filter { $0.error != nil }
        if failed.count < findings.count {
            let isSlow = failed.contains { $0.error.map { SourceError($0, at: label).code } == .connectTimeout }
            guard isSlow else { return Step(.connect, .ok, "port \(port): \(words)", time: time, facts: facts) }
            return Step(
                .connect, .warning, "port \(port): \(words)", code: "address_unreachable",
                hints: [
                    "Each new connection may wait for an address that does not answer: take it out of DNS or /etc/hosts, "
                        + "or set the address that works in place of the name."
                ], time: time, facts: facts)
        }
        // Who refuses is nearer than who says nothing.
        let errors = failed.compactMap { finding in finding.error.map { (finding, SourceError($0, at: label)) } }
        let gravest =
            errors.first { $0.1.code == .connectionRefused } ?? errors.first { $0.1.code == .connectTimeout }
            ?? errors.first
        guard let (finding, error) = gravest else { return .skipped(.connect, because: "there is no address") }
        let place = finding.address.flatMap { NetworkPlace(address: $0) } ?? .world
        let hints: [String] =
            switch error.code {
            case .connectionRefused: Advice.refused(host, port, at: place, isTLS: isTLS)
            case .connectTimeout: Advice.timedOut(host, port, at: place)
            case .noRoute: Advice.noRoute(finding.address ?? host)
            default: [error.hint]
            }
        return Step(
            .connect, .failed, "port \(port): \(words)", code: error.code.rawValue, hints: hints, time: time,
            facts: facts)
    }

    /// Whether the host of a TLS source also answers without TLS; `failure` is why it does not.
    static func plainPort(_ host: String, _ port: Int, failure: SourceError?, time: Duration) -> Step {
        if failure != nil { return Step(.plainPort, .ok, "no engine answers without TLS on port \(port)", time: time) }
        return Step(
            .plainPort, .warning, "an engine answers plain HTTP on port \(port) of \(host): TLS protects nothing there",
            code: "plain_port_open",
            hints: [
                "Whoever reaches that port is root on the host. Take tcp://...:\(port) out of \"hosts\" in /etc/docker/daemon.json (and -H out of "
                    + "the systemd unit), restart Docker, and close the port in the security group and firewall."
            ], time: time)
    }
}
