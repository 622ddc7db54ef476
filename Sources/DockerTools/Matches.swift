// Which objects an id means: it is asked of all sources, and every match answers (docs/tools.md, "Which containers an id means").
import DockerEngine
import DockerSources
import JSON
import SafeText

/// What a reference was found to mean, and how each source did.
struct Matches<Found: Sendable>: Sendable {
    /// At least one, in configured order of the sources.
    let found: [(source: any Source, value: Found)]
    let reports: [SourceReport]
}

/// What one source made of a reference.
enum Lookup<Found: Sendable>: Sendable {
    case found(Found)
    case absent
    /// Several objects begin so; their names.
    case ambiguous([String])
}

extension Asking {
    /// Asks the source of each match about what it has; the answers are in the order of the matches.
    func gather<Found: Sendable, Value: Sendable>(
        _ matches: Matches<Found>,
        _ question: @escaping @Sendable (any Source, Found) async throws(SourceError) -> Value
    ) async -> [Answer<Value>] {
        // A source has one match, so its name finds it.
        let values = Dictionary(matches.found.map { ($0.source.label.name, $0.value) }) { first, _ in first }
        return await gather(from: matches.found.map(\.source)) { source throws(SourceError) in
            guard let value = values[source.label.name] else {
                throw SourceError(.notFound, "\(source.label.place): nothing was found here.", hint: "Ask again.")
            }
            return try await question(source, value)
        }
    }

    /// Asks `sources` for `reference`. Throws `not_found`, `ambiguous`, or the sources' failures when none could be asked.
    func matches<Found: Sendable>(
        _ what: String, _ reference: String, in sources: [any Source], atMost maximum: Int,
        _ lookup: @escaping Question<Lookup<Found>>
    ) async throws(CallFailure) -> Matches<Found> {
        let answers = await gather(from: sources, lookup)
        let reports = answers.map(SourceReport.init)
        var found: [(any Source, Found)] = []
        var candidates: [String] = []
        for (source, answer) in zip(sources, answers) {
            switch answer.result {
            case .success(.found(let value)): found.append((source, value))
            case .success(.ambiguous(let names)):
                candidates += names.map { "\(source.label.name)/\(SafeText.line($0))" }
            case .success(.absent), .failure: continue
            }
        }
        if !candidates.isEmpty || found.count > maximum {
            let names = candidates + found.map { "\($0.0.label.name)/\(Secrets.masked(reference))" }
            throw CallFailure(
                "ambiguous",
                "\(Secrets.masked(reference)) fits several \(what)s: \(names.prefix(20).joined(separator: ", "))\(names.count > 20 ? ", …" : "").",
                hint: candidates.isEmpty
                    ? "Narrow with source, or raise max_matches." : "Use one of these names, or a longer id.",
                sources: reports)
        }
        if !found.isEmpty { return Matches(found: found, reports: reports) }
        throw Self.notFound(what, reference, reports)
    }

    private static func notFound(_ what: String, _ reference: String, _ reports: [SourceReport]) -> CallFailure {
        let denied = reports.filter { $0.error == nil }.map(\.source.name)
        let unasked = reports.compactMap { report in report.error.map { "\(report.source.name) (\($0.code.rawValue))" }
        }
        guard !denied.isEmpty else { return .unanswered(reports) }
        var message = "No \(what) \(Secrets.masked(reference)) on \(listed(denied))."
        if !unasked.isEmpty { message += " Could not be asked: \(listed(unasked))." }
        let list = what == "image" ? "docker_list_images" : "docker_list_containers"
        return CallFailure("not_found", message, hint: "\(list) shows what is there.", sources: reports)
    }

