// Whose logs are wanted: of the containers that one name means, or of many that share a project, a service or a label.
import DockerEngine
import DockerSources
import JSON
import SafeText

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

/// Reads the logs that a call asks for.
enum LogTargets {
    static let parameters: [Parameter] = [.logContainer] + choosingMany
    /// What chooses many at once.
    static let choosingMany: [Parameter] = [.project, .service, .logLabel, .logAll]

    /// One container's log.
    struct Log: Sendable {
        let source: String
        let id: String
        let name: String
        let log: ContainerLog

        var key: LogKey { LogKey(source: source, id: id) }

        var json: JSON {
            var container: JSONObject = ["source": .string(source)]
            container.set("id", text: String(id.prefix(12)))
            container["name"] = .string(name)
            container["lines"] = .integer(Int64(log.lines.count))
            return .object(container)
        }
    }

    struct Found: Sendable {
        var reports: [SourceReport]
        var logs: [Log] = []
        var cuts: [String] = []
        var isOfMany = false
        /// Bytes that were kept of each log.
        var maximumBytes = ContainerLog.maximumBytes
    }

    /// Containers of one source whose logs are read at once.
    private static let maximumContainers = 64

    static func logs(
        _ arguments: Arguments, _ asking: Asking, _ question: LogQuestion
    ) async throws(CallFailure) -> Found {
        let many = [Parameter.project, .service, .logLabel].filter { arguments.text($0) != nil }
        let isOfAll = arguments.boolean(.logAll) == true
        guard arguments.text(.containerID) != nil else {
            guard !many.isEmpty || isOfAll else {
                throw .invalidArgument(
                    "container_id is missing, and so is everything else that says whose logs.",
                    hint: "Name one by container_id, or choose many by project, service, label or all: true.")
            }
            return try await logsOfMany(arguments, asking, question, isOfAll: isOfAll)
        }
        guard many.isEmpty, !isOfAll else {
            throw .invalidArgument(
                "container_id and \(many.first?.name ?? "all") are both given.",
                hint: "Name one container, or choose many by project, service, label or all.")
        }
        return try await logsOfOne(arguments, asking, question)
    }

    private static func logsOfOne(
        _ arguments: Arguments, _ asking: Asking, _ question: LogQuestion
    ) async throws(CallFailure) -> Found {
        let matches = try await asking.containers(arguments).continued(by: question, asked: arguments)
        let answers = await asking.gather(matches) { source, container throws(SourceError) in
            try await question.log(of: container, from: source)
        }
        _ = try [SourceReport](answered: answers)
        var found = Found(reports: matches.reports)
        for (match, answer) in zip(matches.found, answers) {
            switch answer.result {
            case .success(let log):
                if let gap = log.endedBy { found.reports.degrade(answer.source, by: gap, latency: answer.latency) }
                found.logs.append(
                    Log(
                        source: answer.source.name, id: match.value.id,
                        name: SafeText.line(match.value.shownName), log: log))
            case .failure(let error): found.reports.fail(answer.source, with: error)
            }
        }
        return found
    }

    /// A log that can't be read, such as one that goes to syslog, costs only itself.
    private static func logsOfMany(
        _ arguments: Arguments, _ asking: Asking, _ question: LogQuestion, isOfAll: Bool
    ) async throws(CallFailure) -> Found {
        let membership = Compose.Membership(arguments)
        let labels = [arguments.text(.logLabel)].compactMap(\.self) + membership.labels
        let maximumBytes = 256 << 10
        let answers = await asking.gather(from: try asking.sources(arguments)) { source throws(SourceError) in
            // A container of the answer before may have ended meanwhile.
            let all = !isOfAll || question.cursor != nil
            let listed = try await source.reply(to: .containers(all: all, labels: labels)).filter { container in
                question.includes(container.id, of: source.label.name) && membership.includes(container)
            }
            let (details, missing) = await source.details(of: listed, atMost: maximumContainers)
            let byID = Dictionary(details.map { ($0.id, $0) }) { first, _ in first }
            let logs = await source.forEach(details.map(\.id), width: 16) { source, id throws(SourceError) in
                guard let container = byID[id] else { throw SourceError(.notFound, "gone", hint: "") }
                return try await question.log(of: container, maximumBytes: maximumBytes, from: source)
            }
            return ManyLogs(details: byID, logs: logs, unread: missing)
        }
        var found = Found(reports: try .init(answered: answers), isOfMany: true, maximumBytes: maximumBytes)
        for answer in answers {
            guard case .success(let many) = answer.result else { continue }
            if many.unread > 0 {
                found.cuts.append("logs of \(many.unread) more containers of \(answer.source.name)")
            }
            for log in many.logs { found.add(log, many.details[log.id], of: answer.source.name) }
        }
        if question.cursor != nil, found.logs.isEmpty, found.cuts.isEmpty {
            throw LogQuestion.otherContainers(arguments)
        }
        return found
    }

