// A source that does what a test tells it at the moment: for circuits, which no real engine opens and closes on demand.
import DockerEngine
import DockerSources
import NIOConcurrencyHelpers

final class SwitchableSource: Source {
    enum Behaviour: Hashable, Sendable {
        case answers
        /// Fails after long enough to be worth a circuit.
        case fails(SourceError.Code)
        case failsAtOnce(SourceError.Code)
        /// Answers nothing at all.
        case hangs
        /// Answers pings only.
        case pings
    }

    private struct State {
        var behaviour: Behaviour
        var asked: [String] = []
        var forgotten = 0
    }

    let label: SourceLabel
    let limits: SourceLimits
    let negotiatedAPI: APIVersion? = nil
    private let state: NIOLockedValueBox<State>

    init(_ name: String, _ behaviour: Behaviour, limit: Duration = .seconds(3_600), kind: SourceKind = .remoteTCP) {
        label = SourceLabel(name: name, kind: kind, endpoint: "tcp://\(name).example:2375")
        limits = SourceLimits(total: limit)
        state = NIOLockedValueBox(State(behaviour: behaviour))
    }

    /// The paths that were asked, in order.
    var asked: [String] { state.withLockedValue { $0.asked } }
    var forgotten: Int { state.withLockedValue { $0.forgotten } }

    func now(_ behaviour: Behaviour) { state.withLockedValue { $0.behaviour = behaviour } }

    func forgetConnections() { state.withLockedValue { $0.forgotten += 1 } }

    func reply<Reply>(to endpoint: Endpoint<Reply>) async throws(SourceError) -> Reply {
        try await act(endpoint.path)
        do throws(ReplyError) { return try endpoint.reply(from: Array("{}".utf8)) } catch {
            throw .stub(.replyMalformed)
        }
    }

    func stream(_ endpoint: StreamEndpoint) async throws(SourceError) -> ByteStream {
        try await act(endpoint.path)
        return ByteStream { () throws(SourceError) in nil }
    }

    private func act(_ path: String) async throws(SourceError) {
        let behaviour = state.withLockedValue { state in
            state.asked.append(path)
            return state.behaviour
        }
        switch behaviour {
        case .answers: return
        case .pings where path == "/_ping": return
        case .failsAtOnce(let code): throw .stub(code)
        case .fails(let code):
            do { try await Task.sleep(for: .milliseconds(5)) } catch { throw .stub(.cancelled) }
            throw .stub(code)
        case .hangs, .pings:
            await untilCancelled()
            throw .stub(.cancelled)
        }
    }
}
