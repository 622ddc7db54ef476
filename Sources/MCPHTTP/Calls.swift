// Runs what outlives the request that began it.

/// Owns the server's background work: calls whose client may come back for the reply, and watches of sessions.
final class Calls: Sendable {
    typealias Work = @Sendable () async -> Void

    private let queue: AsyncStream<Work>
    private let feed: AsyncStream<Work>.Continuation

    /// Unbounded, but what is put in has taken a place of a gauge.
    init() { (queue, feed) = AsyncStream.makeStream() }

    func start(_ work: @escaping Work) { feed.yield(work) }

    /// No more work comes; `run` returns once all is cancelled and done.
    func finish() { feed.finish() }

    /// Runs what is started until `finish`, or until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await work in queue { group.addTask { await work() } }
            group.cancelAll()
        }
    }
}
