// A source without an engine, for questions that answer themselves.
import DockerEngine
import DockerSources
import Testing

struct StubSource: Source {
    let label: SourceLabel
    let limits: SourceLimits
    let negotiatedAPI: APIVersion? = nil

    /// Its limit is out of reach unless a test is about it.
    init(_ name: String, limit: Duration = .seconds(3_600)) {
        label = .stub(name)
        limits = SourceLimits(total: limit)
    }

    func reply<Reply>(to endpoint: Endpoint<Reply>) async throws(SourceError) -> Reply { throw .stub(.engineError) }

    func stream(_ endpoint: StreamEndpoint) async throws(SourceError) -> ByteStream { throw .stub(.engineError) }
}

extension SourceLabel {
    static func stub(_ name: String) -> SourceLabel {
        SourceLabel(name: name, kind: .remoteTCP, endpoint: "tcp://\(name).example:2375")
    }
}

extension SourceError {
    static func stub(_ code: Code) -> SourceError {
        SourceError(code, "Source stub: it failed.", hint: "Nothing to do.")
    }

    /// What the call throws; nil when it does not.
    static func of<Value>(_ call: () async throws(SourceError) -> Value) async -> SourceError? {
        do throws(SourceError) { _ = try await call() } catch { return error }
        return nil
    }
}

/// Returns once its task is cancelled: whoever never cancels it waits for an hour.
func untilCancelled() async {
    do { try await Task.sleep(for: .seconds(3_600)) } catch {}
}

/// `#expect` for what changes its value, which the macro can't take.
func check(_ condition: Bool, _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(condition, comment, sourceLocation: sourceLocation)
}
