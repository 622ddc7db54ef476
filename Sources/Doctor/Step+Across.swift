// The steps that compare sources: two that are one engine, and clocks that disagree.
import DockerEngine
import DockerSources
import JSON

extension Step {
    /// Sources that seem to be one engine. Nil when fewer than two told who they are.
    ///
    /// An ID alone does not tell: engines of one machine may share it, and so may clones of one disk.
    static func sameEngine(_ engines: [EngineFacts]) -> Step? {
        let known = engines.compactMap { engine in engine.info.map { (name: engine.name, info: $0) } }
        guard known.count > 1 else { return nil }
        // In the order of the settings.
        var groups: [(first: EngineInfo, names: [String])] = []
        for engine in known {
            if let index = groups.firstIndex(where: { $0.first.seemsSame(as: engine.info) }) {
                groups[index].names.append(engine.name)
            } else {
                groups.append((engine.info, [engine.name]))
            }
        }
        let twins = groups.map(\.names).filter { $0.count > 1 }
        guard !twins.isEmpty else { return Step(.sameEngine, .ok, "\(known.count) sources are \(known.count) engines") }
        let names = twins.map { $0.joined(separator: " and ") }.joined(separator: "; ")
        return Step(
            .sameEngine, .warning, "one engine behind several sources: \(shown(names, limit: 300))",
            code: "same_engine",
            hints: ["Each of its rows comes twice: take one of the sources out."],
            facts: ["groups": .array(twins.map { .array($0.map { .string($0) }) })])
    }

    /// Nanoseconds. A few seconds are no more than a clock that is set by hand.
    private static let tolerance = 5e9

    /// How far the engines' clocks are from this machine's. Nil when none told its time.
    static func clock(_ engines: [EngineFacts]) -> Step? {
        let known = engines.filter { $0.clockLead != nil }
        guard !known.isEmpty else { return nil }
        let facts: JSONObject = [
            "clocks": .array(
                known.map { ["source": .string($0.name), "ahead_s": .number(Double($0.clockLead ?? 0) / 1e9)] })
        ]
        let wrong = known.filter { abs(Double($0.clockLead ?? 0)) > tolerance }
        guard !wrong.isEmpty else {
            return Step(.clock, .ok, "no engine's clock is more than 5 s off this machine's", facts: facts)
        }
        let words = wrong.map { "\($0.name) is \(span($0.clockLead ?? 0))" }.joined(separator: "; ")
        // All engines off alike: it is our own clock.
        let leads = known.map { Double($0.clockLead ?? 0) }
        let isOurs = known.count > 1 && (leads.max() ?? 0) - (leads.min() ?? 0) <= tolerance
        return Step(
            .clock, .warning, "\(words) this machine's clock", code: "clock_skew",
            hints: [
                isOurs
                    ? "All engines agree, so this machine's own clock is wrong: timedatectl set-ntp true (macOS: sudo sntp -sS time.apple.com; Windows: w32tm /resync)."
                    : "Times of logs and events are off by that, and certificates may seem expired. On that host: timedatectl set-ntp true; "
                        + "Docker Desktop's clock drifts in sleep: restart it."
            ], facts: facts)
    }

    private static func span(_ lead: Int64) -> String {
        let seconds = lead.magnitude / 1_000_000_000
        let span =
            seconds < 600 ? "\(seconds) s" : seconds < 86_400 ? "\(seconds / 60) min" : "\(seconds / 86_400) days"
        return "\(span) \(lead > 0 ? "ahead of" : "behind")"
    }

    /// How far `point` lies after `end` or, negative, before `start`; an engine's clock may be centuries off.
    static func clockLead(of point: Int64, from start: Int64, to end: Int64) -> Int64 {
        let bound = point > end ? end : min(point, start) == point ? start : point
        let (distance, overflow) = point.subtractingReportingOverflow(bound)
        return overflow ? (point > end ? .max : .min) : distance
    }
}
