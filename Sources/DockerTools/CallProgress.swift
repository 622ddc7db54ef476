// Tells a client how far a call is, once the call takes long enough for anybody to wonder.
import MCP
import NIOConcurrencyHelpers

/// How many answers a call waits for and how many have come. Nothing is told of a call that ends within `patience`.
final class CallProgress: Sendable {
    private struct State {
        var asked = 0
        var answered = 0
        var isTold = false
    }

    /// Most calls are over by then, and each notification costs the client's model tokens.
    static let patience = Duration.seconds(1)

    private let state = NIOLockedValueBox(State())
    private let report: @Sendable (_ answered: Int, _ asked: Int) -> Void

    /// `report` is called under a lock: each count once, growing.
    init(_ report: @escaping @Sendable (_ answered: Int, _ asked: Int) -> Void) {
        self.report = report
    }

    convenience init(_ context: CallContext) {
        self.init { answered, asked in
            context.report(
                progress: Double(answered), total: Double(asked),
                message: "\(answered) of \(asked) answers from sources"
            )
        }
    }

    /// A call may ask its sources several times, first for the container, then for its log.
    func ask(_ count: Int) { state.withLockedValue { $0.asked += count } }

    func answer() {
        state.withLockedValue { state in
            state.answered += 1
            if state.isTold { report(state.answered, state.asked) }
        }
    }

    /// Tells from `patience` on, until the task is cancelled.
    func run() async {
        do { try await Task.sleep(for: Self.patience) } catch { return }
        state.withLockedValue { state in
            state.isTold = true
            report(state.answered, state.asked)
        }
    }
}
