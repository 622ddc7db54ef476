// What may need somebody's care although the source answers.
import DockerEngine
import DockerSources
import SafeText

extension SourceStatus {
    /// In plain words, the gravest first.
    func warnings(_ now: Moment, twins: [String]) -> [String] {
        var warnings: [String] = []
        if report.source.kind == .remoteTCP, !Self.isPrivate(report.source.endpoint) {
            warnings.append(
                "plain HTTP to a public address: whoever can reach this port controls the host; let only your address in, or use a VPN"
            )
        }
        if let certificate { warnings += Self.warnings(of: certificate, now.time) }
        if let lead = checkup?.clockLead, abs(Double(lead)) > Self.clockTolerance { warnings.append(Self.skew(lead)) }
        if let version = checkup?.version, let age = Self.ageWarning(of: version) { warnings.append(age) }
        if !twins.isEmpty {
            warnings.append(
                "this seems to be the same engine as \(Asking.listed(twins)): its rows come twice")
        }
        if let condition, condition.isSlow {
            let latency = condition.latency95.map { ": 95 of 100 replies within \($0.text)" } ?? ""
            warnings.append(
                "slow, several of its last replies took more than half of its limit of \(limits.total.text)\(latency)")
        }
        if let condition, condition.isFlapping {
            warnings.append("it went away or came back \(condition.changes) times in the last 5 minutes")
        }
        return warnings
    }

    /// Nanoseconds. A few seconds are no more than a clock that is set by hand.
    static let clockTolerance = 5e9
    /// Seconds: time enough to make a new one.
    private static let certificateNotice = 30 * 86_400

    private static func warnings(of certificate: EngineCertificate, _ now: Timestamp) -> [String] {
        if let start = certificate.start, start > now {
            return ["the engine's certificate is not valid before \(day(start))"]
        }
        guard let end = certificate.end, let notice = end.earlier(bySeconds: certificateNotice), notice <= now else {
            return []
        }
        if end <= now { return ["the engine's certificate has ended on \(day(end)): make a new one"] }
        let days = (end.nanoseconds - now.nanoseconds) / 86_400_000_000_000
        let span = days == 0 ? "within a day" : days == 1 ? "in 1 day" : "in \(days) days"
        return ["the engine's certificate ends \(span), on \(day(end)): make a new one"]
    }

    private static func day(_ time: Timestamp) -> Substring { time.rfc3339.prefix(10) }

    static func skew(_ lead: Int64) -> String {
        let seconds = lead.magnitude / 1_000_000_000
        let span =
            seconds < 600 ? "\(seconds) s" : seconds < 86_400 ? "\(seconds / 60) min" : "\(seconds / 86_400) days"
        return
            "the engine's clock is \(span) \(lead > 0 ? "ahead of" : "behind") this machine's: times of its logs and events are off by that"
    }

    /// API 1.41 came with Docker 20.10 and Podman 3: distributions still mend those, and nothing before.
    private static let oldestSupported = APIVersion(major: 1, minor: 41)

    static func ageWarning(of version: EngineVersion) -> String? {
        guard let newest = version.apiVersion.flatMap({ APIVersion($0) }), newest < oldestSupported else { return nil }
        return
            "\(version.name) \(version.version.map { SafeText.shortened(SafeText.line($0), to: 40) } ?? "of an unknown version") (API \(newest)) is older than any release that is still supported: update it"
    }

    /// Loopback, link-local and private ranges (RFC 1918, RFC 6598, RFC 4193), and names, whose address is not looked up here.
    private static func isPrivate(_ endpoint: String) -> Bool {
        let host = endpoint.dropFirst("tcp://".count)
        if host.hasPrefix("[") {
            return ["[::1]", "[fe8", "[fe9", "[fea", "[feb", "[fd", "[fc"].contains { host.hasPrefix($0) }
        }
        let parts = host.prefix { $0 != ":" }.split(separator: ".").map { Int($0) }
        guard parts.count == 4, let first = parts[0], let second = parts[1] else { return true }
        return switch (first, second) {
        case (10, _), (127, _), (192, 168), (169, 254), (172, 16...31), (100, 64...127): true
        default: false
        }
    }
}
