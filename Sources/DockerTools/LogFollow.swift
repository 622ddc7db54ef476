// The logs of many containers of many sources as one stream of lines: read to their ends, or followed.
import DockerEngine
import DockerSources
public import JSON

/// One line of a stream of many logs.
public struct FollowedLine: Sendable {
    let line: LabelledLine

    /// `SOURCE/CONTAINER`.
    public var label: String { "\(line.source)/\(line.container)" }
    /// The same members as a line of `docker_logs` has.
    public func json(showsTimes: Bool) -> JSON { .object(line.json(showsTimes: showsTimes)) }
    /// The line for reading, `label` before its text; nil for none.
    public func text(showsTimes: Bool, label: String?) -> String { line.display(showsTimes: showsTimes, label: label) }
}

/// A question for logs that is answered line by line, in fixed memory.
public struct LogFollow: Sendable {
    private let arguments: Arguments
    private let asking: Asking
    private let choice: LogChoice
    private let selection: LogSelection
    private let filter: LineFilter
    private let follows: Bool

    /// As many containers of a source are followed; over ssh each needs a connection of its own, of which there are few.
    private static func maximumContainers(of source: any Source) -> Int { source.label.kind == .ssh ? 3 : 256 }
    /// How often a source is asked which containers it has, beside what its events tell.
    private static let interval = Duration.seconds(10)

    /// `arguments` are those of `docker_logs`; `tail` is left out when `readsAll`. Throws `invalid_argument`.
    public init(
        _ arguments: JSONObject, readsAll: Bool, follows: Bool, asking: Asking
    ) throws(CallFailure) {
        let checked = try Arguments(arguments, of: DockerTool.logs.parameters)
        if asking.aggregator.sources.isEmpty { throw asking.whenNothingIsSet }
        for name in ["limit", "max_bytes", "cursor", "collapse"] where arguments[name] != nil {
            throw .invalidArgument(
                "\(name) is for answers that come as a whole.",
                hint: "Leave it out, or leave out following and reading all lines.")
        }
        guard !follows || arguments["until"] == nil else {
            throw .invalidArgument("until is a moment, and a log that is followed has no end.", hint: "Leave one out.")
        }
        self.arguments = checked
        self.asking = asking
        self.follows = follows
        choice = try LogChoice(checked)
        filter = try DockerTool.lineFilter(checked)
        var selection = try DockerTool.logSelection(checked, since: nil, now: .now)
        if readsAll || (arguments["tail"] == nil && selection.since != nil) { selection.tail = nil }
        self.selection = selection
    }

    /// Gives the lines to `output` as their turn comes, and tells `note` what goes wrong meanwhile. Logs that are followed end only with
    /// the task. Returns how many sources were asked, and how many of them did not give everything. Throws when there is nothing to begin with.
    public func run(
        note: @escaping @Sendable (String) -> Void, output: @escaping @Sendable ([FollowedLine]) -> Void
    ) async throws(CallFailure) -> (asked: Int, failed: Int) {
        let (parts, missing) = try await wanted()
        for report in missing { if let words = report.note { note(words) } }
        let merger = LogMerger(sources: parts.count, isLive: follows)
        return await withTaskGroup(of: Bool?.self) { group in
            for (index, part) in parts.enumerated() {
                let logs = SourceLogs(
                    source: part.source, wanted: part.wanted, index: index, selection: selection, filter: filter,
                    merger: merger, note: note, maximum: Self.maximumContainers(of: part.source),
                    interval: Self.interval)
                group.addTask { [follows] in follows ? await logs.follow() : await logs.readOnce() }
            }
            group.addTask {
                while let lines = await merger.next() { output(lines.map(FollowedLine.init)) }
                return nil
            }
            var (left, failed) = (parts.count, missing.count)
            for await isWell in group {
                guard let isWell else { continue }
                left -= 1
                failed += isWell ? 0 : 1
                if left == 0 { await merger.finish() }
            }
            return (parts.count + missing.count, failed)
        }
    }

    /// Which logs are wanted of each source, and the sources that could not be asked. Throws when `container_id` means nothing anywhere.
    private func wanted() async throws(CallFailure) -> (
        parts: [(source: any Source, wanted: SourceLogs.Wanted)], missing: [SourceReport]
    ) {
        if case .many(let many) = choice { return (try asking.sources(arguments).map { ($0, .many(many)) }, []) }
        let matches = try await asking.containers(arguments)
        let found = Dictionary(matches.found.map { ($0.source.label.name, $0.value) }) { first, _ in first }
        guard follows else {
            return (
                matches.found.map { ($0.source, .named($0.value.id, $0.value.name)) },
                matches.reports.filter { $0.error != nil && found[$0.source.name] == nil }
            )
        }
        let name = matches.found.first?.value.name
        let asked = Set(matches.reports.map(\.source.name))
        let parts = asking.aggregator.sources.filter { asked.contains($0.label.name) }.map { source in
            // Where it is not, it may appear, or that source may come back.
            let container = found[source.label.name]
            return (source, SourceLogs.Wanted.named(container?.id ?? "", container?.name ?? name))
        }
        return (parts, [])
    }
}
