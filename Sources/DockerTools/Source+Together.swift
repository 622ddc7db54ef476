// Two questions to one engine at the same time.
import DockerEngine
import DockerSources

extension Source {
    /// Both replies, asked for at once. Throws the first one's failure before the second's.
    func replies<First, Second>(
        to first: Endpoint<First>, and second: Endpoint<Second>
    ) async throws(SourceError) -> (First, Second) {
        async let other = outcome(of: second)
        let reply = await outcome(of: first)
        let otherReply = await other
        return (try reply.get(), try otherReply.get())
    }

    /// The reply or the failure as a value, which a child task can hand over with its type.
    func outcome<Reply>(of endpoint: Endpoint<Reply>) async -> Result<Reply, SourceError> {
        do throws(SourceError) { return .success(try await reply(to: endpoint)) } catch { return .failure(error) }
    }
}
