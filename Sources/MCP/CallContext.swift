// What a handler knows of the call beside its arguments.
import JSON

/// One call's surroundings.
public struct CallContext: Sendable {
    /// `name/version` as the client calls itself, after the caller's name where a transport knows one; for the audit
    /// only, as nothing proves what a client says of itself.
    public let client: String?
    /// Says anything before the reply.
    let say: @Sendable (JSON) -> Void
    private let onProgress: (@Sendable (_ progress: Double, _ total: Double?, _ message: String?) -> Void)?

    /// A context; `onProgress` is nil when the client didn't ask for progress.
    public init(
        client: String? = nil,
        onProgress: (@Sendable (_ progress: Double, _ total: Double?, _ message: String?) -> Void)? = nil
    ) {
        self.init(client: client, say: { _ in }, onProgress: onProgress)
    }

    init(
        client: String?, say: @escaping @Sendable (JSON) -> Void,
        onProgress: (@Sendable (_ progress: Double, _ total: Double?, _ message: String?) -> Void)?
    ) {
        self.say = say
        self.client = client
        self.onProgress = onProgress
    }

    /// Whether the client asked to be told how far the work is.
    public var wantsProgress: Bool { onProgress != nil }

    /// Tells the client how far the work is. `progress` must grow from call to call; one that doesn't is dropped.
    public func report(progress: Double, total: Double? = nil, message: String? = nil) {
        onProgress?(progress, total, message)
    }
}
