// What one source brings to a comparison: its containers in full, its images' digests, and what engine it is.
import DockerEngine
import DockerSources

/// Which containers are compared.
struct ContainerSelection: Sendable {
    var name: String?
    var project: String?

    func selects(_ container: ContainerSummary) -> Bool {
        (name.map { container.name == $0 } ?? true)
            && (project.map { container.labels[Compose.project] == $0 } ?? true)
    }
}

/// One side's containers and engine.
struct Inventory: Sendable {
    let version: EngineVersion
    var containers: [ContainerDetails] = []
    /// Digests by the image's id.
    private(set) var digests: [String: [String]] = [:]
    /// What could not be read.
    private(set) var gaps: [String] = []
    /// Containers that were named, by the name; nil for one that is not there.
    private var named: [ContainerReference: ContainerDetails] = [:]

    /// All of `selection`, or only `containers` when some are named.
    init(
        of source: any Source, _ selection: ContainerSelection, containers wanted: [ContainerReference]
    ) async throws(SourceError) {
        async let images = source.outcome(of: .images())
        version = try await source.reply(to: .version)
        if wanted.isEmpty {
            let listed = try await source.reply(to: .containers(all: true)).filter(selection.selects)
            let (found, missing) = await source.details(of: listed)
            containers = found
            if missing > 0 { gaps.append("\(missing) containers of \(source.label.name)") }
        }
        for reference in wanted {
            do throws(SourceError) { named[reference] = try await source.reply(to: .container(reference)) } catch {
                guard error.code == .notFound else { throw error }
            }
        }
        if case .success(let images) = await images {
            for image in images { digests[image.id] = image.digests }
        } else {
            gaps.append("image digests of \(source.label.name)")
        }
    }

    /// The part of it that `side` means. Throws `not_found` for a container that is not there.
    func side(_ side: ComparedSide, _ reports: [SourceReport]) throws(CallFailure) -> Inventory {
        guard let reference = side.container else { return self }
        guard let container = named[reference] else {
            throw CallFailure(
                "not_found", "No container \(reference.text) on \(side.source.label.name).",
                hint: "docker_list_containers shows what is there.", sources: reports)
        }
        var inventory = self
        inventory.containers = [container]
        return inventory
    }

    /// The content that a container runs: digests of a registry where there are some, else the image's id.
    func content(of container: ContainerDetails) -> [String] {
        guard let image = container.imageID else { return [] }
        let found = (digests[image] ?? []).compactMap { $0.split(separator: "@").last.map(String.init) }
        return found.isEmpty ? [image] : Set(found).sorted()
    }
}
