// Where else an image is, and where its tags name another: an index over all images of all sources that answered.
import DockerSources
import JSON

/// Built in one pass over all images; a look-up costs what it finds.
struct ImageIndex: Sendable {
    private let names: [String]
    private let places: [String: Int]
    /// Sources that have an image, by each of its digests.
    private var holders: [String: SourceSet] = [:]
    /// Sources that have a tag.
    private var namers: [String: SourceSet] = [:]
    /// What each tag names, and on which sources.
    private var meanings: [String: [ImageIdentity: SourceSet]] = [:]

    /// Nil for fewer than two sources: there is nothing to compare with.
    init?(_ images: [(source: SourceLabel, images: [(identity: ImageIdentity, tags: [String])])]) {
        guard images.count > 1 else { return nil }
        names = images.map(\.source.name)
        places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
        for (place, (_, images)) in images.enumerated() {
            for image in images { add(image.identity, image.tags, at: place) }
        }
    }

    private mutating func add(_ identity: ImageIdentity, _ tags: [String], at place: Int) {
        for mark in identity.marks { holders[mark, default: SourceSet()].insert(place) }
        for tag in Set(tags.map(ImageIdentity.commonTag)) {
            // A tag names one image of a source; a source that says otherwise is believed once.
            guard namers[tag]?.contains(place) != true else { continue }
            namers[tag, default: SourceSet()].insert(place)
            meanings[tag, default: [:]][identity, default: SourceSet()].insert(place)
        }
    }

    /// What the other sources have of an image of `source`.
    func elsewhere(_ identity: ImageIdentity, tags: [String], of source: SourceLabel) -> Elsewhere {
        var (same, other) = (SourceSet(), SourceSet())
        for mark in identity.marks { if let found = holders[mark] { same.formUnion(found) } }
        for tag in Set(tags.map(ImageIdentity.commonTag)) {
            for (meaning, sources) in meanings[tag] ?? [:] where !meaning.isSame(as: identity) {
                other.formUnion(sources)
            }
        }
        if let place = places[source.name] {
            same.remove(place)
            other.remove(place)
        }
        return Elsewhere(alsoOn: Named(same, names), differsOn: Named(other, names))
    }
}

/// What other sources have of an image.
struct Elsewhere: Sendable {
    /// They have the same image.
    let alsoOn: Named
    /// There one of its tags names another image.
    let differsOn: Named

    /// In a table: `= remote, ≠ nas`.
    var cell: String {
        [(alsoOn, "="), (differsOn, "≠")].compactMap { sources, sign in sources.shown.map { "\(sign) \($0)" } }
            .joined(separator: ", ")
    }

    func add(to row: inout JSONObject) {
        alsoOn.add(to: &row, "also_on")
        differsOn.add(to: &row, "differs_on")
    }
}

/// Some sources: the first by name, and how many they are.
struct Named: Sendable {
    let names: [String]
    let count: Int

    init(_ sources: SourceSet, _ all: [String]) {
        names = sources.first(Envelope.namedSources).map { all[$0] }
        count = sources.count
    }

    /// `remote`, `remote +3`; nil for none.
    fileprivate var shown: String? { names.first.map { count > 1 ? "\($0) +\(count - 1)" : $0 } }

    fileprivate func add(to row: inout JSONObject, _ key: String) {
        row[key] = .array(names.map { .string($0) })
        if count > names.count { row["\(key)_total"] = .integer(Int64(count)) }
    }
}
