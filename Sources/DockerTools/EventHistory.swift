// What an engine remembers of a span of time, read through a bounded buffer.
import DockerEngine
import DockerSources

/// Which events are wanted.
struct EventFilter: Sendable {
    /// The action, or its first word: `health_status` for `health_status: healthy`.
    var action: String?
    /// Part of the object's name, or the beginning of its id, in lower case.
    var object: String?
    var showsExec = true

    func hides(_ event: EngineEvent) -> Bool { !showsExec && event.action.hasPrefix("exec_") }

    func keeps(_ event: EngineEvent) -> Bool {
        if let action {
            let told = event.action.lowercased()
            guard told == action || told.hasPrefix(action + ":") || told.hasPrefix(action + " ") else { return false }
        }
        guard let object else { return true }
        return event.name?.lowercased().contains(object) == true || event.id.hasPrefix(object)
            || event.attributes["container"]?.hasPrefix(object) == true
    }
}

/// The events of one source.
struct EventHistory: Sendable {
    /// In the engine's order.
    private(set) var events: [EngineEvent] = []
    /// How many were left out because they only tell of commands inside containers.
    private(set) var hidden = 0
    /// Whether there were more than are kept.
    private(set) var isCut = false
    /// Why the history ended early; the events before are whole.
    private(set) var endedBy: SourceError?

    static let maximumEvents = 10_000

    /// Reads until the engine's answer ends. Throws when nothing came.
    init(
        of source: any Source, since: Timestamp, until: Timestamp, types: [String], keeping filter: EventFilter
    ) async throws(SourceError) {
        let stream = try await source.stream(.events(since: since, until: until, types: types))
        var lines = EventLines()
        do throws(SourceError) {
            while !isCut, let chunk = try await stream.next() {
                do throws(ReplyError) { for event in try lines.read(chunk) { add(event, filter) } } catch {
                    throw SourceError(error, at: source.label)
                }
            }
        } catch {
            // An engine whose clock is behind ours waits for `until`: what happened is there by then.
            guard error.code == .cancelled || !events.isEmpty else { throw error }
            endedBy = error.code == .cancelled ? .deadlineExceeded(at: source.label, limit: source.limits.total) : error
        }
    }

    private mutating func add(_ event: EngineEvent, _ filter: EventFilter) {
        guard filter.keeps(event) else { return }
        if filter.hides(event) {
            hidden += 1
        } else if events.count < Self.maximumEvents {
            events.append(event)
        } else {
            isCut = true
        }
    }
}
