// What a swarm's manager tells of services, their tasks, and nodes.
import JSON

/// A service (`GET /services`).
public struct SwarmService: Hashable, Sendable {
    /// 25 letters and digits.
    public let id: String
    /// Its name.
    public let name: String
    /// `replicated`, `global`, `replicated-job` or `global-job`.
    public let mode: String
    /// How many tasks are wanted; nil where each node has one.
    public let replicas: Int?
    /// The image of its tasks.
    public let image: String?
    /// As `published->target/protocol`.
    public let ports: [String]
    /// When it was last changed.
    public let updatedAt: Timestamp?
    /// How its last update went, such as `completed` or `paused`; nil when it was never updated.
    public let updateState: String?
    /// Labels by name.
    public let labels: [String: String]

    init(_ json: JSON) throws(ReplyError) {
        id = try json.identifier("ID", of: "a service")
        let spec = json["Spec"] ?? [:]
        name = try spec.required("Name", of: "a service")
        let kinds = ["Replicated", "Global", "ReplicatedJob", "GlobalJob"]
        let kind = kinds.first { spec["Mode"]?[$0] != nil } ?? "Replicated"
        mode =
            ["Replicated": "replicated", "Global": "global", "ReplicatedJob": "replicated-job"][kind] ?? "global-job"
        replicas =
            spec["Mode"]?["Replicated"]?.count("Replicas") ?? spec["Mode"]?["ReplicatedJob"]?.count("TotalCompletions")
        image = spec["TaskTemplate"]?["ContainerSpec"]?.text("Image")
        ports = (json["Endpoint"]?["Ports"]?.array ?? []).compactMap { port in
            guard let target = port.count("TargetPort") else { return nil }
            let published = port.count("PublishedPort").map { "\($0)->" } ?? ""
            return "\(published)\(target)/\(port.text("Protocol") ?? "tcp")"
        }
        updatedAt = json.time("UpdatedAt")
        updateState = json["UpdateStatus"]?.text("State")
        labels = spec.labels("Labels")
    }
}

/// One run of a service (`GET /tasks`).
public struct SwarmTask: Hashable, Sendable {
    /// 25 letters and digits.
    public let id: String
    /// The service that it belongs to.
    public let serviceID: String?
    /// Where it runs; nil while no node is chosen.
    public let nodeID: String?
    /// Its number in a replicated service.
    public let slot: Int?
    /// `running`, `pending`, `failed`, `rejected`, ...
    public let state: String?
    /// What the swarm wants of it: `running` of those that count, `shutdown` of former ones.
    public let desiredState: String?
    /// When it came into its state.
    public let at: Timestamp?
    /// Why it failed.
    public let error: String?

    init(_ json: JSON) throws(ReplyError) {
        id = try json.identifier("ID", of: "a task")
        serviceID = json.text("ServiceID")
        nodeID = json.text("NodeID")
        slot = json.count("Slot")
        state = json["Status"]?.text("State")
        desiredState = json.text("DesiredState")
        at = json["Status"]?.time("Timestamp")
        error = json["Status"]?.text("Err")
    }
}

/// A machine of a swarm (`GET /nodes`).
public struct SwarmNode: Hashable, Sendable {
    /// 25 letters and digits.
    public let id: String
    /// The machine's name.
    public let hostName: String?
    /// `manager` or `worker`.
    public let role: String?
    /// `ready`, `down`, `unknown` or `disconnected`.
    public let state: String?
    /// `active`, `pause` or `drain`.
    public let availability: String?
    /// Whether it leads the managers.
    public let isLeader: Bool
    /// Its engine's version.
    public let engineVersion: String?

    init(_ json: JSON) throws(ReplyError) {
        id = try json.identifier("ID", of: "a node")
        hostName = json["Description"]?.text("Hostname")
        role = json["Spec"]?.text("Role")
        state = json["Status"]?.text("State")
        availability = json["Spec"]?.text("Availability")
        isLeader = json["ManagerStatus"]?["Leader"]?.bool ?? false
        engineVersion = json["Description"]?["Engine"]?.text("EngineVersion")
    }
}
