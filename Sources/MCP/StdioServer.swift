// The stdio transport: one client, lines in, lines out.
import JSON
import NIOConcurrencyHelpers

/// Why a stdio connection can't be served at all.
public enum StdioFailure: Error, Hashable, Sendable {
    /// No descriptors are left; `errno` says more.
    case noDescriptors(errno: Int32)
    /// No thread could be made; `errno` says more.
    case noThread(errno: Int32)
}

/// Serves one client over two descriptors: UTF-8, one message a line, nothing else on the output.
///
/// Serves every revision at once; a line that isn't a message is answered with an error. Calls run side by side, and
/// replies go out as they are ready. A broken pipe is an end, not a signal: SIGPIPE is blocked on the thread that
/// writes.
public final class StdioServer: Sendable {
    /// The limits of one connection.
    public struct Limits: Hashable, Sendable {
        /// A longer line is refused with -32600, and nothing of it is kept.
        public var lineBytes = 16 << 20
        /// More calls in flight are refused with -32603; cancellations still come through.
        public var calls = 256
        /// With as much waiting for a client that doesn't read, nothing more is read from it.
        public var outputBytes = 16 << 20
        /// How long calls may still run after the input has ended.
        public var graceAtEnd = Duration.seconds(1)
        /// How long a client may take to read the last replies.
        public var lastWrites = Duration.seconds(1)

        /// The defaults.
        public init() {}
    }

    private struct State {
        var isRunning = false
        var drain: Duration?
    }

    private let session: Session
    private let limits: Limits
    private let reader: LineReader
    private let writer: LineWriter
    private let exchanges: AsyncStream<Exchange>
    private let feed: AsyncStream<Exchange>.Continuation
    private let isBroken = Signal()
    private let hasEnded = Signal()
    private let state = NIOLockedValueBox(State())

    /// A server that reads nothing before `run`. The descriptors stay their owner's.
    public init(
        registry: Registry, input: Int32 = 0, output: Int32 = 1, limits: Limits = Limits()
    ) throws(StdioFailure) {
        session = Session(registry: registry, maximumCalls: limits.calls)
        self.limits = limits
        reader = try LineReader(descriptor: input, maximumLineBytes: limits.lineBytes)
        writer = try LineWriter(descriptor: output, fullBytes: limits.outputBytes)
        // Unbounded, but what waits in it is in flight already, and that is bounded.
        (exchanges, feed) = AsyncStream.makeStream()
    }

    /// Serves until the input ends, the output breaks, `shutdown` is called or the task is cancelled; once only.
    ///
    /// Calls are then given a moment and cancelled, and what is written by then is sent. Cancelling the task leaves
    /// no such moment; a last line may then still be on its way out when this returns.
    public func run() async throws(StdioFailure) {
        state.withLockedValue { $0.isRunning = true }
        defer { hasEnded.fire() }
        do throws(StdioFailure) {
            try start()
        } catch {
            await writer.finish(within: .zero)
            throw error
        }
        await withDiscardingTaskGroup { calls in
            calls.addTask { [session, writer] in await session.watchSubscriptions { writer.offer($0.bytes) } }
            for await exchange in exchanges {
                calls.addTask { await self.finish(exchange) }
            }
            reader.stop()
            session.endSubscriptions()
            await settle()
            calls.cancelAll()
        }
        await reader.ended()
        await writer.finish(within: limits.lastWrites)
    }

    /// For SIGTERM: stops reading, lets calls run for at most `drain`, then cancels them and ends `run`. Returns when
    /// it has ended, or soon after `drain` when a call doesn't heed its cancellation.
    public func shutdown(drain: Duration) async {
        let isRunning = state.withLockedValue { state in
            state.drain = drain
            return state.isRunning
        }
        feed.finish()
        reader.stop()
        guard isRunning else { return }
        let limit = drain + limits.lastWrites * 2
        await firstOf([{ await self.hasEnded.wait() }, { try? await Task.sleep(for: limit) }])
    }

    private func start() throws(StdioFailure) {
        try writer.start(
            onRoom: { [reader] in reader.wake() },
            onBroken: { [isBroken, feed, reader] in
                isBroken.fire()
                feed.finish()
                reader.stop()
            })
        try reader.start(
            isPaused: { [writer] in writer.isFull },
            onEvent: { [self] in receive($0) },
            onEnd: { [feed] in feed.finish() })
    }

    /// Runs on the reader's thread, so that messages are taken in their order.
    private func receive(_ event: LineFramer.Event) {
        let exchange =
            switch event {
            case .line(let line): session.accept(line)
            case .tooLong: session.refuse(.invalidRequest("a line longer than \(limits.lineBytes) bytes"))
            }
        guard exchange.isReady else {
            feed.yield(exchange)
            return
        }
        if let reply = exchange.readyReply { writer.send(reply.bytes) }
    }

    private func finish(_ exchange: Exchange) async {
        let reply = await exchange.reply { [writer] in writer.offer($0.bytes) }
        if let reply { writer.send(reply.bytes) }
    }

    /// Waits for the calls, as long as they may still take.
    private func settle() async {
        let limit = state.withLockedValue { $0.drain } ?? limits.graceAtEnd
        await firstOf([
            { await self.session.whenIdle() }, { await self.isBroken.wait() }, { try? await Task.sleep(for: limit) },
        ])
    }
}
