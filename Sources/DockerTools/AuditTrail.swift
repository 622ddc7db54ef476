// One line for each question of a client: who asked what, of which engines, and how it ended.
import DockerEngine
import DockerSources
public import JSON
import SafeText

/// Where lines of the audit trail go.
public struct AuditTrail: Sendable {
    private let write: @Sendable (JSON) -> Void

    /// A trail whose records `write` takes; it is called once for each call, from any task.
    public init(write: @escaping @Sendable (JSON) -> Void) {
        self.write = write
    }

    func record(
        _ event: String, tool: String, arguments: JSONObject, client: String?, start: ContinuousClock.Instant,
        result: Result<Document, CallFailure>
    ) {
        var record: JSONObject = [
            "time": .string(Timestamp.now.rfc3339), "event": .string(event), "tool": .string(tool),
        ]
        record["arguments"] = .object(Self.masked(arguments))
        let sources: [SourceReport]
        switch result {
        case .success(let document):
            sources = document.sources
            record["outcome"] = document.structured["complete"]?.bool == true ? "ok" : "partial"
        case .failure(let failure):
            sources = failure.sources
            record["outcome"] = failure.code == "cancelled" ? "cancelled" : "error"
            record["code"] = .string(failure.code)
        }
        record["sources"] = .array(
            sources.map { report in
                var source: JSONObject = ["name": .string(report.source.name), "state": .string(report.state.rawValue)]
                source["code"] = report.error.map { .string($0.code.rawValue) }
                return .object(source)
            })
        record["ms"] = .number(start.duration(to: .now).milliseconds)
        record.set("client", text: client.map { SafeText.shortened($0, to: 100) })
        write(.object(record))
    }

    /// What was asked, without secrets, and cut: a caller may send very much.
    private static func masked(_ arguments: JSONObject) -> JSONObject {
        JSONObject(
            arguments.lazy.prefix(32).map { name, value in
                let shownName = SafeText.shortened(Secrets.masked(SafeText.line(name)), to: 64)
                if let text = value.string {
                    return (
                        shownName,
                        .string(SafeText.shortened(Secrets.masked(SafeText.line(text), name: shownName), to: 300))
                    )
                }
                if Secrets.isSecret(name: shownName) { return (shownName, .string(Secrets.mask)) }
                let isSmall = value.array == nil && value.object == nil
                return (
                    shownName,
                    isSmall ? value : .string(SafeText.shortened(Secrets.masked(SafeText.line(value.text)), to: 300))
                )
            })
    }
}
