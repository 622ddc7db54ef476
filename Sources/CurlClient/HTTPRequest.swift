// The one thing that can be asked of a server: GET or HEAD, never a body.

/// One request. It has no body and no other method than GET and HEAD, so it can only read.
public struct HTTPRequest: Sendable {
    /// What is asked for.
    public enum Method: Sendable {
        /// Status, headers and body.
        case get
        /// Status and headers only.
        case head
    }

    /// GET unless set.
    public var method: Method
    /// The server that is asked.
    public var route: Route
    /// Starts with "/", already percent-encoded, with its query. Sent exactly as it is.
    public var path: String
    /// Sent beside `Host`, `Accept` and `User-Agent`. Headers that announce a body or another protocol are refused.
    public var headers: [(name: String, value: String)]
    /// The longest that finding the host and connecting to it may take.
    public var connectTimeout: Duration
    /// The longest that the whole transfer may take; for a stream: until its headers have come. No limit when nil.
    public var deadline: Duration?
    /// The largest body that is accepted, decoded, in bytes; a larger one fails with `.replyTooLarge`. Streams ignore it.
    public var maximumReplyBytes: Int
    /// Connections made before this moment are not used: the network may have changed since. Any will do when nil.
    /// On the clock that stands still while the machine sleeps, which is the one that connections age by.
    public var notBefore: SuspendingClock.Instant?

    /// A request with the defaults of a local engine: 5 s to connect, 10 s in all, 64 MiB.
    public init(
        method: Method = .get, route: Route, path: String, headers: [(name: String, value: String)] = [],
        connectTimeout: Duration = .seconds(5), deadline: Duration? = .seconds(10), maximumReplyBytes: Int = 64 << 20,
        notBefore: SuspendingClock.Instant? = nil
    ) {
        self.method = method
        self.route = route
        self.path = path
        self.headers = headers
        self.connectTimeout = connectTimeout
        self.deadline = deadline
        self.maximumReplyBytes = maximumReplyBytes
        self.notBefore = notBefore
    }
}
