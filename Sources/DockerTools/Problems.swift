// docker_problems: what needs a person on any source, the gravest first.
import DockerEngine
import DockerSources
import JSON
import SafeText

extension Parameter {
    fileprivate static let severity = Parameter(
        name: "min_severity", kind: .choice(Problem.Severity.words),
        description: "Leave out what is less grave; notice (the default) shows all.")
}

extension DockerTool {
    /// `docker_problems`.
    public static let problems = DockerTool(
        name: "docker_problems", title: "What is wrong",
        description:
            "Looks over all sources for what needs a person, gravest first: containers that are unhealthy, restarting, OOM-killed, failed, dead, near their memory limit, throttled or without restart policy; "
            + "missing images, full disks, wrong clocks, old engines, sources that are down. Each with evidence and what to ask next. Ask this first when something is wrong.",
        parameters: [.source, .severity, .most], outputSchema: problemsSchema, toolset: .diagnose
    ) { arguments, asking throws(CallFailure) in
        let samples = asking.samples
        let answers = await asking.gather(from: try asking.sources(arguments)) { source throws(SourceError) in
            try await Examination(of: source, remembering: samples)
        }
        let reports = answers.map(SourceReport.init)
        let least = Problem.Severity.allCases.first { $0.word == arguments.text(.severity) } ?? .notice
        return document(
            answers, reports, least: least, limit: arguments.integer(.most) ?? asking.rowLimit,
            filters: arguments.shown([.severity]))
    }

    private static func document(
        _ answers: [Answer<Examination>], _ reports: [SourceReport], least: Problem.Severity, limit: Int?,
        filters: [String]
    ) -> Document {
        var rows: [(source: SourceLabel, problem: Problem)] = []
        var cuts: [String] = []
        var examined = 0
        for answer in answers {
            switch answer.result {
            case .success(let examination):
                examined += examination.containers
                rows += examination.problems.map { (answer.source, $0) }
                cuts += examination.gaps.map { "\($0) of \(answer.source.name)" }
            case .failure(let error): rows.append((answer.source, .source(error)))
            }
        }
        let all = rows.count
        rows = rows.filter { $0.problem.severity <= least }.enumerated().sorted { left, right in
            let (one, other) = (left.element.problem, right.element.problem)
            return (one.severity.rawValue, one.code.rank, left.offset)
                < (other.severity.rawValue, other.code.rank, right.offset)
        }.map(\.element)
        let counts = Problem.Severity.allCases.map { severity in
            (severity.word, rows.count { $0.problem.severity == severity })
        }
        let total = rows.count
        rows.cut(to: limit, noting: &cuts)
        let found = counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
        let asked = reports.filter { $0.error == nil }.count
        let place = "in \(examined) container\(examined == 1 ? "" : "s") of \(asked) source\(asked == 1 ? "" : "s")"
        let heading =
            !found.isEmpty
            ? "\(found) \(place)"
            : all > 0
                ? EmptyAnswer.text("problems", matching: filters, on: reports, others: all)
                : "Nothing is wrong \(place): \(EmptyAnswer.places(reports.filter { $0.error == nil }.map(\.source.name)))"
        return Envelope(name: "problems", sources: reports, cuts: cuts, total: total).document(
            "problems", rows.map { $0.problem.json(source: $0.source) }, heading: nil,
            body: .lines([heading] + rows.flatMap { $0.problem.lines(source: $0.source) }),
            more: [
                "counts": .object(JSONObject(counts.lazy.map { ($0.0, .integer(Int64($0.1))) })),
                "examined_containers": .integer(Int64(examined)),
            ])
    }
}

extension Problem {
    /// A source that can't be asked.
    fileprivate static func source(_ error: SourceError) -> Problem {
        Problem(
            severity: .critical, code: .sourceUnreachable, evidence: "\(error.code.rawValue): \(error.message)",
            next: error.hint)
    }
}
