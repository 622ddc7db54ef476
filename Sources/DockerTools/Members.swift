// Which containers are on a network or mount a volume: engines say so of containers only, not in their other lists.
import DockerEngine
import SafeText

/// Containers by the names of their networks and volumes.
struct Members {
    private(set) var byNetwork: [String: [(container: String, address: String?)]] = [:]
    private(set) var byVolume: [String: [String]] = [:]

    init(of containers: [ContainerSummary]) {
        for container in containers {
            let name = container.shownName
            for network in container.networks { byNetwork[network.name, default: []].append((name, network.address)) }
            let volumes = Set(container.mounts.filter { $0.type == "volume" }.compactMap(\.source))
            for volume in volumes { byVolume[volume, default: []].append(name) }
        }
        for name in byNetwork.keys { byNetwork[name]?.sort { $0.container < $1.container } }
        for name in byVolume.keys { byVolume[name]?.sort() }
    }

    /// Names in a cell of a table: the first five, and how many more.
    static func listed(_ names: [String]) -> String {
        names.prefix(5).map { Secrets.masked(SafeText.line($0)) }.joined(separator: ", ")
            + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }
}

extension ContainerSummary {
    /// Its name, or the beginning of its id; not cleaned.
    var shownName: String { name ?? String(id.prefix(12)) }
}

extension ContainerDetails {
    /// Its name, or the beginning of its id; not cleaned.
    var shownName: String { name ?? String(id.prefix(12)) }
}

/// The labels by which Compose marks what it made.
enum Compose {
    static let project = "com.docker.compose.project"
    static let service = "com.docker.compose.service"
    static let number = "com.docker.compose.container-number"

    /// Which project and service a call wants containers of.
    struct Membership: Sendable {
        let project: String?
        let service: String?

        init(_ arguments: Arguments) {
            project = arguments.text(.project)
            service = arguments.text(.service)
        }

        /// For the engine, which then sends less.
        var labels: [String] {
            [project.map { "\(Compose.project)=\($0)" }, service.map { "\(Compose.service)=\($0)" }].compactMap(\.self)
        }

        /// Engines differ in what they take for a pattern; here only equal is equal.
        func includes(_ container: ContainerSummary) -> Bool {
            (project.map { container.labels[Compose.project] == $0 } ?? true)
                && (service.map { container.labels[Compose.service] == $0 } ?? true)
        }
    }
}
