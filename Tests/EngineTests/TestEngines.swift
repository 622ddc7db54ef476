// The real engines that scripts/test starts: two of Docker, one by its socket and one over TCP, and one of Podman.
import CurlClient
import DockerSources
import FoundationEssentials

enum TestEngines {
    /// One that the environment names.
    enum Engine: String, CaseIterable, Sendable {
        case first = "ENGINE_1_SOCKET"
        case second = "ENGINE_2_TCP"
        case podman = "ENGINE_PODMAN_SOCKET"
    }

    private static let client = CurlClient()
    /// Out of reach of any engine that works, however busy the machine is.
    private static let limits = SourceLimits(connect: .seconds(120), total: .seconds(120))

    private static func address(_ engine: Engine) -> String? {
        ProcessInfo.processInfo.environment[engine.rawValue].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Engines that are there, by name.
    static let present: [Engine] = Engine.allCases.filter { address($0) != nil }
    static let docker: [Engine] = present.filter { $0 != .podman }

    static let arePresent = docker.count == 2

    /// The source that asks `engine`.
    static func source(_ engine: Engine) throws -> any Source {
        guard let address = address(engine) else { throw Missing(variable: engine.rawValue) }
        switch engine {
        case .first: return LocalSocketSource(name: "local", paths: [address], limits: limits, client: client)
        case .podman: return LocalSocketSource(name: "podman", paths: [address], limits: limits, client: client)
        case .second:
            let parts = address.split(separator: ":")
            guard parts.count == 2, let port = Int(parts[1]) else { throw Missing(variable: engine.rawValue) }
            return RemoteTCPSource(name: "remote", host: String(parts[0]), port: port, limits: limits, client: client)
        }
    }

    struct Missing: Error { let variable: String }
}
