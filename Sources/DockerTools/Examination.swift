// Looks one engine over: its containers in full, readings of those with limits, its images, disk and clock.
import DockerEngine
import DockerSources

/// What is wrong on one source, and what could not be looked at.
struct Examination: Sendable {
    private(set) var problems: [Problem] = []
    /// How many containers were looked at.
    private(set) var containers = 0
    /// What could not be looked at.
    private(set) var gaps: [String] = []

    /// What nothing uses is worth a word from this size on, when it is also most of the whole.
    private static let reclaimableBytes = 20_000_000_000

    /// Throws when the list of containers can't be had; all else that fails is a gap.
    init(of source: any Source, remembering samples: SampleMemory) async throws(SourceError) {
        let label = source.label
        async let checkup = Self.checkup(of: source)
        async let images = source.outcome(of: .images())
        async let disk = source.outcome(of: .diskUsage)
        let listed = try await source.reply(to: .containers(all: true))
        let (details, missing) = await source.details(of: listed)
        containers = details.count
        if missing > 0 { gaps.append("\(missing) containers") }
        for container in details { problems += Problem.of(container, on: label, now: .now) }
        await addReadings(of: details, from: source, samples)
        await add(images, listed)
        await add(checkup, label)
        await add(disk)
    }

    private static func checkup(of source: any Source) async -> Result<Checkup, SourceError> {
        do throws(SourceError) { return .success(try await Checkup(of: source)) } catch { return .failure(error) }
    }

    /// Only those with limits can be near one.
    private mutating func addReadings(
        of details: [ContainerDetails], from source: any Source, _ samples: SampleMemory
    ) async {
        let limited = details.filter {
            $0.state.isRunning && ($0.limits.memoryBytes != nil || $0.limits.cpus != nil)
        }
        guard !limited.isEmpty else { return }
        let measured: Readings
        do throws(SourceError) {
            measured = try await Readings(of: limited.map(Measured.init), from: source, remembering: samples)
        } catch { return gaps.append("readings of \(limited.count) containers") }
        if !measured.failures.isEmpty { gaps.append("readings of \(measured.failures.count) containers") }
        let byID = Dictionary(limited.map { ($0.id, $0) }) { first, _ in first }
        for reading in measured.readings {
            guard let container = byID[reading.container.id] else { continue }
            problems += Problem.of(reading.sample, of: container, on: source.label)
        }
    }

    /// A container whose image is gone can't be made anew from it.
    private mutating func add(_ images: Result<[ImageSummary], SourceError>, _ containers: [ContainerSummary]) {
        guard case .success(let images) = images else { return gaps.append("images") }
        let known = Set(images.map { Self.digits($0.id) })
        for container in containers {
            guard let image = container.imageID, !known.contains(Self.digits(image)) else { continue }
            problems.append(
                Problem(
                    severity: .notice, code: .imageMissing, id: container.id, name: container.name,
                    evidence: "its image \(container.image ?? image) is no longer listed here",
                    next: "docker_list_images; pull the image again before the container is made anew."))
        }
    }

    private static func digits(_ id: String) -> Substring { id.split(separator: ":").last ?? id[...] }

    private mutating func add(_ checkup: Result<Checkup, SourceError>, _ label: SourceLabel) {
        guard case .success(let checkup) = checkup else { return gaps.append("the engine's own state") }
        if let fullness = DiskFullness(ofEngine: checkup.info, at: label), fullness.percent >= 90 {
            problems.append(
                Problem(
                    severity: fullness.percent >= 97 ? .critical : .warning, code: .diskNearlyFull,
                    evidence:
                        "the disk of \(fullness.folder) is \(Quantity.percent(fullness.percent)) full, \(Quantity.decimal(fullness.freeBytes)) are free",
                    next: "docker_disk_usage shows what takes it and what could go."))
        }
        if abs(Double(checkup.clockLead)) > SourceStatus.clockTolerance {
            problems.append(
                Problem(
                    severity: .warning, code: .clockSkew, evidence: SourceStatus.skew(checkup.clockLead),
                    next: "Start time synchronisation (chrony, systemd-timesyncd) on the engine's host."))
        }
        if let age = SourceStatus.ageWarning(of: checkup.version) {
            problems.append(
                Problem(
                    severity: .notice, code: .engineUnsupported, evidence: age,
                    next: "Plan an update of the engine; docker_connection_status shows all versions."))
        }
    }

    /// Engines do not tell how large their disk is; of others than this machine's only what could be freed is known.
    private mutating func add(_ disk: Result<DiskUsage, SourceError>) {
        guard case .success(let usage) = disk else { return gaps.append("disk usage") }
        let shares = [usage.images, usage.containers, usage.volumes, usage.buildCache]
        let bytes = shares.reduce(0) { $0.clampedSum($1.bytes) }
        let reclaimable = shares.reduce(0) { $0.clampedSum($1.reclaimableBytes) }
        guard reclaimable >= Self.reclaimableBytes, Double(reclaimable) > Double(bytes) / 2 else { return }
        problems.append(
            Problem(
                severity: .notice, code: .reclaimable,
                evidence: "\(Quantity.decimal(reclaimable)) of \(Quantity.decimal(bytes)) on disk is used by nothing",
                next: "docker_disk_usage; a person may run docker system prune on that host."))
    }
}
