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
    /// The rows that `question` gets of each source and `filter` keeps, as one page; `filters` are what it heeds. `name` is
    /// the document's and that of its rows.
    static func listing<Row: ListedRow>(
        _ arguments: Arguments, _ asking: Asking, name: String, noun: String, filters: [Parameter],
        keeping filter: @escaping @Sendable (Row) -> Bool, _ question: @escaping Question<[Row]>
    ) async throws(CallFailure) -> Document {
        let sources = try asking.sources(arguments)
        let cursor = try Cursor(arguments.text(.cursor), sources: sources)
        let answers = await asking.gather(from: sources) { source throws(SourceError) in
            let rows = try await question(source)
            return (kept: rows.filter(filter), count: rows.count)
        }
        let merged = Merged(
            answers.map { Answer(source: $0.source, latency: $0.latency, result: $0.result.map(\.kept)) })
        if merged.isUnanswered { throw .unanswered(merged.sources) }
        let page = Page(merged, after: cursor, limit: arguments.integer(.limit) ?? asking.rowLimit, place: \.place)
        let now = Timestamp.now
        var table = TextTable(columns: Row.columns)
        table.rows = page.rows.map { $0.row.cells(source: $0.source, now: now) }
        let others = answers.reduce(0) { $0 + ((try? $1.result.get().count) ?? 0) }
        let heading =
            page.total == 0
            ? EmptyAnswer.text(name, matching: arguments.shown(filters), on: merged.sources, others: others)
            : heading(page.total, noun, merged)
        return Envelope(
            name: name, sources: merged.sources, cuts: page.cuts, total: page.total, nextCursor: page.nextCursor
        ).document(name, page.rows.map { $0.row.json(source: $0.source) }, heading: heading, body: .table(table))
    }
}
