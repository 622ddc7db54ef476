// What tells the server that resources have changed.

/// Watches resources for clients that want to hear of changes.
///
/// `watch` runs once for each subscription, many at a time; what they share, such as one stream of events from an
/// engine, is the watcher's business.
public struct ResourceWatcher: Sendable {
    /// Called with a resource's address each time it has changed.
    public typealias Changed = @Sendable (_ uri: String) -> Void

    /// Whether changes of the resource are told at all; quick, as it only looks at the address.
    public let canWatch: @Sendable (_ uri: String) -> Bool
    /// Watches until the task is cancelled, then returns promptly. `changed` may be called from anywhere and never
    /// waits; what was missed while nothing could be seen is worth one call too.
    public let watch: @Sendable (_ uris: Set<String>, _ changed: @escaping Changed) async -> Void

    /// A watcher.
    public init(
        canWatch: @escaping @Sendable (_ uri: String) -> Bool,
        watch: @escaping @Sendable (_ uris: Set<String>, _ changed: @escaping Changed) async -> Void
    ) {
        self.canWatch = canWatch
        self.watch = watch
    }
}
