// Something that needs a person, with what shows it and what to ask next.
import DockerSources
import JSON
import SafeText

/// One problem of one source.
struct Problem: Sendable {
    /// How soon somebody should look.
    enum Severity: Int, Sendable, Comparable, CaseIterable {
        /// Something that should work does not.
        case critical
        /// It will stop working, or does at times.
        case warning
        /// It works, and would be better otherwise.
        case notice

        static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
        var word: String { "\(self)" }
        static let words = allCases.map(\.word)
    }

    /// What kind it is; the order is that of their rank within a severity.
    enum Code: String, Sendable, CaseIterable {
        case sourceUnreachable = "source_unreachable"
        case outOfMemory = "oom_killed"
        case dead, restarting, unhealthy
        case startFailed = "start_failed"
        case exited = "exited_non_zero"
        case diskNearlyFull = "disk_nearly_full"
        case memoryNearLimit = "memory_near_limit"
        case throttled = "cpu_throttled"
        case imageMissing = "image_missing"
        case clockSkew = "clock_skew"
        case engineUnsupported = "engine_unsupported"
        case reclaimable = "disk_reclaimable"
        case noRestartPolicy = "no_restart_policy"

        static let codes = allCases.map(\.rawValue)
        /// Its rank among those of one severity.
        var rank: Int { Code.allCases.firstIndex(of: self) ?? 0 }
    }

    let severity: Severity
    let code: Code
    /// The container's id; nil when it is about the engine.
    var id: String?
    /// The container's name.
    var name: String?
    /// What shows it; foreign text in it is cleaned and masked when it is rendered.
    let evidence: String
    /// What a person or a model asks or does next.
    let next: String

    func json(source: SourceLabel) -> JSONObject {
        var row: JSONObject = [
            "source": .string(source.name), "severity": .string(severity.word), "problem": .string(code.rawValue),
        ]
        row.set("id", text: id.map { String($0.prefix(12)) })
        row.set("name", text: name)
        row.set("evidence", text: evidence)
        row.set("next", text: next)
        return row
    }

    /// `critical oom_killed local/web: evidence` and what to do, indented.
    func lines(source: SourceLabel) -> [String] {
        let subject = name.map { "\(source.name)/\(SafeText.line($0))" } ?? source.name
        return [
            "\(severity.word) \(code.rawValue) \(subject): \(Secrets.masked(SafeText.line(evidence)))",
            "  next: \(SafeText.line(next))",
        ]
    }
}
