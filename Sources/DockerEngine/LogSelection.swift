// Which part of a container's log is wanted.

/// A part of a container's log (`GET /containers/{id}/logs`).
public struct LogSelection: Hashable, Sendable {
    /// How many lines from the end, 1 or more; nil for all.
    public var tail: Int?
    /// From this moment on.
    public var since: Timestamp?
    /// Up to this moment.
    public var until: Timestamp?
    /// Lines of standard output.
    public var stdout: Bool
    /// Lines of standard error.
    public var stderr: Bool
    /// Whether lines that are still to be written belong to it: the log then ends when the container does.
    public var follows = false

    /// The part that these describe.
    public init(tail: Int?, since: Timestamp? = nil, until: Timestamp? = nil, stdout: Bool = true, stderr: Bool = true)
    {
        self.tail = tail
        self.since = since
        self.until = until
        self.stdout = stdout
        self.stderr = stderr
    }
}
