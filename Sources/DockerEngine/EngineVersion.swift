// What an engine says of itself.
import JSON

/// An engine's make and versions (`GET /version`).
public struct EngineVersion: Hashable, Sendable {
    /// `Docker` or `Podman`.
    public let name: String
    /// The engine's own version, such as `20.10.24`.
    public let version: String?
    /// The newest API version that it speaks.
    public let apiVersion: String?
    /// The oldest API version that it speaks.
    public let oldestAPIVersion: String?
    /// `linux` or `windows`.
    public let os: String?
    /// Such as `amd64`.
    public let architecture: String?
    /// The kernel's release.
    public let kernel: String?

    init(_ json: JSON) throws(ReplyError) {
        guard json.object != nil else { throw ReplyError("the version should be an object") }
        let components = json["Components"]?.array?.compactMap { $0.text("Name") } ?? []
        name = components.contains { $0.contains("Podman") } ? "Podman" : "Docker"
        version = json.text("Version")
        apiVersion = json.text("ApiVersion")
        oldestAPIVersion = json.text("MinAPIVersion")
        os = json.text("Os")
        architecture = json.text("Arch")
        kernel = json.text("KernelVersion")
    }
}

/// An engine's counts (`GET /info`).
public struct EngineInfo: Hashable, Sendable {
    /// The engine's own id. Engines of one machine may share it, and so may clones of one disk.
    public let id: String?
    /// The host's name, as the engine sees it.
    public let hostName: String?
    /// Where the engine keeps its data.
    public let dataFolder: String?
    /// Containers in any state.
    public let containers: Int?
    /// Containers that run.
    public let running: Int?
    /// Containers that are paused.
    public let paused: Int?
    /// Containers that do not run.
    public let stopped: Int?
    /// Images, those without a tag too.
    public let images: Int?
    /// Whether it manages a swarm, so that it can tell of services.
    public let isSwarmManager: Bool
    /// The time of day where the engine runs, at the moment of the reply.
    public let systemTime: Timestamp?

    init(_ json: JSON) throws(ReplyError) {
        guard json.object != nil else { throw ReplyError("the info should be an object") }
        id = json.text("ID")
        hostName = json.text("Name")
        dataFolder = json.text("DockerRootDir")
        containers = json.count("Containers")
        running = json.count("ContainersRunning")
        paused = json.count("ContainersPaused")
        stopped = json.count("ContainersStopped")
        images = json.count("Images")
        isSwarmManager = json["Swarm"]?["ControlAvailable"]?.bool ?? false
        systemTime = json.text("SystemTime").flatMap { Timestamp(rfc3339: $0) }
    }

    /// Whether `other` tells of the same engine, as far as engines tell.
    public func seemsSame(as other: EngineInfo) -> Bool {
        id != nil && id == other.id && hostName == other.hostName && dataFolder == other.dataFolder
            && containers == other.containers && images == other.images
    }
}
