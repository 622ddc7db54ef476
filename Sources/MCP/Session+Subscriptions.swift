// resources/subscribe and resources/unsubscribe of the older revisions, subscriptions/listen of 2026-07-28.
public import JSON

extension Session {
    /// Answers the methods that subscribe; nil for all others. Without a watcher there are none.
    func subscriptionAnswer(
        _ request: Request, for revision: ProtocolRevision
    ) throws(ProtocolError) -> Answer? {
        guard let watcher = registry.watcher, registry.hasResources else { return nil }
        switch (request.method, revision.era) {
        case ("resources/subscribe", .legacy):
            let uri = try registry.knownResource(request.params, for: revision)
            guard watcher.canWatch(uri) else { throw .invalidParams("changes of this resource are not told") }
            guard subscriptions(watcher).subscribe(to: uri) else { throw Self.tooManySubscriptions }
            return .now([:])
        case ("resources/unsubscribe", .legacy):
            subscriptions(watcher).unsubscribe(from: try registry.uri(request.params))
            return .now([:])
        case ("subscriptions/listen", .modern):
            return .later(try listen(request, watcher))
        default: return nil
        }
    }

    /// Watches what the client subscribes to by `resources/subscribe`, and tells it by `notify`, until the session
    /// ends or the task is cancelled. The transport runs it once; without a watcher it returns at once.
    public func watchSubscriptions(_ notify: @escaping @Sendable (JSON) -> Void) async {
        guard let watcher = registry.watcher else { return }
        await subscriptions(watcher).run(notify)
    }

    private static let tooManySubscriptions = ProtocolError.invalidRequest(
        "too many subscriptions; at most \(Subscriptions.maximum) at a time")

    /// Only changes of resources are told; lists never change, so their notifications are left out of what is agreed.
    private func listen(_ request: Request, _ watcher: ResourceWatcher) throws(ProtocolError) -> Work {
        guard let wanted = request.params["notifications"]?.object else {
            throw .invalidParams("notifications must be an object: what to be told of")
        }
        var uris: [String] = []
        if let list = wanted["resourceSubscriptions"], !list.isNull {
            guard let list = list.array else { throw .invalidParams("resourceSubscriptions must be an array") }
            for item in list {
                guard let uri = item.string else { throw .invalidParams("resourceSubscriptions must hold strings") }
                if !uris.contains(uri), registry.hasResource(uri), watcher.canWatch(uri) { uris.append(uri) }
                guard uris.count <= Subscriptions.maximum else { throw Self.tooManySubscriptions }
            }
        }
        let (id, subscriptions, registry) = (request.id, subscriptions(watcher), registry)
        var agreed = JSONObject()
        if wanted["resourceSubscriptions"] != nil { agreed["resourceSubscriptions"] = .array(uris.map(JSON.string)) }
        let acknowledgement = Subscriptions.notification(
            "notifications/subscriptions/acknowledged", ["notifications": .object(agreed)], for: id)
        let watched = Set(uris)
        return { context throws(ProtocolError) in
            guard subscriptions.reserve(watched.count) else { throw Self.tooManySubscriptions }
            context.say(acknowledgement)
            await subscriptions.listen(to: watched) { context.say(Subscriptions.updated($0, for: id)) }
            return registry.endOfListening(id)
        }
    }
}
