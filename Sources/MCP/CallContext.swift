// What a handler knows of the call beside its arguments.

/// One call's surroundings.
public struct CallContext: Sendable {
    /// `name/version` as the client calls itself, for the audit only: nothing proves it.
    public let client: String?
    private let onProgress: (@Sendable (_ progress: Double, _ total: Double?, _ message: String?) -> Void)?

    /// A context; `onProgress` is nil when the client didn't ask for progress.
    public init(
        client: String? = nil,
        onProgress: (@Sendable (_ progress: Double, _ total: Double?, _ message: String?) -> Void)? = nil
    ) {
        self.client = client
        self.onProgress = onProgress
    }

    /// Tells the client how far the work is. `progress` must grow from call to call; one that doesn't is dropped.
    public func report(progress: Double, total: Double? = nil, message: String? = nil) {
        onProgress?(progress, total, message)
    }
}
