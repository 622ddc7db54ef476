// The steps that ask the engine: pings, versions, and what it says of itself.
import DockerEngine
import DockerSources
import JSON

/// What asking one engine gave; nil what was not asked, or failed.
struct EngineFacts: Hashable, Sendable {
    let name: String
    var info: EngineInfo?
    /// How far the engine's clock is ahead of ours at least, in nanoseconds; negative when it is behind.
    var clockLead: Int64?
}

extension Step {
    /// An engine that does not answer well.
    static func failure(_ name: Name, _ error: SourceError, at label: SourceLabel, time: Duration) -> Step {
        let hints: [String] =
            switch (error.code, label.kind) {
            case (.deadlineExceeded, .ssh):
                [
                    "Either ssh or the engine hangs: ssh may wait for a host that takes connections and says nothing. Try by hand: the command above, "
                        + "with docker version at its end.", error.hint,
                ]
            case (.deadlineExceeded, _): Advice.hung + [error.hint]
            case (.notDocker, .localSocket), (.notDocker, .remoteTCP), (.notDocker, .remoteTLS):
                [error.hint, "See what answers: \(label.curl); Docker's answer is OK, with a header Api-Version."]
            default: [error.hint]
            }
        return Step(name, .failed, error.words(at: label), code: error.code.rawValue, hints: hints, time: time)
    }

    /// The first ping. Over plain TCP its success on a public address is a warning.
    static func ping(_ label: SourceLabel, addresses: [String], time: Duration) -> Step {
        let isPublic = addresses.contains { NetworkPlace(address: $0) == .world }
        guard label.kind == .remoteTCP, isPublic else { return Step(.ping, .ok, "the engine answers", time: time) }
        return Step(
            .ping, .warning, "the engine answers without TLS on a public address", code: "plain_public",
            hints: [
                "Whoever reaches this port is root on that host. Let only your address in (/32) by the security group, never 0.0.0.0/0; "
                    + "better, use TLS (dockerd --tlsverify, port 2376), a VPN, or ssh://USER@HOST."
            ], time: time)
    }

    /// Three pings more, over the connection that stands.
    static func latency(_ times: [Duration]) -> Step {
        let sorted = times.sorted()
        guard let least = sorted.first, let most = sorted.last else {
            return .skipped(.latency, because: "no ping was sent")
        }
        let middle = sorted[sorted.count / 2]
        let facts: JSONObject = [
            "least_ms": .number(least.milliseconds), "median_ms": .number(middle.milliseconds),
            "most_ms": .number(most.milliseconds),
        ]
        let found = "\(least.shown) to \(most.shown), median \(middle.shown)"
        guard middle >= .seconds(1) else {
            return Step(.latency, .ok, found, time: times.reduce(.zero, +), facts: facts)
        }
        return Step(
            .latency, .warning, found, code: "slow",
            hints: ["Each question takes that long at least: look at the engine's load and the network between."],
            time: times.reduce(.zero, +), facts: facts)
    }

    /// API 1.41 came with Docker 20.10 and Podman 3: distributions still mend those, and nothing before.
    private static let oldestSupported = APIVersion(major: 1, minor: 41)

    /// `/version`, and the version that both sides speak.
    static func version(_ version: EngineVersion, negotiated: APIVersion?, time: Duration) -> Step {
        let platform = [version.os, version.architecture, version.kernel].compactMap { $0.map { shown($0, limit: 60) } }
        let number = version.version.map { shown($0, limit: 60) } ?? "of an unknown version"
        let found =
            "\(version.name) \(number), API \(version.apiVersion.map { shown($0, limit: 20) } ?? "unknown")"
            + (negotiated.map { " (\($0) agreed)" } ?? "")
            + (platform.isEmpty ? "" : ", \(platform.joined(separator: " "))")
        var facts: JSONObject = ["engine": .string(version.name)]
        facts["version"] = version.version.map { .string(shown($0, limit: 60)) }
        facts["api_version"] = version.apiVersion.map { .string(shown($0, limit: 20)) }
        facts["negotiated_api"] = negotiated.map { .string("\($0)") }
        if let newest = version.apiVersion.flatMap({ APIVersion($0) }), newest < oldestSupported {
            return Step(
                .version, .warning, "\(found): older than any release that is still supported", code: "engine_old",
                hints: ["Update the engine: Docker 20.10 or newer."], time: time, facts: facts)
        }
        return Step(.version, .ok, found, time: time, facts: facts)
    }

    /// `/info`.
    static func info(_ info: EngineInfo, time: Duration) -> Step {
        let host = info.hostName.map { "host \(shown($0, limit: 60))" } ?? "a host without a name"
        let counts = [
            info.containers.map { "\($0) containers" }, info.running.map { "\($0) running" },
            info.images.map { "\($0) images" },
        ].compactMap(\.self)
        var facts = JSONObject()
        facts["engine_id"] = info.id.map { .string(shown($0)) }
        facts["host"] = info.hostName.map { .string(shown($0, limit: 60)) }
        return Step(.info, .ok, ([host] + counts).joined(separator: ", "), time: time, facts: facts)
    }

    /// The ssh client here, and what it is told.
    static func ssh(path: String?, command: [String]) -> Step {
        let line = command.map { shown($0.contains(" ") ? "\"\($0)\"" : $0) }.joined(separator: " ")
        let facts: JSONObject = ["command": .array(command.map { .string(shown($0)) })]
        guard let path else {
            return Step(
                .ssh, .failed, "there is no ssh in PATH", code: SourceError.Code.sshFailed.rawValue,
                hints: [
                    "Install the OpenSSH client: sudo apt install openssh-client (Fedora: sudo dnf install openssh-clients; "
                        + "Windows: Settings > Optional features > OpenSSH Client).",
                    "An AI assistant may start this program with a short PATH: set PATH in its configuration.",
                ], facts: facts)
        }
        return Step(.ssh, .ok, "\(shown(path)); runs: \(line)", facts: facts)
    }

    /// The way through ssh, with one ping.
    static func tunnel(time: Duration) -> Step {
        Step(.tunnel, .ok, "ssh lets us in, and the engine behind it answers", time: time)
    }
}

extension Duration {
    /// In milliseconds.
    var milliseconds: Double {
        let (seconds, attoseconds) = components
        let exact = Double(seconds) * 1e3 + Double(attoseconds) / 1e15
        return (exact * 1_000).rounded() / 1_000
    }

    /// `0.4 ms`, `12 ms`, `1.5 s`.
    var shown: String {
        switch milliseconds {
        case ..<10: "\((milliseconds * 10).rounded() / 10) ms"
        case ..<1_000: "\(Int(milliseconds.rounded())) ms"
        default: "\((milliseconds / 100).rounded() / 10) s"
        }
    }
}

extension SourceLabel {
    /// A ping by hand.
    fileprivate var curl: String {
        switch kind {
        case .remoteTLS:
            "curl -i --cacert ca.pem --cert cert.pem --key key.pem \(endpoint.replacing("tcp://", with: "https://"))/_ping"
        case .remoteTCP, .ssh: "curl -i \(endpoint.replacing("tcp://", with: "http://"))/_ping"
        case .localSocket:
            "curl -i --unix-socket \(shown(endpoint.replacing("unix://", with: ""))) http://localhost/_ping"
        }
    }
}
