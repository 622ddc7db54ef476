// Which of the configured sources a call asks: all, or those that it names, by name or by tag.
import DockerSources
import JSON

extension Asking {
    /// The sources that a call wants to ask: all, or those that `source` or `docker_host` names, in configured order.
    func sources(_ arguments: Arguments) throws(CallFailure) -> [any Source] {
        let chosen = try arguments.text(.source).map { text throws(CallFailure) in
            try sources(chosenBy: text, argument: "source")
        }
        guard let host = arguments.text(.dockerHost) else { return chosen ?? aggregator.sources }
        let addressed = try source(at: host)
        if let chosen, chosen.map(\.label) != [addressed.label] {
            throw .invalidArgument("source and docker_host name different sources.", hint: "Leave docker_host out.")
        }
        return [addressed]
    }

    /// The sources that `text` names: names and `tag:TAG`, separated by commas.
    func sources(chosenBy text: String, argument: String) throws(CallFailure) -> [any Source] {
        var names: Set<String> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let part = part.drop { $0 == " " }
            let tag = part.hasPrefix("tag:") ? String(part.dropFirst(4)) : nil
            let found = aggregator.sources.lazy.map(\.label).filter {
                tag.map($0.tags.contains) ?? ($0.name == part)
            }.map(\.name)
            guard !found.isEmpty else { throw unknown(String(part), tag, argument) }
            names.formUnion(found)
        }
        return aggregator.sources.filter { names.contains($0.label.name) }
    }

    private func unknown(_ part: String, _ tag: String?, _ argument: String) -> CallFailure {
        let tags = Set(aggregator.sources.flatMap(\.label.tags)).sorted()
        let tagHint = tags.isEmpty ? "" : " The tags are \(Self.listed(tags))."
        guard let tag else {
            return .invalidArgument(
                "\(argument) is \(Arguments.shown(.string(part))), and there is no such source.",
                hint: "The sources are \(Self.listed(aggregator.sources.map(\.label.name))).\(tagHint)")
        }
        return .invalidArgument(
            "\(argument) is \(Arguments.shown(.string(part))), and no source has the tag \(Arguments.shown(.string(tag))).",
            hint: tags.isEmpty
                ? "No source has a tag; the sources are \(Self.listed(aggregator.sources.map(\.label.name)))."
                : "The tags are \(Self.listed(tags)).")
    }

    private func source(at host: String) throws(CallFailure) -> any Source {
        if let known = aggregator.sources.first(where: { $0.label.endpoint == host || $0.label.name == host }) {
            return known
        }
        throw .invalidArgument(
            "docker_host is \(Arguments.shown(.string(host))), which is no configured endpoint.",
            hint:
                "A caller can't name an address: engines are set in this server's environment only. Use source with one of \(Self.listed(aggregator.sources.map(\.label.name)))."
        )
    }

    /// Names for a message; with very many sources only the first.
    static func listed(_ names: [String]) -> String {
        names.prefix(50).joined(separator: ", ") + (names.count > 50 ? " and \(names.count - 50) more" : "")
    }
}
