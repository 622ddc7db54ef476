// docker_find: one search over names, images, ports, labels, environment names, mounts and addresses of all sources.
import DockerEngine
import DockerSources
import JSON
import SafeText

extension Parameter {
    fileprivate static let query = Parameter(
        name: "query", kind: .text(maximumCharacters: 255),
        description: "Text to look for, in any case: a name, image, port number, label, variable, path or IP address.",
        isRequired: true)
}

extension DockerTool {
    /// `docker_find`.
    public static let find = DockerTool(
        name: "docker_find", title: "Find anything",
        description:
            "Searches the containers, images, networks and volumes of all sources for a text: names, ids, images, ports, labels, names of environment variables, "
            + "commands, mounts, IP addresses. Each hit says where the text was found.",
        parameters: [.query, .source, .most], outputSchema: findSchema, toolset: .diagnose
    ) { arguments, asking throws(CallFailure) in
        guard let needle = Needle(arguments.text(.query) ?? "") else {
            throw .invalidArgument("query holds only spaces.", hint: Parameter.query.description)
        }
        let answers = await asking.gather(from: try asking.sources(arguments)) { source throws(SourceError) in
            try await Findings(of: needle, on: source)
        }
        let reports = try [SourceReport](answered: answers)
        var hits: [(source: SourceLabel, hit: Hit)] = []
        var cuts: [String] = []
        for answer in answers {
            guard case .success(let findings) = answer.result else { continue }
            hits += findings.hits.map { (answer.source, $0) }
            cuts += findings.gaps.map { "\($0) of \(answer.source.name)" }
        }
        let total = hits.count
        hits.cut(to: arguments.integer(.most) ?? asking.rowLimit, noting: &cuts)
        var table = TextTable(columns: [
            .init(heading: "SOURCE"), .init(heading: "KIND"), .init(heading: "ID"),
            .init(heading: "NAME", minimumWidth: 12),
            .init(heading: "STATE"), .init(heading: "FOUND IN", minimumWidth: 16),
        ])
        table.rows = hits.map { $0.hit.cells(source: $0.source) }
        let asked = EmptyAnswer.places(reports.filter { $0.error == nil }.map(\.source.name))
        let searched = "containers, images, networks and volumes"
        return Envelope(name: "find", sources: reports, cuts: cuts, total: total).document(
            "hits", hits.map { $0.hit.json(source: $0.source) },
            heading: total == 0
                ? EmptyAnswer.text(
                    "containers, images, networks or volumes", matching: arguments.shown([.query]), on: reports)
                : "\(total) hit\(total == 1 ? "" : "s") for \(needle.shown) in \(searched) of \(asked)",
            body: .table(table))
    }
}

/// What is looked for.
private struct Needle: Sendable {
    private let text: String
    let shown: String

    /// Nil when nothing but spaces is left.
    init?(_ query: String) {
        text = query.split(separator: " ").joined(separator: " ").lowercased()
        guard !text.isEmpty else { return nil }
        shown = Arguments.shown(.string(query))
    }

    func isIn(_ text: String?) -> Bool { text?.lowercased().contains(self.text) == true }
    /// An id is found by its beginning, as everywhere.
    func begins(_ id: String) -> Bool { text.utf8.count >= 2 && id.hasPrefix(text) }
}

/// An object that has the text somewhere.
private struct Hit: Sendable {
    let kind: String
    let id: String
    let name: String?
    var state: String?
    let places: [(field: String, value: String)]

    func json(source: SourceLabel) -> JSONObject {
        var row: JSONObject = ["source": .string(source.name), "kind": .string(kind)]
        row.set("id", text: id)
        row.set("name", text: name)
        row.set("state", text: state)
        row["found_in"] = .array(
            places.map { place in
                var json: JSONObject = ["field": .string(place.field)]
                json.set("value", text: place.value)
                return .object(json)
            })
        return row
    }

    func cells(source: SourceLabel) -> [String] {
        [
            source.name, kind, SafeText.line(id), SafeText.shortened(SafeText.line(name ?? ""), to: 60),
            SafeText.line(state ?? ""),
            SafeText.shortened(
                places.map { "\($0.field) \(Secrets.masked(SafeText.line($0.value)))" }.joined(separator: ", "), to: 100
            ),
        ]
    }
}

/// What one source has of it.
private struct Findings: Sendable {
    private(set) var hits: [Hit] = []
    /// What could not be searched.
    private(set) var gaps: [String] = []

