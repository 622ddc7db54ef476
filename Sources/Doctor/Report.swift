// All that was found: as values, as text for people, as JSON for programs, and as an exit code.
import DockerEngine
import DockerSources
public import JSON
import SafeText

/// The result of an examination.
public struct Report: Sendable {
    /// The steps of one source.
    struct Section: Sendable {
        let label: SourceLabel
        let steps: [Step]

        var outcome: Step.Outcome { Report.worst(steps) }
    }

    let settings: [Step]
    let sources: [Section]
    let across: [Step]
    let at: Timestamp

    static func worst(_ steps: [Step]) -> Step.Outcome {
        steps.map(\.outcome).filter { $0 != .skipped }.max() ?? .ok
    }

    private var failedSources: Int { sources.count { $0.outcome == .failed } }

    /// The worst of all steps.
    var outcome: Step.Outcome { Self.worst(settings + sources.flatMap(\.steps) + across) }

    /// 0: all is well. 1: there are warnings, or some source or setting failed. 2: every source failed, or there was none to examine.
    public var exitCode: Int32 {
        if failedSources == sources.count { return 2 }
        return outcome == .ok ? 0 : 1
    }

    /// One sentence.
    var verdict: String {
        let steps = settings + sources.flatMap(\.steps) + across
        let warnings = steps.count { $0.outcome == .warning }
        let warned = warnings == 0 ? "" : warnings == 1 ? ", 1 warning" : ", \(warnings) warnings"
        let wrong = settings.count { $0.outcome == .failed }
        let spoilt = wrong == 0 ? "" : wrong == 1 ? ", 1 setting is wrong" : ", \(wrong) settings are wrong"
        let count = sources.count
        if count == 0 { return "no source could be examined\(spoilt)\(warned)" }
        let plural = count == 1 ? "source" : "sources"
        if failedSources == 0 {
            return
                (count == 1 ? "the source answers" : count == 2 ? "both sources answer" : "all \(count) sources answer")
                + spoilt + warned
        }
        return "\(failedSources) of \(count) \(plural) failed\(spoilt)\(warned)"
    }
}

extension Report {
    /// Text: a heading for each source, a line a step, and hints below the step that they are for. Lines are broken between
    /// words where `width` is given, so that columns stay columns.
    public func text(width: Int? = nil) -> String {
        func lines(of step: Step) -> [String] { Self.lines(of: step, width) }
        var text = ["settings"] + settings.flatMap(lines)
        for section in sources {
            text += ["", "\(section.label.name)  \(shown(section.label.endpoint, limit: 200))"]
            text += section.steps.flatMap(lines)
        }
        if !across.isEmpty { text += ["", "across sources"] + across.flatMap(lines) }
        return (text + ["", "\(outcome.rawValue): \(verdict)"]).joined(separator: "\n")
    }

    private static func lines(of step: Step, _ width: Int?) -> [String] {
        let time = step.time.map(\.shown) ?? ""
        let head =
            "  " + padded(step.outcome.rawValue, 9) + padded(step.name.title, 19)
            + String(repeating: " ", count: max(0, 8 - time.count)) + time + "  "
        let found = step.found + (step.code.map { " [\($0)]" } ?? "")
        return broken(found, after: head, width)
            + step.hints.flatMap { broken($0, after: String(repeating: " ", count: 13) + "- ", width) }
    }

    /// `words` after `start`, in lines of at most `width` columns; the later ones are indented like the first word.
    private static func broken(_ words: String, after start: String, _ width: Int?) -> [String] {
        guard let width, width >= start.count + 20 else { return [start + words] }
        var lines: [String] = [], line = start, isEmpty = true
        for word in words.split(separator: " ") {
            if !isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                (line, isEmpty) = (String(repeating: " ", count: start.count), true)
            }
            line += isEmpty ? "\(word)" : " \(word)"
            isEmpty = false
        }
        return lines + [line]
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}

extension Report {
    /// The document of docs/schemas/doctor.v1.json.
    public var json: JSON {
        var document: JSONObject = [
            "schema": "docker-mcp-secure/doctor.v1", "generated_at": .string(at.rfc3339),
            "outcome": .string(outcome.rawValue), "verdict": .string(verdict),
            "settings": .array(settings.map(\.json)),
        ]
        document["sources"] = .array(
            sources.map { section in
                [
                    "name": .string(section.label.name), "kind": .string(section.label.kind.rawValue),
                    "endpoint": .string(shown(section.label.endpoint, limit: 200)),
                    "outcome": .string(section.outcome.rawValue), "steps": .array(section.steps.map(\.json)),
                ]
            })
        document["across"] = .array(across.map(\.json))
        return .object(document)
    }
}

extension Step {
    fileprivate var json: JSON {
        var object: JSONObject = [
            "step": .string(name.rawValue), "outcome": .string(outcome.rawValue), "found": .string(found),
        ]
        object["code"] = code.map { .string($0) }
        object["time_ms"] = time.map { .number($0.milliseconds) }
        if !hints.isEmpty { object["hints"] = .array(hints.map { .string($0) }) }
        for (name, value) in facts { object[name] = value }
        return .object(object)
    }
}

extension Step.Name {
    /// In words.
    var title: String { rawValue.replacing("_", with: " ") }
}