    /// The container that `container_id` names, on each source that has one.
    func containers(_ arguments: Arguments) async throws(CallFailure) -> Matches<ContainerDetails> {
        let given = arguments.text(.containerID) ?? ""
        let (sources, name) = try narrowed(given, arguments, argument: "container_id")
        guard let reference = ContainerReference(name) else {
            throw .invalidArgument(
                "container_id is \(Arguments.shown(.string(given))), which can't name a container.",
                hint:
                    "A name or id has letters, digits, _ . and -, begins with a letter or digit, and has at most 255 characters; SOURCE/NAME narrows to one source."
            )
        }
        return try await matches(
            "container", reference.text, in: sources, atMost: arguments.maximumMatches
        ) { source throws(SourceError) in
            do throws(SourceError) {
                return .found(try await source.reply(to: .container(reference)))
            } catch {
                // dockerd answers 400 and Podman 500 for a beginning that several ids have; the list tells.
                guard reference.mayBeIdentifier, [.engineError, .notFound, .conflict].contains(error.code) else {
                    if error.code == .notFound { return .absent }
                    throw error
                }
                let listed = try await source.reply(to: .containers(all: true)).filter {
                    $0.id.hasPrefix(reference.text)
                }
                if listed.count > 1 { return .ambiguous(listed.map(\.shownName)) }
                if error.code == .notFound { return .absent }
                throw error
            }
        }
    }

    /// The image that `image_id` names, on each source that has one.
    func images(_ arguments: Arguments) async throws(CallFailure) -> Matches<
        (image: ImageDetails, reference: ImageReference)
    > {
        let given = arguments.text(.imageID) ?? ""
        let (sources, name) = try narrowed(given, arguments, argument: "image_id", slashNeedsSource: false)
        guard let reference = ImageReference(name) else {
            throw .invalidArgument(
                "image_id is \(Arguments.shown(.string(given))), which can't name an image.",
                hint:
                    "An image is named as NAME, NAME:TAG, HOST:PORT/PATH:TAG, NAME@sha256:DIGEST, or by its id; SOURCE/NAME narrows to one source."
            )
        }
        return try await matches(
            "image", reference.text, in: sources, atMost: arguments.maximumMatches
        ) { source throws(SourceError) in
            do throws(SourceError) {
                return .found((try await source.reply(to: .image(reference)), reference))
            } catch {
                // Podman answers 500 for an id that no image has.
                guard error.code == .notFound || (reference.isIdentifier && error.code == .engineError) else {
                    throw error
                }
                let listed = try await source.reply(to: .images()).filter {
                    ImageIdentity.digits($0.id).hasPrefix(ImageIdentity.digits(reference.text))
                }
                if listed.count > 1 { return .ambiguous(listed.map { $0.tags.first ?? Self.shortID($0) }) }
                if listed.isEmpty || error.code == .notFound { return .absent }
                throw error
            }
        }
    }

    private static func shortID(_ image: ImageSummary) -> String { String(ImageIdentity.digits(image.id).prefix(12)) }

    /// Takes `SOURCE/` off the front. An image's name has slashes of its own, so there only a known source's name counts.
    private func narrowed(
        _ given: String, _ arguments: Arguments, argument: String, slashNeedsSource: Bool = true
    ) throws(CallFailure) -> (sources: [any Source], name: String) {
        let chosen = try sources(arguments)
        guard let slash = given.firstIndex(of: "/"), slash != given.startIndex else { return (chosen, given) }
        let prefix = String(given[..<slash])
        let isKnown = prefix.hasPrefix("tag:") || aggregator.sources.contains { $0.label.name == prefix }
        guard isKnown || (slashNeedsSource && ContainerReference(prefix) != nil) else { return (chosen, given) }
        let meant = Set(try sources(chosenBy: prefix, argument: "the source in \(argument)").map(\.label.name))
        let narrowed = chosen.filter { meant.contains($0.label.name) }
        guard !narrowed.isEmpty else {
            throw .invalidArgument(
                "\(argument) says source \(prefix), and source says \(Self.listed(chosen.map(\.label.name))).",
                hint: "Name one source.")
        }
        return (narrowed, String(given[given.index(after: slash)...]))
    }
}

extension Arguments {
    /// How many sources may answer for the same name.
    fileprivate var maximumMatches: Int { integer(.maximumMatches) ?? Parameter.standardMatches }
}

extension Source {
    /// A container by the id that the source itself gave it.
    func reference(to id: String) throws(SourceError) -> ContainerReference {
        if let reference = ContainerReference(id) { return reference }
        throw SourceError(
            .replyMalformed, "Source \(label.name): the engine names an id that is none.",
            hint: "Look at the engine's log.")
    }
}
