// docker_inspect: the useful part of everything that engines tell of a container, secrets masked.
import DockerEngine
import DockerSources
import JSON
import SafeText

extension Parameter {
    fileprivate static let full = Parameter(
        name: "full", kind: .boolean(standard: false), description: "Add the engine's whole document, masked, as raw.")
    fileprivate static let include = Parameter(
        name: "include", kind: .text(maximumCharacters: 255),
        description: "Only these parts, such as state,health,ports.")
}

extension DockerTool {
    /// `docker_inspect`.
    public static let inspect = DockerTool(
        name: "docker_inspect", title: "Inspect a container",
        description:
            "Tells of one container: state, health, image, command, env, ports, mounts, networks, limits, labels. "
            + "Secret-looking values are masked.",
        parameters: [.containerID, .source, .maximumMatches, .include, .full], outputSchema: inspectSchema
    ) { arguments, asking throws(CallFailure) in
        let choice = try arguments.text(.include).map { text throws(CallFailure) in
            try FieldChoice(text, of: .include, among: InspectedContainer.knownFields)
        }
        let matches = try await asking.containers(arguments)
        var cuts: [String] = []
        let digests =
            choice?.names(InspectedContainer.digestsField) != false ? await asking.digests(of: matches, &cuts) : [:]
        let containers = matches.found.map { source, container in
            InspectedContainer(container, source: source.label, digests: digests[source.label.name] ?? [])
        }
        let isFull = arguments.boolean(.full) == true
        let rows = zip(containers, matches.found).map { container, match in
            var row = container.row(choice)
            if isFull { row["raw"] = Secrets.masked(document: match.value.document.cleaned) }
            return row
        }
        let now = Timestamp.now
        let lines =
            containers.flatMap { InspectText.lines(of: $0.row(nil), choice, now: now) }
            + (isFull ? ["raw: in the structured result (format json, or --json)"] : [])
        return Envelope(name: "inspect", sources: matches.reports, cuts: cuts).document(
            "containers", rows, heading: nil, body: .lines(lines))
    }
}

extension Asking {
    /// The registry digests of each match's image, by source: a tag may mean something else on another engine, a digest does
    /// not. Engines tell of them with images only. An image that is gone has none; other failures are noted in `cuts`.
    fileprivate func digests(
        of matches: Matches<ContainerDetails>, _ cuts: inout [String]
    ) async -> [String: [String]] {
        let answers = await gather(matches) { source, container throws(SourceError) in
            guard let reference = container.imageID.flatMap(ImageReference.init) else { return [String]() }
            return try await source.reply(to: .image(reference)).digests
        }
        var digests: [String: [String]] = [:]
        for answer in answers {
            switch answer.result {
            case .success(let found): digests[answer.source.name] = found
            case .failure(let error) where error.code == .notFound: continue
            case .failure(let error): cuts.append("image digests of \(answer.source.name): \(error.code.rawValue)")
            }
        }
        return digests
    }
}

extension JSON {
    /// The same with every text in it cleaned, names too.
    fileprivate var cleaned: JSON {
        switch self {
        case .string(let text): .string(SafeText.lines(text))
        case .array(let elements): .array(elements.map(\.cleaned))
        case .object(let members): .object(JSONObject(members.lazy.map { (SafeText.line($0.key), $0.value.cleaned) }))
        default: self
        }
    }
}