    init(of needle: Needle, on source: any Source) async throws(SourceError) {
        async let images = source.outcome(of: .images())
        async let networks = source.outcome(of: .networks)
        async let volumes = source.outcome(of: .volumes)
        let containers = try await source.reply(to: .containers(all: true))
        // Only these have the environment.
        let (found, missing) = await source.details(of: containers)
        let details = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
        if missing > 0 { gaps.append("environment names of \(missing) containers") }
        for container in containers { add(container, details[container.id], needle) }
        switch await images {
        case .success(let images): for image in images { add(image, needle) }
        case .failure(let error): gaps.append("images (\(error.code.rawValue))")
        }
        switch await networks {
        case .success(let networks): for network in networks { add(network, needle) }
        case .failure(let error): gaps.append("networks (\(error.code.rawValue))")
        }
        switch await volumes {
        case .success(let volumes): for volume in volumes { add(volume, needle) }
        case .failure(let error): gaps.append("volumes (\(error.code.rawValue))")
        }
    }

    private mutating func add(_ container: ContainerSummary, _ details: ContainerDetails?, _ needle: Needle) {
        var places: [(String, String)] = []
        if needle.begins(container.id) { places.append(("id", String(container.id.prefix(12)))) }
        if needle.isIn(container.name) { places.append(("name", container.name ?? "")) }
        if needle.isIn(container.image) { places.append(("image", container.image ?? "")) }
        // A port that is only exposed is in the details alone.
        for port in details?.ports ?? container.ports where needle.isIn(port.text) {
            places.append(("port", port.text))
        }
        places += Self.labels(container.labels, needle)
        for variable in details?.environment ?? [] {
            let name = String(variable.prefix { $0 != "=" })
            if needle.isIn(name) { places.append(("env", name)) }
        }
        let command = details.map { Secrets.masked(command: $0.command.map(SafeText.line)).joined(separator: " ") }
        if let command = command ?? container.command, needle.isIn(command) {
            places.append(("command", SafeText.shortened(command, to: 120)))
        }
        for mount in container.mounts where needle.isIn(mount.source) || needle.isIn(mount.destination) {
            places.append(("mount", "\(mount.source ?? mount.type) -> \(mount.destination)"))
        }
        for network in container.networks {
            if needle.isIn(network.name) { places.append(("network", network.name)) }
            if let address = network.address, needle.isIn(address) { places.append(("ip", address)) }
        }
        guard !places.isEmpty else { return }
        hits.append(
            Hit(
                kind: "container", id: String(container.id.prefix(12)), name: container.name, state: container.state,
                places: places))
    }

    private mutating func add(_ image: ImageSummary, _ needle: Needle) {
        var places = image.tags.filter(needle.isIn).map { ("tag", $0) }
        places += image.digests.filter(needle.isIn).map { ("digest", $0) }
        let digits = String((image.id.split(separator: ":").last ?? "").prefix(64))
        if needle.begins(digits) || needle.begins(image.id) { places.append(("id", image.id)) }
        guard !places.isEmpty else { return }
        hits.append(Hit(kind: "image", id: String(digits.prefix(12)), name: image.tags.first, places: places))
    }

    private mutating func add(_ network: NetworkSummary, _ needle: Needle) {
        var places = needle.isIn(network.name) ? [("name", network.name)] : []
        if needle.begins(network.id) { places.append(("id", String(network.id.prefix(12)))) }
        places += (network.subnets + network.gateways).filter(needle.isIn).map { ("subnet", $0) }
        places += Self.labels(network.labels, needle)
        guard !places.isEmpty else { return }
        hits.append(Hit(kind: "network", id: String(network.id.prefix(12)), name: network.name, places: places))
    }

    private mutating func add(_ volume: VolumeSummary, _ needle: Needle) {
        var places = needle.isIn(volume.name) ? [("name", volume.name)] : []
        if let mountpoint = volume.mountpoint, needle.isIn(mountpoint), places.isEmpty {
            places.append(("mountpoint", mountpoint))
        }
        places += Self.labels(volume.labels, needle)
        guard !places.isEmpty else { return }
        hits.append(Hit(kind: "volume", id: String(volume.name.prefix(12)), name: volume.name, places: places))
    }

    /// A label is found by its masked text, so that nobody can guess a secret by searching for its letters.
    private static func labels(_ labels: [String: String], _ needle: Needle) -> [(String, String)] {
        labels.sorted { $0.key < $1.key }.compactMap { key, value in
            let value = Secrets.masked(SafeText.line(value), name: SafeText.line(key))
            return needle.isIn("\(key)=\(value)") ? ("label", "\(key)=\(value)") : nil
        }
    }
}
