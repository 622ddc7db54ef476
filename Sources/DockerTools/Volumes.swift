// docker_volumes: the volumes of all sources, and the containers that mount each.
import DockerEngine
import DockerSources
import JSON
import SafeText

extension Parameter {
    fileprivate static let volumeName = Parameter(
        name: "name", kind: .text(maximumCharacters: 255),
        description: "Only volumes whose name contains this text, in any case.")
    fileprivate static let unused = Parameter(
        name: "unused", kind: .boolean(standard: nil),
        description: "true: only volumes that no container mounts; false: only those that one does.")
}

extension DockerTool {
    /// `docker_volumes`.
    public static let volumes = DockerTool(
        name: "docker_volumes", title: "List volumes",
        description:
            "Lists the volumes of all sources: driver, where each lies on its host, and the containers that mount it. docker_disk_usage has sizes.",
        parameters: [.volumeName, .unused, .source, .limit, .cursor], outputSchema: volumesSchema, toolset: .diagnose
    ) { arguments, asking throws(CallFailure) in
        let name = arguments.text(.volumeName)?.lowercased()
        let unused = arguments.boolean(.unused)
        return try await listing(
            arguments, asking, name: "volumes", noun: "volume", filters: [.volumeName, .unused],
            keeping: { (row: MountedVolume) in
                (name.map { row.volume.name.lowercased().contains($0) } ?? true)
                    && (unused.map { row.containers.isEmpty == $0 } ?? true)
            }
        ) { source throws(SourceError) in
            let (volumes, containers) = try await source.replies(to: .volumes, and: .containers(all: true))
            let members = Members(of: containers)
            return volumes.map { MountedVolume(volume: $0, containers: members.byVolume[$0.name] ?? []) }
        }
    }
}

/// A volume and who mounts it.
private struct MountedVolume: ListedRow {
    let volume: VolumeSummary
    let containers: [String]

    var place: (createdAt: Timestamp?, id: String) { (volume.createdAt, volume.name) }

    func json(source: SourceLabel) -> JSONObject {
        var row: JSONObject = ["source": .string(source.name)]
        row.set("name", text: volume.name)
        row.set("driver", text: volume.driver)
        row.set("scope", text: volume.scope)
        row.set("mountpoint", text: volume.mountpoint)
        row.set("created_at", volume.createdAt)
        row["anonymous"] = .bool(volume.isAnonymous)
        row.set("project", text: volume.labels[Compose.project])
        row.set("containers", texts: containers, keepsEmpty: true)
        row.set("labels", labels: volume.labels)
        row.set("options", labels: volume.options)
        return row
    }

    static let columns: [TextTable.Column] = [
        .init(heading: "SOURCE"), .init(heading: "NAME", minimumWidth: 16), .init(heading: "DRIVER"),
        .init(heading: "CREATED"), .init(heading: "CONTAINERS", minimumWidth: 12),
    ]

    func cells(source: SourceLabel, now: Timestamp) -> [String] {
        [
            source.name, volume.isAnonymous ? String(volume.name.prefix(12)) + "…" : SafeText.line(volume.name),
            SafeText.line(volume.driver ?? ""),
            volume.createdAt.map { "\(Quantity.age(since: $0, now: now)) ago" } ?? "",
            Members.listed(containers),
        ]
    }
}
