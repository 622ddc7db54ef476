// What is left to do about one accepted message.
public import JSON

/// One message's answer, as far as it is there, and the calls that make the rest.
public struct Exchange: Sendable {
    enum Part: Sendable {
        case reply(Reply)
        case call(Call)
    }

    private let session: Session
    private let parts: [Part]
    private let isBatch: Bool

    init(_ session: Session, _ parts: [Part], isBatch: Bool) {
        self.session = session
        self.parts = parts
        self.isBatch = isBatch
    }

    /// Whether nothing has to be waited for: `readyReply` is then all there is to say.
    public var isReady: Bool {
        parts.allSatisfy { if case .reply = $0 { true } else { false } }
    }

    /// The reply of an exchange that is ready; nil when there is nothing to say, as to a notification.
    public var readyReply: Reply? {
        isReady ? combine(parts.map { if case .reply(let reply) = $0 { reply } else { nil } }) : nil
    }

    /// Runs what has to be run and returns the reply; nil when there is nothing to say, as after a cancellation.
    ///
    /// An exchange that isn't ready must be run once, or its ids stay in flight. Cancelling the task cancels its calls.
    /// `notify` gets notifications that belong before the reply; it must neither wait nor call back.
    public func reply(_ notify: @escaping @Sendable (JSON) -> Void) async -> Reply? {
        if parts.count == 1, case .call(let call) = parts[0], !isBatch { return await run(call, notify) }
        return await withTaskGroup(of: (Int, Reply?).self) { group in
            var replies: [Reply?] = parts.map { if case .reply(let reply) = $0 { reply } else { nil } }
            for (index, part) in parts.enumerated() {
                if case .call(let call) = part { group.addTask { (index, await run(call, notify)) } }
            }
            for await (index, reply) in group { replies[index] = reply }
            return combine(replies)
        }
    }

    /// Takes its calls back, as the client itself would: their work is cancelled and nothing more is said.
    public func cancel() {
        for case .call(let call) in parts { call.cancel() }
    }

    private func combine(_ replies: [Reply?]) -> Reply? {
        let made = replies.compactMap { $0 }
        return isBatch && !made.isEmpty ? Reply(batch: made) : made.first
    }

    /// The work races with its cancellation by the client; when that wins, the work is cancelled and awaited, and
    /// nothing is said.
    private func run(_ call: Call, _ notify: @escaping @Sendable (JSON) -> Void) async -> Reply? {
        let context = call.context(notify)
        let result = await withTaskGroup(of: Result<JSONObject, ProtocolError>?.self) { race in
            race.addTask {
                do throws(ProtocolError) { return .success(try await call.work(context)) } catch {
                    return .failure(error)
                }
            }
            race.addTask {
                await call.cancelled.wait()
                return nil
            }
            var result: Result<JSONObject, ProtocolError>?
            for await outcome in race {
                race.cancelAll()
                result = result ?? outcome
            }
            return result
        }
        let wasOpen = call.close()
        session.forget(call)
        guard wasOpen, let result else { return nil }
        return switch result {
        case .success(let result): Reply(result, to: call.id)
        case .failure(let error): Reply(error, to: call.id, in: call.revision.era)
        }
    }
}
