// Whether one name means the same image on every source that has it.
import DockerEngine
import DockerSources
import SafeText

/// What a name means on all sources together.
struct ImageVerdict: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case same, different
        /// One digest for several platforms, of which the sources have different ones.
        case otherPlatform = "other_platform"
    }

    /// Nil when only one source has it.
    let kind: Kind?
    /// A sentence that a person can stop reading after, and where images differ a line each; none when only one source was asked.
    let lines: [String]

    /// `found` are the images that `name` means; `absent` the sources that have none.
    init(_ name: String, _ found: [(source: SourceLabel, image: ImageDetails)], isSame: Bool, absent: [SourceLabel]) {
        let sources = Self.listed(found.map(\.source.name))
        let hasOnePlatform = Set(found.map(\.image.platform)).count == 1
        kind = found.count < 2 ? nil : !isSame ? .different : hasOnePlatform ? .same : .otherPlatform
        let missing = absent.isEmpty ? "" : "; not on \(Asking.listed(absent.map(\.name)))"
        let each =
            found.prefix(Envelope.namedSources).map { "  \($0.source.name): \(Self.told($0.image))" }
            + (found.count > Envelope.namedSources ? ["  and \(found.count - Envelope.namedSources) more"] : [])
        switch kind {
        case .same: lines = ["\(name) is the same image on \(sources)\(missing)."]
        case .different:
            let layers =
                Self.haveSameLayers(found.map(\.image)) ? " Their layers are the same: built or configured apart." : ""
            lines = ["\(name) is not the same image on \(sources)\(missing).\(layers)"] + each
        case .otherPlatform:
            lines = ["\(name) is the same digest on \(sources), other platform\(missing)."] + each
        case nil: lines = absent.isEmpty ? [] : ["\(name) is on \(sources) only\(missing)."]
        }
    }

    /// `85dfc2672a91 (linux/amd64, built 2026-11-27T10:10:38.531Z)`.
    private static func told(_ image: ImageDetails) -> String {
        let facts = [
            image.platform.map { Secrets.masked(SafeText.shortened(SafeText.line($0), to: 40)) },
            image.createdAt.map { "built \($0.rfc3339)" },
        ].compactMap(\.self)
        return DockerTool.imageDigits(image.id) + (facts.isEmpty ? "" : " (\(facts.joined(separator: ", ")))")
    }

    private static func haveSameLayers(_ images: [ImageDetails]) -> Bool {
        guard let first = images.first?.layers, !first.isEmpty else { return false }
        return images.allSatisfy { $0.layers == first }
    }

    /// `local and remote`, `a, b and c`.
    private static func listed(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1, names.count <= 50 else { return Asking.listed(names) }
        return "\(names.dropLast().joined(separator: ", ")) and \(last)"
    }
}

extension ImageDetails {
    /// `linux/amd64`, `linux/arm64/v8`: as `docker pull --platform` writes it; nil when the engine does not say.
    var platform: String? {
        guard let os, let architecture else { return nil }
        return ([os, architecture] + [variant].compactMap(\.self)).joined(separator: "/")
    }
}
