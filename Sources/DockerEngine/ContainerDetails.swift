// Everything that an engine tells of one container.
public import JSON

/// A container in full (`GET /containers/{id}/json`). Nothing in it is masked yet.
public struct ContainerDetails: Hashable, Sendable {
    /// 64 hexadecimal digits.
    public let id: String
    /// Its name, without the slash.
    public let name: String?
    /// The image as it was named at creation.
    public let image: String?
    /// The image's id, with `sha256:`.
    public let imageID: String?
    /// The operating system that its image is for.
    public let platform: String?
    /// When it was created.
    public let createdAt: Timestamp?
    /// What it does now, and how it last ended.
    public let state: State
    /// What its health check says; nil without one.
    public let health: Health?
    /// The program and its arguments, as they are run.
    public let command: [String]
    /// The folder that the program starts in.
    public let workingDirectory: String?
    /// Who the program runs as; nil for root.
    public let user: String?
    /// `NAME=VALUE`, secrets and all.
    public let environment: [String]
    /// Whether it has a terminal, so that its log is one raw stream.
    public let hasTerminal: Bool
    /// Ports, published or exposed.
    public let ports: [Port]
    /// Volumes and folders mounted into it.
    public let mounts: [Mount]
    /// Networks that it is in.
    public let networks: [Network]
    /// What it may use at most.
    public let limits: Limits
    /// `no`, `always`, `unless-stopped`, or `on-failure:5`.
    public let restartPolicy: String?
    /// Such as `json-file`.
    public let logDriver: String?
    /// Labels by name.
    public let labels: [String: String]
    /// The engine's whole document.
    public let document: JSON

    init(_ json: JSON) throws(ReplyError) {
        id = try json.identifier("Id", of: "a container")
        name = json.text("Name").map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 }
        let config = json["Config"] ?? [:]
        let host = json["HostConfig"] ?? [:]
        image = config.text("Image") ?? json.text("ImageName")
        imageID = json.text("Image")
        platform = json.text("Platform")
        createdAt = json.time("Created")
        state = State(json["State"] ?? [:], restartCount: json.count("RestartCount"))
        // Podman 4 writes Healthcheck for Health.
        health = Health(json["State"]?["Health"] ?? json["State"]?["Healthcheck"] ?? .null)
        // Podman 4 names the program twice in Path and Args, so what was configured comes first.
        let configured = config.command("Entrypoint") + config.command("Cmd")
        command = configured.isEmpty ? (json.text("Path").map { [$0] + json.texts("Args") } ?? []) : configured
        workingDirectory = config.text("WorkingDir")
        user = config.text("User")
        environment = config.texts("Env")
        hasTerminal = config["Tty"]?.bool ?? false
        let bound = Port.all(bound: json["NetworkSettings"]?["Ports"])
        ports = bound.isEmpty ? Port.all(bound: config["ExposedPorts"]) : bound
        mounts = (json["Mounts"]?.array ?? []).compactMap(Mount.init)
        networks = Network.all(in: json["NetworkSettings"])
        limits = Limits(host)
        restartPolicy = Self.restartPolicy(host["RestartPolicy"])
        logDriver = host["LogConfig"]?.text("Type")
        labels = config.labels("Labels")
        document = json
    }

    private static func restartPolicy(_ json: JSON?) -> String? {
        guard let json, let name = json["Name"]?.string else { return nil }
        let retries = json.count("MaximumRetryCount") ?? 0
        return name.isEmpty ? "no" : name == "on-failure" && retries > 0 ? "\(name):\(retries)" : name
    }
}

extension ContainerDetails {
    /// What a container does now, and how it last ended.
    public struct State: Hashable, Sendable {
        /// `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`.
        public let status: String?
        /// When it last started; nil when never.
        public let startedAt: Timestamp?
        /// When it last ended; nil when never.
        public let finishedAt: Timestamp?
        /// What it last ended with; nil before its first end, and while it runs again.
        public let exitCode: Int?
        /// Whether the kernel ended it for want of memory.
        public let wasOutOfMemory: Bool
        /// Why it could not be started.
        public let error: String?
        /// How often the restart policy started it again.
        public let restartCount: Int?

        init(_ json: JSON, restartCount: Int?) {
            status = json.text("Status")
            startedAt = json.time("StartedAt")
            finishedAt = json.time("FinishedAt")
            // Docker sets it to zero at each start.
            isRunning = status == "running" || status == "paused"
            exitCode = finishedAt != nil && !isRunning ? json["ExitCode"]?.int : nil
            wasOutOfMemory = json["OOMKilled"]?.bool ?? false
            error = json.text("Error")
            self.restartCount = restartCount
        }

        /// Whether there is something to measure.
        public let isRunning: Bool
    }

    /// What a container's health check says.
    public struct Health: Hashable, Sendable {
        /// `starting`, `healthy` or `unhealthy`.
        public let status: String
        /// How many probes failed one after another.
        public let failingStreak: Int?
        /// The last probes, oldest first; the engine keeps five.
        public let probes: [Probe]

        /// Nil without a health check: the engine writes `none`, Podman an empty text.
        init?(_ json: JSON) {
            guard let status = json.text("Status"), status != "none" else { return nil }
            self.status = status
            failingStreak = json.count("FailingStreak")
            probes = (json["Log"]?.array ?? []).map(Probe.init)
        }
    }

    /// One run of a health check.
    public struct Probe: Hashable, Sendable {
        /// When it began.
        public let at: Timestamp?
        /// What it ended with; 0 is healthy.
        public let exitCode: Int?
        /// What it wrote; the engine keeps 4096 bytes.
        public let output: String?

        init(_ json: JSON) {
            at = json.time("Start")
            exitCode = json["ExitCode"]?.int
            output = json.text("Output")
        }
    }

    /// What a container may use at most; nil where there is no limit.
    public struct Limits: Hashable, Sendable {
        /// Bytes of memory.
        public let memoryBytes: Int?
        /// CPUs; 0.5 is half of one.
        public let cpus: Double?
        /// Processes and threads.
        public let pids: Int?

        init(_ host: JSON) {
            memoryBytes = host.count("Memory").flatMap { $0 == 0 ? nil : $0 }
            let quota = host.count("CpuQuota") ?? 0
            let period = host.count("CpuPeriod") ?? 0
            cpus =
                if let nano = host.count("NanoCpus"), nano > 0 {
                    Double(nano) / 1e9
                } else if quota > 0 {
                    Double(quota) / Double(period > 0 ? period : 100_000)
                } else { nil }
            pids = host.count("PidsLimit").flatMap { $0 == 0 ? nil : $0 }
        }

        /// Whether there is no limit at all.
        public var areNone: Bool { memoryBytes == nil && cpus == nil && pids == nil }
    }
}
