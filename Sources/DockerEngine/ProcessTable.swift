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
        let titles = json.texts("Titles")
        self.titles = titles
        processes = (json["Processes"]?.array ?? []).map { row in
            let cells = row.array?.map { $0.string ?? "" } ?? []
            return titles.indices.map { $0 < cells.count ? cells[$0] : "" }
        }
    }
}
