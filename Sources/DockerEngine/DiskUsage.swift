// What an engine keeps on disk, with docker CLI's arithmetic (docker/cli, cli/command/formatter/disk_usage.go, as facts).
import JSON

/// What one kind of object takes on disk, and what removing the unused ones would free.
public struct DiskShare: Hashable, Sendable {
    /// Objects of this kind.
    public var count = 0
    /// Those in use: images with a container, containers that run, mounted volumes, cache that a build uses.
    public var active = 0
    /// What all take.
    public var bytes = 0
    /// What those take that nothing uses.
    public var reclaimableBytes = 0

    /// No objects.
    public init() {}

    /// Adds what another one counts.
    public mutating func add(_ other: DiskShare) {
        count = count.clampedSum(other.count)
        active = active.clampedSum(other.active)
        bytes = bytes.clampedSum(other.bytes)
        reclaimableBytes = reclaimableBytes.clampedSum(other.reclaimableBytes)
    }

    mutating func add(_ objectBytes: Int, isActive: Bool) {
        count += 1
        active += isActive ? 1 : 0
        bytes = bytes.clampedSum(objectBytes)
        if !isActive { reclaimableBytes = reclaimableBytes.clampedSum(objectBytes) }
    }
}

/// An engine's use of its disk (`GET /system/df`).
public struct DiskUsage: Hashable, Sendable {
    /// Layers that several images share count once.
    public let images: DiskShare
    /// What containers wrote to their own layers.
    public let containers: DiskShare
    /// Volumes whose driver tells their size.
    public let volumes: DiskShare
    /// The builder's cache.
    public let buildCache: DiskShare
    /// What each image shares with others, by its id; none of those that the engine did not measure.
    public let sharedImageBytes: [String: Int]

    init(_ json: JSON) throws(ReplyError) {
        guard json.object != nil else { throw ReplyError("the disk usage should be an object") }
        images = Self.images(json)
        containers = Self.share(json["Containers"]) { ($0.count("SizeRw") ?? 0, Self.isActive($0)) }
        volumes = Self.share(json["Volumes"]) { volume in
            let usage = volume["UsageData"]
            return (usage?.count("Size") ?? 0, (usage?.count("RefCount") ?? 0) > 0)
        }
        buildCache = Self.buildCache(json)
        sharedImageBytes = (json["Images"]?.array ?? []).reduce(into: [:]) { shares, image in
            if let id = image.text("Id") { shares[id] = image.count("SharedSize") }
        }
    }

    private static func share(_ list: JSON?, _ measure: (JSON) -> (bytes: Int, isActive: Bool)) -> DiskShare {
        var share = DiskShare()
        for object in list?.array ?? [] {
            let (bytes, isActive) = measure(object)
            share.add(bytes, isActive: isActive)
        }
        return share
    }

    private static func isActive(_ container: JSON) -> Bool {
        guard let state = container.text("State")?.lowercased() else { return false }
        return ["running", "paused", "restarting"].contains { state.hasPrefix($0) }
    }

    /// What used images do not share with others stays; all else of the layers could go.
    private static func images(_ json: JSON) -> DiskShare {
        var share = DiskShare()
        var (used, sum) = (0, 0)
        for image in json["Images"]?.array ?? [] {
            let isActive = (image.count("Containers") ?? 0) > 0
            share.count += 1
            share.active += isActive ? 1 : 0
            sum = sum.clampedSum(image.count("Size") ?? 0)
            // An engine that did not compute a size writes -1.
            guard isActive, let size = image.count("Size"), let shared = image.count("SharedSize") else { continue }
            used = used.clampedSum(max(0, size - shared))
        }
        // Podman names no size of all layers: what its images share then counts in each of them.
        let layers = json.count("LayersSize") ?? json["ImageUsage"]?.count("TotalSize") ?? 0
        share.bytes = layers > 0 ? layers : sum
        share.reclaimableBytes = max(0, share.bytes - used)
        return share
    }

    /// What several cache records share is counted with the images or with another record.
    private static func buildCache(_ json: JSON) -> DiskShare {
        var share = share(json["BuildCache"]) { record in
            (record["Shared"]?.bool == true ? 0 : record.count("Size") ?? 0, record["InUse"]?.bool == true)
        }
        // Engines before 1.41 gave the sum only.
        if share.count == 0, let builder = json.count("BuilderSize") {
            share.bytes = builder
            share.reclaimableBytes = builder
        }
        return share
    }
}

extension Int {
    /// The sum of two sizes, at most the largest number: a hostile engine counts beyond 64 bits.
    public func clampedSum(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
