// What makes an image of one source the same as an image of another: its content's digests, never its names.
import DockerEngine

/// All digests that name one image's content: its id, and those that registries gave it.
///
/// An engine's id is the digest of the image's configuration, or of its manifest where containerd keeps the images; a registry's digest is
/// that of a manifest, or of an index of manifests for several platforms. Two images are the same when they share one of these.
struct ImageIdentity: Hashable, Sendable {
    private(set) var marks: Set<String>

    /// Podman leaves the hash's name out of some ids.
    init(id: String, digests: [String]) {
        marks = [Self.digits(id)]
        for digest in digests {
            if let at = digest.lastIndex(of: "@") {
                marks.insert(Self.digits(String(digest[digest.index(after: at)...])))
            }
        }
    }

    func isSame(as other: ImageIdentity) -> Bool { !marks.isDisjoint(with: other.marks) }

    /// A digest without `sha256:`.
    static func digits(_ digest: String) -> String {
        digest.hasPrefix("sha256:") ? String(digest.dropFirst(7)) : digest
    }

    /// A tag as every engine would write it: Docker leaves Docker Hub's address out, Podman puts `localhost/` before names without a host.
    static func commonTag(_ tag: String) -> String {
        let prefixes = [
            "docker.io/library/", "index.docker.io/library/", "docker.io/", "index.docker.io/", "localhost/",
        ]
        return prefixes.first(where: tag.hasPrefix).map { String(tag.dropFirst($0.count)) } ?? tag
    }
}

extension ImageSummary {
    var identity: ImageIdentity { ImageIdentity(id: id, digests: digests) }
}

extension ImageDetails {
    var identity: ImageIdentity { ImageIdentity(id: id, digests: digests) }
}
