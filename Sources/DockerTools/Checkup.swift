// What one engine says of itself when it is asked how it is doing.
import DockerEngine
import DockerSources
import JSON

struct Checkup: Sendable {
    /// Of one ping.
    let latency: Duration
    let version: EngineVersion
    let info: EngineInfo
    let negotiatedAPI: APIVersion?
    /// How far the engine's clock is ahead of ours at least, in nanoseconds; negative when it is behind, 0 when the
    /// time that it told lies within the call.
    let clockLead: Int64

    init(of source: any Source) async throws(SourceError) {
        let start = ContinuousClock.now
        try await source.reply(to: .ping)
        latency = start.duration(to: .now)
        version = try await source.reply(to: .version)
        let before = Timestamp.now.nanoseconds
        info = try await source.reply(to: .info)
        let after = Timestamp.now.nanoseconds
        negotiatedAPI = source.negotiatedAPI
        clockLead = info.systemTime.map { Self.distance(of: $0.nanoseconds, from: before, to: after) } ?? 0
    }

    /// How far `point` lies after `end` or, negative, before `start`; an engine's clock may be centuries off.
    static func distance(of point: Int64, from start: Int64, to end: Int64) -> Int64 {
        let bound = point > end ? end : min(point, start) == point ? start : point
        let (distance, overflow) = point.subtractingReportingOverflow(bound)
        return overflow ? (point > end ? .max : .min) : distance
    }

    func describe(in row: inout JSONObject) {
        var engine = JSONObject()
        engine.set("name", text: version.name)
        engine.set("version", text: version.version)
        engine.set("api_version", text: version.apiVersion)
        engine.set("min_api_version", text: version.oldestAPIVersion)
        engine.set("os", text: version.os)
        engine.set("architecture", text: version.architecture)
        engine.set("kernel", text: version.kernel)
        row["engine"] = .object(engine)
        row.set("negotiated_api", text: negotiatedAPI?.description)
        var containers = JSONObject()
        containers.set("total", info.containers)
        containers.set("running", info.running)
        containers.set("paused", info.paused)
        containers.set("stopped", info.stopped)
        row["containers"] = .object(containers)
        row.set("images", info.images)
    }
}
