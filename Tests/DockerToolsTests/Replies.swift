// What a fixture source answers to each path.
import DockerEngine
import JSON

@testable import DockerSources

/// One reply.
enum Reply: Sendable {
    /// 200 with this body.
    case body([UInt8])
    /// Another status, with this body.
    case refusal(Int, String)
    /// No answer at all.
    case failure(SourceError.Code)
    /// An answer to a stream: chunks, and what comes after them.
    case chunks([[UInt8]], End)
    /// No answer until the question is cancelled.
    case hang

    enum End: Sendable { case proper, failure(SourceError.Code), hang }

    static func json(_ json: JSON) -> Reply { .body(json.bytes) }
    static func fixture(_ name: String) throws -> Reply { .body(try Fixture.bytes(name)) }
}

/// Replies by path, without the query unless it matters.
typealias Replies = [String: Reply]

extension Replies {
    /// Docker 20.10.24 with its twelve containers.
    static func docker() throws -> Replies {
        try engine("20.10.24", inspected: ["web", "db", "limited", "unhealthy", "tty", "crashed"]) { replies in
            replies["/volumes"] = try .fixture("20.10.24/volumes.json")
            replies["/containers/json?all=0"] = try .fixture("20.10.24/containers-running.json")
            for (name, log) in [("tty", "logs-tty.bin"), ("worker", "logs-worker.bin")] {
                replies[log: name] = try .fixture("20.10.24/\(log)")
            }
            replies["/images/shop%2Frich%3A1.0/json"] = try .fixture("20.10.24/image-rich.json")
            replies["/images/shop%2Frich%3A1.0/history"] = try .fixture("20.10.24/image-rich-history.json")
        }
    }

    /// The same engine while it manages a swarm.
    static func swarm() throws -> Replies {
        try docker().with([
            "/info": try .fixture("20.10.24/swarm-info.json"),
            "/services": try .fixture("20.10.24/swarm-services.json"),
            "/tasks": try .fixture("20.10.24/swarm-tasks.json"), "/nodes": try .fixture("20.10.24/swarm-nodes.json"),
        ])
    }

    /// Podman 4.3.1 with two containers.
    static func podman() throws -> Replies { try engine("podman-4.3.1", inspected: ["web", "crashed"]) { _ in } }

    private static func engine(
        _ folder: String, inspected: [String], _ more: (inout Replies) throws -> Void
    ) throws -> Replies {
        var replies: Replies = [
            "/_ping": .json("OK"), "/version": try .fixture("\(folder)/version.json"),
            // The engine's clock was that of the recording.
            "/info": .json(try info(folder, at: nil)),
            "/containers/json": try .fixture("\(folder)/containers-all.json"),
            "/images/json": try .fixture("\(folder)/images.json"),
            "/images/busybox%3Atest/json": try .fixture("\(folder)/image-busybox.json"),
            "/networks": try .fixture("\(folder)/networks.json"), "/volumes": .json(["Volumes": nil]),
            "/system/df": try .fixture("\(folder)/disk-usage.json"),
            "/events": try .fixture("\(folder)/events.jsonl"),
            "/images/busybox%3Atest/history": try .fixture("\(folder)/image-busybox-history.json"),
        ]
        for container in try Fixture.json("\(folder)/containers-all.json").array ?? [] {
            guard let id = container["Id"]?.string, let name = container["Names"]?.array?.first?.string?.dropFirst()
            else { continue }
            replies["/containers/\(id)/top"] = try .fixture("\(folder)/top-web.json")
            replies["/containers/\(id)/stats"] = try .fixture("\(folder)/stats-web.json")
            if inspected.contains(String(name)) {
                let details = try Reply.fixture("\(folder)/inspect-\(name).json")
                for reference in [id, String(id.prefix(12)), String(name)] {
                    replies["/containers/\(reference)/json"] = details
                }
            }
        }
        replies[log: "web"] = try .fixture("\(folder)/logs-web.bin")
        try more(&replies)
        return replies
    }

    /// What an engine says of itself when its clock shows `time`; nil when it does not tell.
    static func info(_ folder: String = "20.10.24", at time: Timestamp?) throws -> JSON {
        var info = try Fixture.json("\(folder)/info.json").object ?? [:]
        info["SystemTime"] = time.map { .string($0.rfc3339) }
        return .object(info)
    }

    /// The log of the container that `name` answers for.
    subscript(log name: String) -> Reply? {
        get { self["/containers/\(id(of: name))/logs"] }
        set { self["/containers/\(id(of: name))/logs"] = newValue }
    }

    /// The stats of the container that `name` answers for.
    subscript(stats name: String) -> Reply? {
        get { self["/containers/\(id(of: name))/stats"] }
        set { self["/containers/\(id(of: name))/stats"] = newValue }
    }

    private func id(of name: String) -> String {
        guard case .body(let bytes)? = self["/containers/json"], let list = try? JSON(parsing: bytes).array else {
            return ""
        }
        return list.first { $0["Names"]?.array?.contains(.string("/\(name)")) == true }?["Id"]?.string ?? ""
    }

    /// The same with `other` in place of what is here.
    func with(_ other: Replies) -> Replies { merging(other) { $1 } }
}
