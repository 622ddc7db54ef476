// docker_disk_usage: what each engine keeps on disk, and what removing the unused would free.
import DockerEngine
import DockerSources
import JSON
import SafeText

extension DockerTool {
    /// `docker_disk_usage`.
    public static let diskUsage = DockerTool(
        name: "docker_disk_usage", title: "Disk usage",
        description:
            "Tells how much disk images, containers, volumes and build cache take on each source, how much of it nothing uses, and the sums. "
            + "Engines measure for this: it may take some seconds.",
        parameters: [.source], outputSchema: diskUsageSchema, toolset: .diagnose
    ) { arguments, asking throws(CallFailure) in
        let answers = await asking.gather(from: try asking.sources(arguments)) { source throws(SourceError) in
            try await source.reply(to: .diskUsage)
        }
        let reports = try [SourceReport](answered: answers)
        let usages = answers.compactMap { answer in (try? answer.result.get()).map { (answer.source, $0) } }
        let rows = usages.flatMap { source, usage in
            usage.kinds.map { DiskRow(source: source.name, kind: $0, share: $1) }
        }
        let sums = DiskRow.sums(of: rows)
        var table = TextTable(columns: [
            .init(heading: "SOURCE"), .init(heading: "TYPE"), .init(heading: "TOTAL"), .init(heading: "ACTIVE"),
            .init(heading: "SIZE"), .init(heading: "RECLAIMABLE"),
        ])
        table.rows = (rows + (usages.count > 1 ? sums : [])).map(\.cells)
        let reclaimable = sums.reduce(0) { $0.clampedSum($1.share.reclaimableBytes) }
        return Envelope(name: "disk-usage", sources: reports).document(
            "usage", rows.map(\.json),
            heading: "\(Quantity.decimal(sums.reduce(0) { $0.clampedSum($1.share.bytes) })) on disk, "
                + "\(Quantity.decimal(reclaimable)) of it reclaimable", body: .table(table),
            more: ["sums": .array(sums.map { .object($0.json) })])
    }
}

/// One kind of object on one source, or on all.
private struct DiskRow {
    let source: String?
    let kind: String
    var share: DiskShare

    /// One row a kind over all sources. Engines on one host may count the same disk twice: they do not say.
    static func sums(of rows: [DiskRow]) -> [DiskRow] {
        var sums: [DiskRow] = []
        for row in rows {
            let index = sums.firstIndex { $0.kind == row.kind } ?? sums.endIndex
            if index == sums.endIndex { sums.append(DiskRow(source: nil, kind: row.kind, share: DiskShare())) }
            sums[index].share.add(row.share)
        }
        return sums
    }

    var json: JSONObject {
        var row = JSONObject()
        row["source"] = source.map { .string($0) }
        row["type"] = .string(kind)
        row.set("total", share.count)
        row.set("active", share.active)
        row.set("size_bytes", share.bytes)
        row.set("reclaimable_bytes", share.reclaimableBytes)
        return row
    }

    var cells: [String] {
        let percent = share.bytes > 0 ? Int(Double(share.reclaimableBytes) / Double(share.bytes) * 100) : nil
        return [
            source ?? "all", kind.replacing("_", with: " "), "\(share.count)", "\(share.active)",
            Quantity.decimal(share.bytes),
            Quantity.decimal(share.reclaimableBytes) + (percent.map { " (\($0)%)" } ?? ""),
        ]
    }
}

extension DiskUsage {
    fileprivate var kinds: [(String, DiskShare)] {
        [("images", images), ("containers", containers), ("volumes", volumes), ("build_cache", buildCache)]
    }
}
