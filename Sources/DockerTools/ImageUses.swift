// Which containers use an image: engines say of each container what it was made of.
import DockerEngine
import DockerSources

/// The containers of one source by the images that they use.
struct ImageUses: Sendable {
    private let containers: [String: [ContainerSummary]]

    /// Nil when the engine did not say.
    init?(_ listed: [ContainerSummary]?) {
        guard let listed else { return nil }
        containers = Dictionary(grouping: listed.filter { $0.imageID != nil }) {
            ImageIdentity.digits($0.imageID ?? "")
        }
    }

    func count(of image: String) -> Int { containers[ImageIdentity.digits(image)]?.count ?? 0 }

    /// In the order of their names.
    func users(of image: String) -> [ContainerSummary] {
        (containers[ImageIdentity.digits(image)] ?? []).sorted { $0.shownName < $1.shownName }
    }
}
