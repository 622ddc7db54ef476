// What runs inside a container.
import JSON

/// A container's processes as the host's `ps` shows them (`GET /containers/{id}/top`).
public struct ProcessTable: Hashable, Sendable {
    /// Names of the columns, such as `UID`, `PID`, `CMD`; which, the host's `ps` decides.
    public let titles: [String]
    /// A row each, as long as `titles`. Command lines may hold secrets.
    public let processes: [[String]]

    init(_ json: JSON) throws(ReplyError) {
        guard json.object != nil else { throw ReplyError("the processes should be an object") }
        var titles = json.texts("Titles")
        var rows = (json["Processes"]?.array ?? []).map { $0.array?.map { $0.string ?? "" } ?? [] }
        // Podman hands on whole lines when the container's own ps speaks; the last column may hold spaces.
        if titles.count == 1, let line = titles.first, line.contains(" ") {
            titles = Self.columns(of: line, atMost: .max)
            let count = titles.count
            rows = rows.map { Self.columns(of: $0.first ?? "", atMost: count) }
        }
        self.titles = titles
        processes = rows.map { cells in titles.indices.map { $0 < cells.count ? cells[$0] : "" } }
    }

    private static func columns(of line: String, atMost count: Int) -> [String] {
        line.split(separator: " ", maxSplits: max(0, count - 1), omittingEmptySubsequences: true).map { column in
            String(column.drop { $0 == " " })
        }
    }
}
