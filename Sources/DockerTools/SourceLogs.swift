// The logs of one source's containers, also of those that are started or appear later.
import DockerEngine
import DockerSources

/// Reads or follows the logs that are wanted of one source.
struct SourceLogs: Sendable {
    /// Whose logs are wanted.
    enum Wanted: Sendable {
        /// The container of this id, and whatever has its name after it.
        case named(String, String?)
        case many(LogChoice.Many)
    }

    let source: any Source
    let wanted: Wanted
    /// The source's place among those that are asked.
    let index: Int
    let selection: LogSelection
    let filter: LineFilter
    let merger: LogMerger
    let note: @Sendable (String) -> Void
    let maximum: Int
    let interval: Duration

    /// What may change which logs are read.
    private enum Signal: Sendable {
        case started(String)
        case destroyed(String)
        /// Its log is not followed any more.
        case gone(String)
        case look
    }

    /// Reads each log to its end. False when something could not be read.
    func readOnce() async -> Bool {
        let found: [ContainerDetails]
        do throws(SourceError) { found = try await containers(isFirst: true, except: []) } catch {
            note(error.note(of: source.label))
            await merger.begin()
            return false
        }
        var followers: [LogFollower] = []
        for container in found { followers.append(await follower(of: container, selection, number: followers.count)) }
        await merger.begin()
        return await withTaskGroup(of: Bool.self) { group in
            for follower in followers { group.addTask { await follower.readOnce() } }
            return await group.reduce(true) { $0 && $1 }
        }
    }

    /// Follows the logs until the task is cancelled; always true.
    func follow() async -> Bool {
        let (signals, signal) = AsyncStream.makeStream(of: Signal.self, bufferingPolicy: .bufferingNewest(1_024))
        await withDiscardingTaskGroup { group in
            group.addTask { await listen(signal) }
            group.addTask { await tick(signal) }
            var known: [String: AsyncStream<Void>.Continuation] = [:]
            var (count, isLost) = (0, false)
            for await what in signals {
                switch what {
                case .destroyed(let id):
                    known[id]?.yield()
                    continue
                case .gone(let id):
                    known[id] = nil
                    continue
                case .started(let id):
                    if let wake = known[id] {
                        wake.yield()
                        continue
                    }
                case .look: break
                }
                let isFirst = count == 0
                do throws(SourceError) {
                    for container in try await containers(isFirst: isFirst, except: Set(known.keys)) {
                        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
                        known[container.id] = wake
                        let selection = isFirst ? selection : fromStart(of: container)
                        let follower = await follower(of: container, selection, number: count)
                        count += 1
                        group.addTask {
                            await follower.follow(wakes: wakes)
                            signal.yield(.gone(container.id))
                        }
                    }
                    if isFirst { await merger.begin() }
                    if isLost { note("! \(source.label.name) is back") }
                    isLost = false
                    // From now on only what appears.
                    count = max(count, 1)
                } catch {
                    if Task.isCancelled { break }
                    if !isLost {
                        note("! \(source.label.name) failed: \(error.code.rawValue): \(error.message) Trying again.")
                    }
                    isLost = true
                }
            }
        }
        return true
    }

    private func listen(_ signal: AsyncStream<Signal>.Continuation) async {
        await EventHub(source).listen { news in
            switch news {
            case .event(let event):
                switch event.action {
                case "start": signal.yield(.started(event.id))
                case "destroy", "remove": signal.yield(.destroyed(event.id))
                default: break
                }
            case .found, .lost: signal.yield(.look)
            }
        }
    }

    /// The first look is before events are heard, so there is another soon after; and not every engine tells its events.
    private func tick(_ signal: AsyncStream<Signal>.Continuation) async {
        signal.yield(.look)
        var pause = Duration.seconds(1)
        while (try? await Task.sleep(for: pause)) != nil {
            signal.yield(.look)
            pause = interval
        }
    }

    /// Of a container that is met later, what it wrote since it was started. Its first lines may have been stamped before its start.
    private func fromStart(of container: ContainerDetails) -> LogSelection {
        var selection = selection
        selection.tail = nil
        selection.since = container.state.finishedAt.map { end in
            max(end, container.state.startedAt?.earlier(bySeconds: 5) ?? end)
        }
        return selection
    }

    private func follower(
        of container: ContainerDetails, _ selection: LogSelection, number: Int
    ) async -> LogFollower {
        let order = index * 1_000_000 + number
        await merger.open(order)
        return LogFollower(
            source: source, container: container, order: order, selection: selection, filter: filter, merger: merger,
            note: note)
    }

    /// The containers that are wanted, those apart that are known. At first those that have ended are among them, whose logs can be read.
    private func containers(isFirst: Bool, except known: Set<String>) async throws(SourceError) -> [ContainerDetails] {
        let listed: [ContainerSummary]
        switch wanted {
        case .many(let many): listed = try await source.containers(many)
        case .named(let id, let name):
            listed = try await source.reply(to: .containers(all: true)).filter { container in
                container.id == id || (!isFirst && name != nil && container.name == name)
            }
        }
        let new = listed.filter { !known.contains($0.id) && (isFirst || $0.isActive) }
        let room = max(0, maximum - known.count)
        let (details, _) = await source.details(of: Array(new.prefix(room)), atMost: room)
        if isFirst, new.count > room {
            note(
                "! \(source.label.name): \(new.count - room) more containers are not read; at most \(maximum) of a source are"
            )
        }
        return details
    }
}
