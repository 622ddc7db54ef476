// What every answer begins with (docs/tools.md, "Envelope").
import DockerEngine
import DockerSources
import JSON
import SafeText

struct Envelope {
    /// `containers`, `logs`, ...: the name in `schema`.
    let name: String
    let sources: [SourceReport]
    /// Why something is missing beside failed sources, in words for programs: `limit 100 of 1014`.
    var cuts: [String] = []
    /// Rows before the limit.
    var total: Int?
    var nextCursor: String?

    private var reasons: [String] {
        sources.compactMap { report in report.error.map { "source \(report.source.name): \($0.code.rawValue)" } } + cuts
    }

    var isComplete: Bool { reasons.isEmpty }

    /// The document's first members.
    var json: JSONObject {
        var json: JSONObject = [
            "schema": .string("docker-mcp-secure/\(name).v1"), "generated_at": .string(Timestamp.now.rfc3339),
            "complete": .bool(isComplete),
        ]
        if !isComplete { json["incomplete_because"] = .array(reasons.map { .string($0) }) }
        json["sources"] = .array(sources.map { .object($0.json) })
        json["total"] = total.map { .integer(Int64($0)) }
        json["next_cursor"] = nextCursor.map { .string($0) }
        return json
    }

    /// As many sources are told of one by one in a text; the structured result has every one.
    static let namedSources = 20

    /// What is missing, a line each, for reading.
    var notes: [String] {
        let failed = sources.filter { $0.error != nil }
        return failed.prefix(Self.namedSources).compactMap(\.note)
            + (failed.count > Self.namedSources ? [Self.summary(failed.dropFirst(Self.namedSources))] : [])
            + cuts.map { cut in
                guard let nextCursor, cut.hasPrefix("limit ") else { return "! incomplete: \(cut)" }
                return "! incomplete: \(cut); the next rows: cursor \"\(nextCursor)\""
            }
    }

    /// `! 980 more sources failed: connection_refused 970, not_docker 10.`
    private static func summary(_ failed: ArraySlice<SourceReport>) -> String {
        let counts = failed.reduce(into: [String: Int]()) { counts, report in
            if let error = report.error { counts[error.code.rawValue, default: 0] += 1 }
        }
        let codes = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }
        return "! \(failed.count) more sources failed: \(codes.joined(separator: ", ")). "
            + "docker_connection_status says why, for those that source names."
    }

    /// The document with these rows.
    func document(_ key: String, _ rows: [JSONObject], heading: String?, body: Document.Body, more: JSONObject = [:])
        -> Document
    {
        var structured = json
        for (name, value) in more { structured[name] = value }
        structured[key] = .array(rows.map { .object($0) })
        return Document(structured: structured, sources: sources, notes: notes, heading: heading, body: body)
    }
}

extension Array {
    /// Keeps the first `limit`, and says so in `cuts`; nil keeps all.
    mutating func cut(to limit: Int?, noting cuts: inout [String]) {
        guard let limit, count > limit else { return }
        cuts.append("limit \(limit) of \(count)")
        removeLast(count - limit)
    }
}

extension [SourceReport] {
    /// How each source did. Throws when none answered.
    init<Value>(answered answers: [Answer<Value>]) throws(CallFailure) {
        self = answers.map(SourceReport.init)
        if allSatisfy({ $0.error != nil }) { throw .unanswered(self) }
    }
}

extension SourceReport {
    /// Why the source failed, and what to do, for reading; nil when it did not.
    var note: String? { error?.note(of: source) }

    /// The source's row in `sources`.
    var json: JSONObject {
        var json: JSONObject = [
            "name": .string(source.name), "kind": .string(source.kind.rawValue), "state": .string(state.rawValue),
        ]
        json["latency_ms"] = latency.map { .number($0.milliseconds) }
        json["error"] = error.map(\.json)
        return json
    }
}

extension SourceError {
    /// Why the source failed, and what to do, for reading.
    func note(of source: SourceLabel) -> String { "! \(source.name) failed: \(code.rawValue): \(message) \(hint)" }

    fileprivate var json: JSON {
        var json: JSONObject = [
            "code": .string(code.rawValue), "message": .string(message), "hint": .string(hint),
        ]
        json["cause"] = cause.map { .string($0.rawValue) }
        // Tenths, rounded up: whoever asks again then is not too early.
        json["retry_in_s"] = retryIn.map { .number(($0.milliseconds / 100).rounded(.up) / 10) }
        return .object(json)
    }
}

/// Foreign text as it may be shown: one line, nothing hidden in it, no secret that is known by its shape.
func shown(_ text: String) -> JSON { .string(Secrets.masked(SafeText.line(text))) }

extension JSONObject {
    /// Sets foreign text, cleaned and masked; nil leaves the field out.
    mutating func set(_ key: String, text: String?) { self[key] = text.map(shown) }
    /// Sets a number; nil leaves the field out.
    mutating func set(_ key: String, _ number: Int?) { self[key] = number.map { .integer(Int64($0)) } }
    /// Sets a share or size with a fraction; nil leaves the field out.
    mutating func set(_ key: String, _ number: Double?) {
        self[key] = number.map { .number(($0 * 100).rounded() / 100) }
    }
    /// Sets a point in time; nil leaves the field out.
    mutating func set(_ key: String, _ time: Timestamp?) { self[key] = time.map { .string($0.rfc3339) } }
    /// Sets a list of foreign texts; an empty one leaves the field out unless `keepsEmpty`.
    mutating func set(_ key: String, texts: [String], keepsEmpty: Bool = false) {
        if !texts.isEmpty || keepsEmpty { self[key] = .array(texts.map(shown)) }
    }
    /// Sets labels, the values of secret-looking ones masked, in the order of their names; none leave the field out.
    mutating func set(_ key: String, labels: [String: String]) {
        guard !labels.isEmpty else { return }
        self[key] = .object(
            JSONObject(
                labels.sorted { $0.key < $1.key }.lazy.map {
                    (
                        Secrets.masked(SafeText.line($0.key)),
                        .string(Secrets.masked(SafeText.line($0.value), name: SafeText.line($0.key)))
                    )
                }))
    }
    /// Sets an environment, the values of secret-looking variables masked; an empty one leaves the field out.
    mutating func set(_ key: String, environment: [String]) {
        guard !environment.isEmpty else { return }
        self[key] = .array(
            environment.map { assignment in
                let (name, value, isMasked) = Secrets.variable(SafeText.lines(assignment))
                var variable: JSONObject = ["name": .string(SafeText.line(name))]
                variable["value"] = value.map { .string($0) }
                if isMasked { variable["masked"] = true }
                return .object(variable)
            })
    }
}
