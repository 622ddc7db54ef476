// Values that the tests are made of.
import CurlClient
import DockerEngine
import DockerSources
import JSON

@testable import Doctor

enum Sample {
    static let plain = SourceLabel(name: "cloud", kind: .remoteTCP, endpoint: "tcp://203.0.113.7:2375")
    static let secure = SourceLabel(name: "cloud", kind: .remoteTLS, endpoint: "tcp://203.0.113.7:2376")
    static let local = SourceLabel(name: "local", kind: .localSocket, endpoint: "unix:///var/run/docker.sock")
    /// 2026-11-23T12:00:00Z, and a day.
    static let now: Int64 = 1_795_435_200, day: Int64 = 86_400

    static func info(id: String, host: String = "a", folder: String = "/var/lib/docker", containers: Int = 3) throws
        -> EngineInfo
    {
        let document: JSON = [
            "ID": .string(id), "Name": .string(host), "DockerRootDir": .string(folder),
            "Containers": .integer(Int64(containers)), "Images": 2,
        ]
        return try Endpoint.info.reply(from: document.bytes)
    }

    static func socket(
        owner: String = "root", group: String = "docker", mode: UInt32 = 0o660, isWritable: Bool = false,
        listsUser: Bool = false, processIsMember: Bool = false
    ) -> PathFinding {
        PathFinding(
            path: "/var/run/docker.sock", kind: .socket, owner: owner, group: group, mode: mode, isWritable: isWritable,
            listsUser: listsUser, processIsMember: processIsMember)
    }

    static func certificate(until end: Int64?, subject: String = "CN = engine") -> PeerCertificate {
        PeerCertificate(
            subject: subject, issuer: "CN = authority", notBefore: 0, notAfter: end, names: ["engine.example"])
    }

    static func finding(
        problems: [String] = [], configured: [String] = [], standard: String? = nil,
        _ environment: [String: String] = [:]
    ) -> SettingsFinding {
        SettingsFinding(
            problems: problems, configured: configured, standard: standard, advice: "Set DOCKER_HOST.",
            environment: environment)
    }
}
