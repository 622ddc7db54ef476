// The same question about many objects of one engine, some at a time.
import DockerEngine
import DockerSources

/// What became of the question about one object.
struct ObjectAnswer<Value: Sendable>: Sendable {
    let id: String
    let result: Result<Value, SourceError>
}

extension Source {
    /// Asks about each of `ids`, at most `width` at once; the answers are in their order.
    func forEach<Value: Sendable>(
        _ ids: [String], width: Int,
        _ question: @escaping @Sendable (any Source, String) async throws(SourceError) -> Value
    ) async -> [ObjectAnswer<Value>] {
        var answers = [ObjectAnswer<Value>?](repeating: nil, count: ids.count)
        await withTaskGroup(of: (Int, ObjectAnswer<Value>).self) { group in
            var next = 0
            func askNext() {
                guard next < ids.count else { return }
                let (index, id) = (next, ids[next])
                next += 1
                group.addTask {
                    do throws(SourceError) {
                        return (index, ObjectAnswer(id: id, result: .success(try await question(self, id))))
                    } catch {
                        return (index, ObjectAnswer(id: id, result: .failure(error)))
                    }
                }
            }
            for _ in 0..<width { askNext() }
            for await (index, answer) in group {
                answers[index] = answer
                askNext()
            }
        }
        return answers.compactMap(\.self)
    }

    /// Listed containers in full, in their order, and how many could not be had: those whose question failed, and those beyond
    /// `maximum`. One that was removed meanwhile is not missed.
    func details(
        of listed: [ContainerSummary], atMost maximum: Int = 1_000
    ) async -> (found: [ContainerDetails], missing: Int) {
        var found: [ContainerDetails] = []
        var missing = max(0, listed.count - maximum)
        let answers = await forEach(listed.prefix(maximum).map(\.id), width: 32) { source, id throws(SourceError) in
            try await source.reply(to: .container(try source.reference(to: id)))
        }
        for answer in answers {
            switch answer.result {
            case .success(let details): found.append(details)
            case .failure(let error): missing += error.code == .notFound ? 0 : 1
            }
        }
        return (found, missing)
    }
}
