// What of a container is compared: how it was set up and how it does, not what an engine made up (ids, times, addresses).
import DockerEngine
import SafeText

struct ContainerFacts: Sendable {
    /// Texts by field, such as `image` or `port 80/tcp`.
    private var facts: [String: String] = [:]
    /// Fields in the order in which they are told.
    private var order: [String] = []

    init(_ container: ContainerDetails, content: [String]) {
        set("image", container.image)
        set("image_digest", content.joined(separator: " "))
        set("platform", container.platform)
        set("state", container.state.status)
        set("health", container.health?.status)
        set("command", Secrets.masked(command: container.command.map(SafeText.line)).joined(separator: " "))
        if container.command != Secrets.masked(command: container.command) {
            set("secrets in command", KeyedHash.text(of: container.command.joined(separator: "\0")))
        }
        set("user", container.user)
        set("working_dir", container.workingDirectory)
        set("restart_policy", container.restartPolicy)
        set("log_driver", container.logDriver)
        set("limit memory", container.limits.memoryBytes.map(Quantity.binary))
        set("limit cpus", container.limits.cpus.map { Quantity.fixed($0, digits: 2) })
        set("limit pids", container.limits.pids.map { "\($0)" })
        for (field, values) in Self.groups(of: container).sorted(by: { $0.key < $1.key }) {
            set(field, values.sorted().joined(separator: ", "))
        }
        for assignment in container.environment { addVariable(assignment) }
    }

    private mutating func set(_ field: String, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        if facts.updateValue(value, forKey: field) == nil { order.append(field) }
    }

    /// A masked value is compared by a hash that only this process can make.
    private mutating func addVariable(_ assignment: String) {
        let (name, value, isMasked) = Secrets.variable(SafeText.line(assignment))
        let hash = isMasked ? " " + KeyedHash.text(of: assignment) : ""
        set("env \(name)", (value ?? "") + hash)
        if value?.isEmpty != false, !isMasked { set("env \(name)", "(empty)") }
    }

    private static func groups(of container: ContainerDetails) -> [String: [String]] {
        var groups: [String: [String]] = [:]
        for port in container.ports {
            groups["port \(port.containerPort)/\(port.proto)", default: []].append(
                port.hostPort.map { "published at \(port.hostAddress ?? ""):\($0)" } ?? "not published")
        }
        for mount in container.mounts {
            // A volume that nobody named has another name everywhere.
            let source = mount.source.map { $0.utf8.count == 64 ? "(anonymous)" : $0 } ?? ""
            groups["mount \(mount.destination)", default: []].append(
                "\(mount.type) \(source)\(mount.isReadOnly ? " read-only" : "")")
        }
        for network in container.networks { groups["network \(network.name)", default: []].append("connected") }
        return groups
    }

    /// What is not the same, in this one's order, then what only `other` has.
    func differences(from other: ContainerFacts) -> [Difference] {
        let fields = order + other.order.filter { facts[$0] == nil }
        return fields.compactMap { field in
            let (left, right) = (facts[field], other.facts[field])
            return left == right ? nil : Difference(field: field, left: left, right: right)
        }
    }
}

/// Tells equal secrets from different ones without showing them.
enum KeyedHash {
    /// Made anew for each process, so that a hash can't be looked up or tried out elsewhere.
    private static let key = (0..<4).map { _ in UInt64.random(in: .min ... .max) }

    /// `#1a2b3c4d`: the same for the same text within this process.
    static func text(of secret: String) -> String {
        // SipHash with a random seed, which is what a keyed hash of short texts is made for; the key is mixed in for
        // processes whose seed is fixed (SWIFT_DETERMINISTIC_HASHING).
        var hasher = Hasher()
        for part in key { hasher.combine(part) }
        hasher.combine(secret)
        let digits = String(UInt32(truncatingIfNeeded: hasher.finalize()), radix: 16)
        return "#" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}
