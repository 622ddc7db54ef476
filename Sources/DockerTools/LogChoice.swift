// Whose logs are wanted: of the containers that one name means, or of many that share a project, a service or a label.
import DockerEngine
import DockerSources

extension Parameter {
    fileprivate static let logContainer = Parameter(
        name: Parameter.containerID.name, kind: Parameter.containerID.kind,
        description: "Name, id, beginning of an id, or SOURCE/NAME. Or choose many by project, service, label or all.")
    fileprivate static let logLabel = Parameter(
        name: "label", kind: .text(maximumCharacters: 1_024),
        description: "All containers with this label: KEY or KEY=VALUE.")
    fileprivate static let logAll = Parameter(
        name: "all", kind: .boolean(standard: false), description: "All running containers.")
}

/// The containers whose logs a call wants.
enum LogChoice: Sendable {
    /// Those that `container_id` means.
    case one
    case many(Many)

    static let parameters: [Parameter] = [.logContainer] + choosingMany
    /// What chooses many at once.
    static let choosingMany: [Parameter] = [.project, .service, .logLabel, .logAll]

    /// What many containers have in common.
    struct Many: Sendable {
        let membership: Compose.Membership
        let label: String?
        /// All that run.
        let isOfAll: Bool
    }

    /// Throws `invalid_argument` when nothing is chosen, or one and many at once.
    init(_ arguments: Arguments) throws(CallFailure) {
        let given = [Parameter.project, .service, .logLabel].filter { arguments.text($0) != nil }
        let isOfAll = arguments.boolean(.logAll) == true
        guard arguments.text(.containerID) == nil else {
            guard given.isEmpty, !isOfAll else {
                throw .invalidArgument(
                    "container_id and \(given.first?.name ?? "all") are both given.",
                    hint: "Name one container, or choose many by project, service, label or all.")
            }
            self = .one
            return
        }
        guard !given.isEmpty || isOfAll else {
            throw .invalidArgument(
                "container_id is missing, and so is everything else that says whose logs.",
                hint: "Name one by container_id, or choose many by project, service, label or all: true.")
        }
        self = .many(
            Many(membership: Compose.Membership(arguments), label: arguments.text(.logLabel), isOfAll: isOfAll))
    }
}

extension Source {
    /// The containers that are chosen; of all only those that run, unless `includesStopped`.
    func containers(
        _ many: LogChoice.Many, includesStopped: Bool = false
    ) async throws(SourceError) -> [ContainerSummary] {
        let labels = [many.label].compactMap(\.self) + many.membership.labels
        return try await reply(to: .containers(all: !many.isOfAll || includesStopped, labels: labels)).filter(
            many.membership.includes)
    }
}
