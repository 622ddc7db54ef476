// One step of an examination: what was looked at, what was found, and what to do about it.
public import JSON
import SafeText

/// One thing that was examined. A plain value; nothing in it is secret.
public struct Step: Hashable, Sendable {
    /// What is examined. Words are added here, never changed.
    public enum Name: String, Hashable, Sendable, CaseIterable {
        /// Flags, environment and files.
        case settings
        /// The paths where a socket may be.
        case socket
        /// Whether this user may open the socket.
        case access
        /// The files that TLS needs.
        case certificateFiles = "certificate_files"
        /// The host's addresses.
        case resolve
        /// A connection, without a request.
        case connect
        /// The TLS handshake.
        case handshake
        /// The ssh client.
        case ssh
        /// The way through ssh to the engine, with one ping.
        case tunnel
        /// The first `/_ping`.
        case ping
        /// Three pings more.
        case latency
        /// `/version`, and the API version that both sides speak.
        case version
        /// `/info`.
        case info
        /// Whether the host of a TLS source also answers without TLS.
        case plainPort = "plain_port"
        /// Whether two sources are one engine.
        case sameEngine = "same_engine"
        /// How far clocks are apart.
        case clock
    }

    /// How it went; a later one is graver.
    public enum Outcome: String, Hashable, Sendable, CaseIterable, Comparable {
        /// Nothing to do.
        case ok
        /// Not done, since a step before it failed, or since there is nothing to do.
        case skipped
        /// It works, and somebody should look.
        case warning
        /// It does not work.
        case failed

        /// Less grave.
        public static func < (left: Outcome, right: Outcome) -> Bool { left.gravity < right.gravity }
        private var gravity: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// What is examined.
    public let name: Name
    /// How it went.
    public let outcome: Outcome
    /// How long it took; nil when nothing was waited for.
    public let time: Duration?
    /// What was found, in one line.
    public let found: String
    /// A stable word for a warning or failure; nil otherwise.
    public let code: String?
    /// What to do next, one line each; empty when there is nothing to do.
    public let hints: [String]
    /// The same findings for programs, as docs/schemas/doctor.v1.json describes them.
    public let facts: JSONObject

    init(
        _ name: Name, _ outcome: Outcome, _ found: String, code: String? = nil, hints: [String] = [],
        time: Duration? = nil, facts: JSONObject = [:]
    ) {
        self.name = name
        self.outcome = outcome
        self.found = found
        self.code = code
        self.hints = hints
        self.time = time
        self.facts = facts
    }

    static func skipped(_ name: Name, because reason: String) -> Step { Step(name, .skipped, reason) }
}

/// Foreign words, as they can be shown in a line.
func shown(_ words: String, limit: Int = 120) -> String {
    SafeText.shortened(Secrets.masked(SafeText.line(words)), to: limit)
}