    private struct ManyLogs: Sendable {
        let details: [String: ContainerDetails]
        let logs: [ObjectAnswer<ContainerLog>]
        let unread: Int
    }
}

/// What is asked of each log.
struct LogQuestion: Sendable {
    let selection: LogSelection
    let filter: LineFilter
    let cursor: LogCursor?

    /// Whether the answer before has something left of this container.
    func includes(_ id: String, of source: String) -> Bool {
        cursor.map { $0.places[LogKey(source: source, id: id)] != nil } ?? true
    }

    func log(
        of container: ContainerDetails, maximumBytes: Int = ContainerLog.maximumBytes, from source: any Source
    ) async throws(SourceError) -> ContainerLog {
        try await ContainerLog(
            of: container, selection, filter: filter,
            before: cursor?.places[LogKey(source: source.label.name, id: container.id)], maximumBytes: maximumBytes,
            from: source)
    }

    static func otherContainers(_ arguments: Arguments) -> CallFailure {
        .invalidArgument(
            "cursor is \(Arguments.shown(.string(arguments.text(.cursor) ?? ""))), which goes on with none of these containers.",
            hint:
                "Pass it with the same other arguments, or leave it out: a container that was made anew has a new log."
        )
    }
}

extension Matches<ContainerDetails> {
    /// Those that the answer before has something left of.
    fileprivate func continued(
        by question: LogQuestion, asked arguments: Arguments
    ) throws(CallFailure) -> Matches<ContainerDetails> {
        let found = found.filter { question.includes($0.value.id, of: $0.source.label.name) }
        guard !found.isEmpty else { throw LogQuestion.otherContainers(arguments) }
        return Matches(found: found, reports: reports)
    }
}

extension LogTargets.Found {
    /// Why lines are missing that were asked for.
    var allCuts: [String] {
        cuts
            + logs.flatMap { log -> [String] in
                var cuts: [String] = []
                let label = "\(log.source)/\(log.name)"
                if log.log.droppedThrough != nil {
                    cuts.append(
                        "logs of \(label): only the newest \(maximumBytes >> 10) KiB are shown, ask for fewer lines or a shorter time"
                    )
                }
                if log.log.lines.contains(where: \.isCut) {
                    cuts.append("logs of \(label): a line was cut at \(LogLines.maximumBytes >> 10) KiB")
                }
                return cuts
            }
    }

    fileprivate mutating func add(_ log: ObjectAnswer<ContainerLog>, _ container: ContainerDetails?, of source: String)
    {
        let name = SafeText.line(container?.shownName ?? String(log.id.prefix(12)))
        switch log.result {
        case .success(let read):
            if let error = read.endedBy { cuts.append("logs of \(source)/\(name): \(error.code.rawValue)") }
            logs.append(.init(source: source, id: log.id, name: name, log: read))
        case .failure(let error):
            // One that was removed meanwhile is not missed.
            if error.code != .notFound {
                let driver = container?.logDriver.map { " (log driver \(SafeText.line($0)))" } ?? ""
                cuts.append("logs of \(source)/\(name): \(error.code.rawValue)\(driver)")
            }
        }
    }
}

extension [SourceReport] {
    /// Notes that a source answered, though not with everything.
    fileprivate mutating func degrade(_ source: SourceLabel, by error: SourceError, latency: Duration) {
        for index in indices where self[index].source == source {
            self[index] = SourceReport(source, degradedBy: error, latency: latency)
        }
    }
}
