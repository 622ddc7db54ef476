// docker_compare: how two sources, or two containers, differ.
import DockerEngine
import DockerSources
import JSON
import SafeText

extension Parameter {
    private static let side =
        "the name of a source, or SOURCE/NAME for one container. With two sources configured, both may be left out."
    fileprivate static let left = Parameter(
        name: "left", kind: .text(maximumCharacters: 320), description: "One side: " + side)
    fileprivate static let right = Parameter(
        name: "right", kind: .text(maximumCharacters: 320), description: "The other side, as left.")
    fileprivate static let comparedContainer = Parameter(
        name: "container", kind: .text(maximumCharacters: 255), description: "Compare only the containers of this name."
    )
    fileprivate static let comparedProject = Parameter(
        name: "project", kind: .text(maximumCharacters: 255),
        description: "Compare only the containers of this compose project.")
}

extension DockerTool {
    /// `docker_compare`.
    public static let compare = DockerTool(
        name: "docker_compare", title: "Compare two sources",
        description:
            "Tells how two sources, or two containers, differ: missing containers, images and digests, commands, environment, ports, mounts, networks, limits, restart policies, health checks, engine and kernel versions. "
            + "Begins with a verdict. Answers why something works here and not there. Secret values are compared and never shown.",
        parameters: [.left, .right, .comparedContainer, .comparedProject], outputSchema: compareSchema,
        toolset: .diagnose
    ) { arguments, asking throws(CallFailure) in
        let (left, right) = try asking.sides(arguments)
        let selection = ContainerSelection(
            name: arguments.text(.comparedContainer), project: arguments.text(.comparedProject))
        let sides = left.source.label == right.source.label ? [left] : [left, right]
        let answers = await asking.gather(from: sides.map(\.source)) { source throws(SourceError) in
            let wanted = [left, right].filter { $0.source.label == source.label }
            return try await Inventory(of: source, selection, containers: wanted.compactMap(\.container))
        }
        let reports = answers.map(SourceReport.init)
        // Half of a comparison is none.
        guard case .success(let one)? = answers.first?.result, case .success(let other)? = answers.last?.result else {
            throw .unanswered(reports)
        }
        let comparison = Comparison(
            left: try one.side(left, reports), right: try other.side(right, reports),
            isOfTwoContainers: left.container != nil)
        return document(comparison, reports, left: left.text, right: right.text)
    }

    private static func document(
        _ comparison: Comparison, _ reports: [SourceReport], left: String, right: String
    ) -> Document {
        let verdict = comparison.verdict(left: left, right: right)
        var lines = [verdict]
        lines += comparison.engine.map { "engine \($0.line(left, right))" }
        for pair in comparison.pairs where pair.kind != .same {
            switch pair.kind {
            case .onlyLeft: lines.append("only on \(left): \(SafeText.line(pair.name))")
            case .onlyRight: lines.append("only on \(right): \(SafeText.line(pair.name))")
            default:
                lines.append("\(SafeText.line(pair.name)):")
                lines += pair.differences.map { "  \($0.line(left, right))" }
            }
        }
        return Envelope(name: "compare", sources: reports, cuts: comparison.gaps).document(
            "containers", comparison.pairs.map(\.json), heading: nil, body: .lines(lines),
            more: [
                "verdict": .string(comparison.hasDrift ? "drift" : "same"), "summary": .string(verdict),
                "left": .string(left), "right": .string(right),
                "engine": .array(comparison.engine.map { .object($0.json) }),
            ])
    }
}

/// One side of a comparison.
struct ComparedSide: Sendable {
    let source: any Source
    /// One container of it; nil for all.
    let container: ContainerReference?
    /// As it was named.
    let text: String
}

extension Asking {
    /// What `left` and `right` name. Throws when they are not two, or not of one kind.
    fileprivate func sides(_ arguments: Arguments) throws(CallFailure) -> (ComparedSide, ComparedSide) {
        let all = try sources(arguments)
        let named = (arguments.text(.left), arguments.text(.right))
        guard let left = named.0, let right = named.1 else {
            guard named.0 == nil, named.1 == nil, all.count == 2 else {
                throw .invalidArgument(
                    "left and right are \(named.0 == nil && named.1 == nil ? "missing" : "not both given").",
                    hint:
                        "Name two of the sources \(all.prefix(20).map(\.label.name).joined(separator: ", ")), or two containers as SOURCE/NAME."
                )
            }
            return (
                ComparedSide(source: all[0], container: nil, text: all[0].label.name),
                ComparedSide(source: all[1], container: nil, text: all[1].label.name)
            )
        }
        let sides = (try side(left, .left), try side(right, .right))
        guard (sides.0.container == nil) == (sides.1.container == nil) else {
            throw .invalidArgument(
                "left and right are a container and a source.",
                hint: "Name two sources, or two containers as SOURCE/NAME.")
        }
        guard sides.0.text != sides.1.text else {
            throw .invalidArgument("left and right are the same.", hint: "Name two, to compare one with the other.")
        }
        return sides
    }

    private func side(_ text: String, _ parameter: Parameter) throws(CallFailure) -> ComparedSide {
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        let chosen = try sources(chosenBy: parts.first ?? text, argument: parameter.name)
        guard let source = chosen.first, chosen.count == 1 else {
            throw .invalidArgument(
                "\(parameter.name) names \(chosen.count) sources.", hint: "Name one source, or SOURCE/NAME.")
        }
        guard parts.count > 1 else { return ComparedSide(source: source, container: nil, text: source.label.name) }
        guard let container = ContainerReference(parts[1]) else {
            throw .invalidArgument(
                "\(parameter.name) is \(Arguments.shown(.string(text))), which can't name a container.",
                hint: "Write SOURCE/NAME, such as \(source.label.name)/web.")
        }
        return ComparedSide(source: source, container: container, text: "\(source.label.name)/\(container.text)")
    }
}
