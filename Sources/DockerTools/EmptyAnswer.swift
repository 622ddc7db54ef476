// What an answer without rows says: which of the arguments nothing matched, and where it was looked for.
import DockerSources
import JSON
import SafeText

/// The words for an answer that has no rows.
enum EmptyAnswer {
    /// `no containers match name "webx", state running on local, remote (14 others exist there)`.
    ///
    /// `others` is how many there are when no filter narrows them; nil when that is not known.
    static func text(
        _ noun: String, matching filters: [String], on reports: [SourceReport], others: Int? = nil
    ) -> String {
        let place = places(reports.filter { $0.error == nil }.map(\.source.name))
        guard !filters.isEmpty else { return "no \(noun) on \(place)" }
        // The structured result does not repeat the arguments, and the text is not to be the longer of the two.
        let words = SafeText.shortened(filters.joined(separator: ", "), to: 120)
        let rest = others.map { $0 == 0 ? " (none exist there)" : " (\($0) other\($0 == 1 ? "" : "s") exist there)" }
        return "no \(noun) match \(words) on \(place)\(rest ?? "")"
    }

    /// The sources' names; of very many only how many they are.
    static func places(_ names: [String]) -> String {
        names.count > Envelope.namedSources ? "\(names.count) sources" : names.joined(separator: ", ")
    }
}

extension Arguments {
    /// Those of `filters` that are given, for reading: `name "web"`, `state running`, `only_running`.
    func shown(_ filters: [Parameter]) -> [String] {
        filters.compactMap { filter in
            switch filter.kind {
            case .text: text(filter).map { "\(filter.name) \(SafeText.shortened(Self.shown(.string($0)), to: 32))" }
            case .choice: text(filter).map { "\(filter.name) \($0)" }
            case .integer: integer(filter).map { "\(filter.name) \($0)" }
            case .boolean(let standard):
                boolean(filter).flatMap { $0 == standard ? nil : $0 ? filter.name : "\(filter.name) false" }
            }
        }
    }
}
