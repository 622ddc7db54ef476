// A merged list with pages and a table, whatever its rows are.
import DockerEngine
import DockerSources
import JSON

/// A row of a merged list.
protocol ListedRow: Sendable {
    /// Its place among the rows of its source: newest first, then by id.
    var place: (createdAt: Timestamp?, id: String) { get }
    func json(source: SourceLabel) -> JSONObject
    static var columns: [TextTable.Column] { get }
    /// As many as there are columns, each cleaned.
    func cells(source: SourceLabel, now: Timestamp) -> [String]
}

extension DockerTool {
    /// The rows that `question` gets of each source, as one page. `name` is the document's and that of its rows.
    static func listing<Row: ListedRow>(
        _ arguments: Arguments, _ asking: Asking, name: String, noun: String, _ question: @escaping Question<[Row]>
    ) async throws(CallFailure) -> Document {
        let sources = try asking.sources(arguments)
        let cursor = try Cursor(arguments.text(.cursor), sources: sources)
        let merged = Merged(await asking.gather(from: sources, question))
        if merged.isUnanswered { throw .unanswered(merged.sources) }
        let page = Page(merged, after: cursor, limit: arguments.integer(.limit) ?? asking.rowLimit, place: \.place)
        let now = Timestamp.now
        var table = TextTable(columns: Row.columns)
        table.rows = page.rows.map { $0.row.cells(source: $0.source, now: now) }
        return Envelope(
            name: name, sources: merged.sources, cuts: page.cuts, total: page.total, nextCursor: page.nextCursor
        ).document(
            name, page.rows.map { $0.row.json(source: $0.source) },
            heading: heading(page.total, noun, merged, arguments.narrowing),
            body: .table(table))
    }

    /// `14 containers: local 7, remote 7`; of very many sources only how many they are. When nothing is left of what was narrowed:
    /// `no containers match name "x" on local, remote`.
    static func heading<Row>(_ total: Int, _ noun: String, _ merged: Merged<Row>, _ narrowing: String?) -> String {
        let counts = zip(merged.sources, merged.rowsBySource).filter { report, _ in report.error == nil }
        if total == 0, let narrowing {
            return "no \(noun)s match \(narrowing) on \(Asking.listed(counts.map(\.0.source.name)))"
        }
        let what = "\(total) \(noun)\(total == 1 ? "" : "s")"
        guard counts.count <= Envelope.namedSources else { return "\(what) on \(counts.count) sources" }
        return "\(what): \(counts.map { "\($0.source.name) \($1.count)" }.joined(separator: ", "))"
    }
}

extension Arguments {
    /// What a list was narrowed by, such as `name "web", unused true`; nil when by nothing.
    var narrowing: String? {
        let given = ["name", "label", "state", "only_running", "dangling", "unused"].compactMap { name in
            self[name].map { "\(name) \(Self.shown($0))" }
        }
        return given.isEmpty ? nil : given.joined(separator: ", ")
    }
}
