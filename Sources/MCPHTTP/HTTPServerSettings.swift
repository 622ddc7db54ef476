// Everything about the HTTP server that can be chosen.

/// Where the server listens, whom it believes, and its limits.
public struct HTTPServerSettings: Sendable {
    /// The certificate and its key, both as PEM.
    public struct TLSFiles: Hashable, Sendable {
        /// Path of the certificate, its chain following in the same file.
        public var certificatePath: String
        /// Path of the key.
        public var keyPath: String

        /// The two files.
        public init(certificatePath: String, keyPath: String) {
            self.certificatePath = certificatePath
            self.keyPath = keyPath
        }
    }

    /// The limits; what goes beyond is refused, never queued without end.
    public struct Limits: Hashable, Sendable {
        /// A longer body is refused with 413.
        public var bodyBytes = 4 << 20
        /// Longer headers in all are refused with 431; one alone may have half as much.
        public var headerBytes = 32 << 10
        /// Bytes of all bodies that are being read at one time; beyond it 429.
        public var allBodiesBytes = 64 << 20
        /// How long a body may take to arrive; then 408.
        public var bodyTime = Duration.seconds(15)
        /// How long a connection may be silent between requests, or take to send a request's head.
        public var idleTime = Duration.seconds(75)
        /// How long a client may take to read what fills its connection.
        public var stalledWriteTime = Duration.seconds(30)
        /// Open connections; further ones wait to be accepted.
        public var connections = 1024
        /// Requests being answered, and calls running; beyond it 429.
        public var requests = 256
        /// Open event streams; beyond it 429.
        public var streams = 200
        /// Sessions of the revisions before 2026-07-28. Beyond it the one that is idle for the longest time ends; when
        /// all are busy, 429.
        public var sessions = 1024
        /// How long a session may be unused.
        public var sessionIdleTime = Duration.seconds(30 * 60)
        /// How often a silent stream is sent a comment, so that nobody between thinks that it is dead.
        public var keepAliveTime = Duration.seconds(15)
        /// Events that each session keeps for clients that come back, and their bytes.
        public var replayEvents = 64, replayBytes = 256 << 10
        /// Requests per second and caller, or address where there is no caller; nil for no limit. Beyond it 429.
        public var requestsPerSecond: Double? = 50
        /// Requests that may come at once after a pause.
        public var burst = 200.0

        /// The defaults.
        public init() {}
    }

    /// The address to listen at.
    public var host = "127.0.0.1"
    /// The port; 0 for one that the system chooses.
    public var port = 3000
    /// Names beside the loopback ones and `host` that a `Host` or `Origin` header may carry: `name`, or `name:port`.
    public var allowedHosts: [String] = []
    /// Origins beside those of allowed hosts: `https://name`, or `https://name:port`.
    public var allowedOrigins: [String] = []
    /// TLS; nil for plain HTTP.
    public var tls: TLSFiles?
    /// Whether the pair `/sse` and `/messages` of 2024-11-05 is offered.
    public var offersEventPair = true
    /// The limits.
    public var limits = Limits()

    /// The defaults: this host only, port 3000.
    public init() {}
}
