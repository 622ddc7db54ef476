// How one source is doing: what the check of this moment said, and what is known from before.
import DockerEngine
import DockerSources
import JSON

/// One moment on both clocks: histories are kept by the monotonic one, and told by the time of day.
struct Moment: Sendable {
    let time = Timestamp.now
    let instant = ContinuousClock.now

    /// The time of day of `other`.
    func timestamp(of other: ContinuousClock.Instant) -> Timestamp {
        let (seconds, attoseconds) = (instant - other).components
        return Timestamp(nanoseconds: time.nanoseconds - seconds * 1_000_000_000 - attoseconds / 1_000_000_000)
    }
}

struct SourceStatus: Sendable {
    let report: SourceReport
    let checkup: Checkup?
    let limits: SourceLimits
    /// Nil for a source that no aggregator watches.
    let condition: SourceCondition?
    let certificate: EngineCertificate?

    init(_ source: any Source, _ answer: Answer<Checkup>) {
        checkup = try? answer.result.get()
        report = SourceReport(
            Answer(source: answer.source, latency: checkup?.latency ?? answer.latency, result: answer.result))
        limits = source.limits
        condition = source.recordedHealth?.condition(showing: report.state)
        certificate = source.engineCertificate
    }

    /// Degraded also when it answers now and is slow, or does not stay.
    var state: SourceState { condition?.state ?? report.state }

    func json(_ now: Moment, warnings: [String]) -> JSONObject {
        var row = report.json
        row["state"] = .string(state.rawValue)
        row["endpoint"] = .string(report.source.endpoint)
        checkup?.describe(in: &row)
        row.set("checked_at", now.time)
        if let condition {
            row.set("state_since", now.timestamp(of: condition.since))
            row.set("last_success_at", condition.lastSuccessAt.map(now.timestamp))
            row.set("consecutive_failures", condition.consecutiveFailures)
            row.set("latency_p50_ms", condition.medianLatency?.milliseconds)
            row.set("latency_p95_ms", condition.latency95?.milliseconds)
        }
        if let certificate { row["tls"] = Self.json(certificate) }
        row.set("tags", texts: report.source.tags)
        row.set("warnings", texts: warnings)
        return row
    }

    private static func json(_ certificate: EngineCertificate) -> JSON {
        var json = JSONObject()
        if !certificate.subject.isEmpty { json.set("subject", text: certificate.subject) }
        if !certificate.issuer.isEmpty { json.set("issuer", text: certificate.issuer) }
        json.set("expires_at", certificate.end)
        json.set("names", texts: certificate.names)
        return .object(json)
    }

    /// What is known from before of one that does not answer, for reading.
    func note(_ now: Moment) -> String? {
        guard let condition, report.error != nil, report.latency == nil else { return nil }
        var parts = ["\(state.rawValue) for \(age(condition.since, now))"]
        parts.append(condition.lastSuccessAt.map { "last answered \(age($0, now)) ago" } ?? "never answered yet")
        let failures = condition.consecutiveFailures
        if failures > 0 { parts.append("\(failures) failure\(failures == 1 ? "" : "s") in a row") }
        return "  \(report.source.name): \(parts.joined(separator: ", "))"
    }

    private func age(_ instant: ContinuousClock.Instant, _ now: Moment) -> String {
        Quantity.age(since: now.timestamp(of: instant), now: now.time)
    }
}
