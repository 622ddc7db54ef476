// What is wrong with one container, from what its engine tells of it. Pure: no engine is asked here.
import DockerEngine
import DockerSources
import SafeText

extension Problem {
    /// Memory in use from this share of its limit on is near it.
    static let memoryPercent = 90.0
    /// Throttled in this share of the periods or more is felt.
    static let throttledPercent = 25.0

    /// All that is wrong with `container`, the gravest first; at most one of each kind.
    static func of(_ container: ContainerDetails, on source: SourceLabel, now: Timestamp) -> [Problem] {
        let finder = Finder(
            container: container, reference: "\(source.name)/\(container.name ?? container.id)", now: now)
        return [finder.death, finder.restarting, finder.health, finder.end, finder.policy].compactMap(\.self)
    }

    /// What a reading shows of a container that has limits.
    static func of(_ sample: ResourceSample, of container: ContainerDetails, on source: SourceLabel) -> [Problem] {
        var problems: [Problem] = []
        let reference = "\(source.name)/\(container.name ?? container.id)"
        if container.limits.memoryBytes != nil, let percent = sample.memoryPercent, percent >= memoryPercent {
            problems.append(
                Problem(
                    severity: .warning, code: .memoryNearLimit, id: container.id, name: container.name,
                    evidence:
                        "uses \(sample.memoryBytes.map(Quantity.binary) ?? "?") of \(sample.memoryLimitBytes.map(Quantity.binary) ?? "?") (\(Quantity.percent(percent)))",
                    next: "docker_stats \(reference); raise its memory limit, or find what grows."))
        }
        if container.limits.cpus != nil, let percent = sample.throttledPercent, percent >= throttledPercent {
            problems.append(
                Problem(
                    severity: .warning, code: .throttled, id: container.id, name: container.name,
                    evidence:
                        "throttled in \(Quantity.percent(percent)) of the periods, at \(sample.cpuPercent.map(Quantity.percent) ?? "?") CPU with a limit of \(container.limits.cpus.map { Quantity.fixed($0, digits: 2) } ?? "?") CPUs",
                    next: "docker_top \(reference); raise its CPU limit, or find what is busy."))
        }
        return problems
    }
}

/// Looks at one container.
private struct Finder {
    let container: ContainerDetails
    let reference: String
    let now: Timestamp

    /// An end longer ago than this is history, in seconds.
    private static let recentSeconds = 7 * 86_400

    private func problem(
        _ severity: Problem.Severity, _ code: Problem.Code, _ evidence: String, next: String
    ) -> Problem {
        Problem(
            severity: severity, code: code, id: container.id, name: container.name, evidence: evidence, next: next)
    }

    private var isRestarted: Bool {
        guard let policy = container.restartPolicy else { return false }
        return policy != "no"
    }

    private func ago(_ time: Timestamp?) -> String {
        time.map { "\(Quantity.age(since: $0, now: now)) ago" } ?? "at an unknown time"
    }

    /// Half removed, or killed for want of memory.
    var death: Problem? {
        let state = container.state
        if state.status == "dead" {
            return problem(
                .critical, .dead, "the engine could not remove it\(state.error.map { ": \($0)" } ?? "")",
                next: "Look at the engine's log; docker_inspect \(reference).")
        }
        guard state.wasOutOfMemory else { return nil }
        let limit = container.limits.memoryBytes.map { ", limit \(Quantity.binary($0))" } ?? ", no limit of its own"
        return problem(
            state.isRunning ? .warning : .critical, .outOfMemory,
            "killed for want of memory \(ago(state.finishedAt))\(limit)",
            next: "docker_logs \(reference) before it ended; raise its memory limit, or find what grows.")
    }

    var restarting: Problem? {
        let state = container.state
        let count = state.restartCount ?? 0
        if state.status == "restarting" {
            return problem(
                .critical, .restarting,
                "restarts again and again: \(count) times, last exit code \(state.exitCode.map { "\($0)" } ?? "unknown")",
                next: "docker_logs \(reference) with tail 50: why does it end?")
        }
        // A container that runs now and was started again moments ago is in the same loop, between two ends.
        guard state.isRunning, count >= 3, let started = state.startedAt,
            let recent = now.earlier(bySeconds: 600), started > recent
        else { return nil }
        return problem(
            .warning, .restarting, "was started again \(count) times, last \(ago(started))",
            next: "docker_logs \(reference): why did it end?")
    }

    var health: Problem? {
        guard container.state.isRunning, let health = container.health, health.status == "unhealthy" else { return nil }
        let output = health.probes.last?.output.map { SafeText.shortened(SafeText.line($0), to: 160) } ?? ""
        let streak = health.failingStreak.map { "\($0) probes failed one after another" } ?? "its probes fail"
        return problem(
            .critical, .unhealthy, output.isEmpty ? streak : "\(streak); the last said: \(output)",
            next: "docker_inspect \(reference) shows the probes, docker_logs what it does.")
    }

    /// An end with an error that nobody asked for. 137 and 143 without an OOM kill are what `docker stop` leaves.
    var end: Problem? {
        let state = container.state
        if state.status == "created" || state.status == "exited", let error = state.error {
            return problem(
                .critical, .startFailed, "could not be started: \(SafeText.shortened(SafeText.line(error), to: 200))",
                next: "docker_inspect \(reference): its image, command, ports and mounts.")
        }
        guard state.status == "exited", !state.wasOutOfMemory, let code = state.exitCode,
            ![0, 130, 137, 143].contains(code),
            let ended = state.finishedAt, let recent = now.earlier(bySeconds: Self.recentSeconds), ended > recent
        else { return nil }
        return problem(
            isRestarted ? .critical : .warning, .exited, "exited with \(code) \(ago(ended))",
            next: "docker_logs \(reference) with tail 50: what were its last words?")
    }

    /// Only of what has run for long: a job is meant to end.
    var policy: Problem? {
        guard container.state.isRunning, !isRestarted, let started = container.state.startedAt,
            let longAgo = now.earlier(bySeconds: 3_600), started < longAgo
        else { return nil }
        return problem(
            .notice, .noRestartPolicy, "has run for \(Quantity.age(since: started, now: now)) without a restart policy",
            next: "Set restart: unless-stopped where it is started, if it should come back after a failure or a reboot."
        )
    }
}
