// How two inventories differ. Pure: no engine is asked here.
import DockerEngine
import JSON
import SafeText

/// A field that is not the same on both sides; nil where a side lacks it.
struct Difference: Sendable, Hashable {
    let field: String
    let left: String?
    let right: String?

    /// `image: nginx:1.24 on local, nginx:1.25 on cloud`.
    func line(_ leftName: String, _ rightName: String) -> String {
        func shown(_ value: String?, _ place: String) -> String {
            value.map { "\(SafeText.shortened(Secrets.masked(SafeText.line($0)), to: 60)) on \(place)" }
                ?? "none on \(place)"
        }
        return "\(SafeText.line(field)): \(shown(left, leftName)), \(shown(right, rightName))"
    }

    var json: JSONObject {
        var json = JSONObject()
        json.set("field", text: field)
        json.set("left", text: left)
        json.set("right", text: right)
        return json
    }
}

/// A container of one side beside that of the other.
struct ComparedPair: Sendable {
    enum Kind: String, Sendable { case same, different, onlyLeft = "only_left", onlyRight = "only_right" }

    let name: String
    let kind: Kind
    var differences: [Difference] = []

    var json: JSONObject {
        var json = JSONObject()
        json.set("name", text: name)
        json["result"] = .string(kind.rawValue)
        if !differences.isEmpty { json["differences"] = .array(differences.map { .object($0.json) }) }
        return json
    }
}

struct Comparison: Sendable {
    /// In the order of their names.
    private(set) var pairs: [ComparedPair] = []
    let engine: [Difference]
    let gaps: [String]

    init(left: Inventory, right: Inventory, isOfTwoContainers: Bool) {
        engine = Self.differences(left.version, right.version)
        gaps = left.gaps + right.gaps.filter { !left.gaps.contains($0) }
        if isOfTwoContainers, let one = left.containers.first, let other = right.containers.first {
            pairs = [Self.pair(one.shownName, (one, left), (other, right))]
            return
        }
        let lefts = Dictionary(left.containers.map { (Self.key(of: $0), $0) }) { first, _ in first }
        let rights = Dictionary(right.containers.map { (Self.key(of: $0), $0) }) { first, _ in first }
        pairs = Set(lefts.keys).union(rights.keys).sorted().compactMap { key in
            switch (lefts[key], rights[key]) {
            case (let one?, let other?): Self.pair(one.shownName, (one, left), (other, right))
            case (let one?, nil): ComparedPair(name: one.shownName, kind: .onlyLeft)
            case (nil, let other?): ComparedPair(name: other.shownName, kind: .onlyRight)
            case (nil, nil): nil
            }
        }
    }

    var hasDrift: Bool { pairs.contains { $0.kind != .same } }

    /// One sentence that a person can stop reading after.
    func verdict(left: String, right: String) -> String {
        func count(_ kind: ComparedPair.Kind) -> Int { pairs.count { $0.kind == kind } }
        guard !pairs.isEmpty else { return "Nothing to compare: no container of that kind on \(left) or \(right)." }
        let compared = count(.same) + count(.different)
        guard hasDrift else {
            return "No drift: \(compared) container\(compared == 1 ? "" : "s") of \(left) and \(right) are alike."
        }
        var parts: [String] = []
        if compared > 0 { parts.append("\(count(.different)) of \(compared) compared containers differ") }
        if count(.onlyLeft) > 0 { parts.append("\(count(.onlyLeft)) only on \(left)") }
        if count(.onlyRight) > 0 { parts.append("\(count(.onlyRight)) only on \(right)") }
        return "Drift between \(left) and \(right): \(parts.joined(separator: ", "))."
    }

    /// What is the same on both sides: a service's number in its project, whatever Compose's version calls it, or a name.
    private static func key(of container: ContainerDetails) -> String {
        guard let project = container.labels[Compose.project], let service = container.labels[Compose.service] else {
            return container.shownName
        }
        return "\(project)/\(service)/\(container.labels[Compose.number] ?? "1")"
    }

    private static func pair(
        _ name: String, _ left: (ContainerDetails, Inventory), _ right: (ContainerDetails, Inventory)
    ) -> ComparedPair {
        let differences = ContainerFacts(left.0, content: left.1.content(of: left.0))
            .differences(from: ContainerFacts(right.0, content: right.1.content(of: right.0)))
        return ComparedPair(name: name, kind: differences.isEmpty ? .same : .different, differences: differences)
    }

    private static func differences(_ left: EngineVersion, _ right: EngineVersion) -> [Difference] {
        let facts: [(String, String?, String?)] = [
            ("name", left.name, right.name), ("version", left.version, right.version),
            ("api_version", left.apiVersion, right.apiVersion), ("os", left.os, right.os),
            ("architecture", left.architecture, right.architecture), ("kernel", left.kernel, right.kernel),
        ]
        return facts.filter { $0.1 != $0.2 }.map { Difference(field: $0.0, left: $0.1, right: $0.2) }
    }
}
