// Cuts a merged list into pages whose cursors survive rows that come and go between two calls.
import DockerEngine
import DockerSources
import JSON

/// A row's place in a merged list: sources in configured order, then newest first, then by id.
struct Place: Hashable, Comparable {
    let sourceIndex: Int
    let createdAt: Int64
    let id: String

    static func < (left: Place, right: Place) -> Bool {
        (left.sourceIndex, -left.createdAt, left.id) < (right.sourceIndex, -right.createdAt, right.id)
    }
}

/// Where the page before ended.
struct Cursor {
    fileprivate let place: Place?

    /// Throws `invalid_argument` for a text that no answer gave; nil begins at the first row.
    init(_ text: String?, sources: [any Source]) throws(CallFailure) {
        guard let text else {
            place = nil
            return
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, let index = sources.firstIndex(where: { $0.label.name == parts[0] }),
            let createdAt = Int64(parts[1]),
            createdAt != .min
        else {
            throw .invalidArgument(
                "cursor is \(Arguments.shown(.string(text))), which no answer to these arguments gave.",
                hint: "Pass next_cursor of the answer before, with the same other arguments, or leave it out.")
        }
        place = Place(sourceIndex: index, createdAt: createdAt, id: String(parts[2]))
    }
}

/// The part of a merged list that one answer shows.
struct Page<Row: Sendable> {
    let rows: [(source: SourceLabel, row: Row)]
    let total: Int
    let nextCursor: String?

    /// Why rows are missing from the end.
    var cuts: [String] { nextCursor == nil ? [] : ["limit \(rows.count) of \(total)"] }

    /// The rows after `cursor`, at most `limit`. Only the sources that the page shows are put in order.
    init(_ merged: Merged<Row>, after cursor: Cursor, limit: Int?, place: (Row) -> (createdAt: Timestamp?, id: String))
    {
        var (shown, last, left) = ([(source: SourceLabel, row: Row)](), Place?.none, false)
        for (index, rows) in merged.rowsBySource.enumerated() where index >= cursor.place?.sourceIndex ?? 0 {
            let room = limit.map { $0 - shown.count } ?? .max
            if room <= 0 {
                left = left || !rows.isEmpty
                if left { break }
                continue
            }
            var placed = rows.map { row in
                let (createdAt, id) = place(row)
                return (
                    place: Place(
                        sourceIndex: index, createdAt: createdAt?.nanoseconds ?? 0, id: Self.digits(of: id)),
                    row: row
                )
            }
            placed.sort { $0.place < $1.place }
            if let last = cursor.place { placed.removeAll { $0.place <= last } }
            shown += placed.prefix(room).map { (merged.sources[index].source, $0.row) }
            last = placed.prefix(room).last?.place ?? last
            left = placed.count > room
        }
        total = merged.count
        rows = shown
        nextCursor = left ? last.map { "\(merged.sources[$0.sourceIndex].source.name)/\($0.createdAt)/\($0.id)" } : nil
    }

    /// Enough of an id to tell rows of one source and one moment apart, and short for a model to repeat. A name stays whole.
    private static func digits(of id: String) -> String {
        let digits = id.utf8.firstIndex(of: UInt8(ascii: ":")).map { id[id.utf8.index(after: $0)...] } ?? id[...]
        return String(digits.utf8.count == 64 ? digits.prefix(12) : digits)
    }
}
