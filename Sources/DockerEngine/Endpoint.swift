// The closed list of everything that this product can ever ask of an engine. Read this file to know that nothing else is possible:
// an endpoint has no method (each is a GET) and no body, and none can be made outside this file.
import JSON

/// One question that an engine can be asked by `GET`, and what its reply becomes.
public struct Endpoint<Reply: Sendable>: Sendable {
    /// The path after the version, its parts percent-encoded, with the query.
    public let path: String
    /// Whether the path is put behind `/v1.41`; `_ping` is asked before a version is agreed.
    public let isVersioned: Bool
    /// The most bytes that a reply may have.
    public let maximumReplyBytes: Int
    private let decode: @Sendable ([UInt8]) throws(ReplyError) -> Reply

    /// A question answered by a JSON document.
    fileprivate init(
        _ path: String, query: [(String, String)] = [], decode: @escaping @Sendable (JSON) throws(ReplyError) -> Reply
    ) {
        self.init(path: path + PercentEncoding.query(query), isVersioned: true, maximumReplyBytes: 16 << 20) {
            bytes throws(ReplyError) in
            let json: JSON
            do throws(JSONError) { json = try JSON(parsing: bytes) } catch {
                let problem = error.exceedsBound ? "holds too much" : "is not JSON"
                throw ReplyError("the reply \(problem): \(error)")
            }
            return try decode(json)
        }
    }

    fileprivate init(
        path: String, isVersioned: Bool, maximumReplyBytes: Int,
        decode: @escaping @Sendable ([UInt8]) throws(ReplyError) -> Reply
    ) {
        self.path = path
        self.isVersioned = isVersioned
        self.maximumReplyBytes = maximumReplyBytes
        self.decode = decode
    }

    /// What the reply's bytes say. Throws when they are no JSON, or not of the shape that the API promises.
    public func reply(from bytes: [UInt8]) throws(ReplyError) -> Reply {
        try decode(bytes)
    }
}

/// A question whose reply is a stream of bytes without an end known beforehand.
public struct StreamEndpoint: Sendable {
    /// The path after the version, its parts percent-encoded, with the query.
    public let path: String

    fileprivate init(_ path: String, query: [(String, String)]) {
        self.path = path + PercentEncoding.query(query)
    }
}

extension Endpoint where Reply == Void {
    /// `GET /_ping`: is it an engine, and which API version does it speak (header `Api-Version`)?
    public static var ping: Endpoint {
        Endpoint(path: "/_ping", isVersioned: false, maximumReplyBytes: 64 << 10) { _ in }
    }
}

extension Endpoint where Reply == EngineVersion {
    /// `GET /version`.
    public static var version: Endpoint { Endpoint("/version", decode: EngineVersion.init) }
}

extension Endpoint where Reply == EngineInfo {
    /// `GET /info`.
    public static var info: Endpoint { Endpoint("/info", decode: EngineInfo.init) }
}

extension Endpoint where Reply == [ContainerSummary] {
    /// `GET /containers/json`, narrowed to those with all `labels` (`key` or `key=value`) and to one state when given.
    public static func containers(all: Bool, labels: [String] = [], state: String? = nil) -> Endpoint {
        var filters = JSONObject()
        if !labels.isEmpty { filters["label"] = .array(labels.map { .string($0) }) }
        if let state { filters["status"] = [.string(state)] }
        var query = [("all", all || state != nil ? "1" : "0")]
        if !filters.isEmpty { query.append(("filters", JSON.object(filters).text)) }
        return Endpoint("/containers/json", query: query) { json throws(ReplyError) in
            try ReplyError.list(json, of: "containers", ContainerSummary.init)
        }
    }
}

extension Endpoint where Reply == ContainerDetails {
    /// `GET /containers/{id}/json`.
    public static func container(_ container: ContainerReference) -> Endpoint {
        Endpoint("/containers/\(PercentEncoding.part(container.text))/json", decode: ContainerDetails.init)
    }
}

extension Endpoint where Reply == ResourceSample {
    /// `GET /containers/{id}/stats?stream=false`: the engine takes two samples, a second apart.
    public static func stats(of container: ContainerReference) -> Endpoint {
        Endpoint(
            "/containers/\(PercentEncoding.part(container.text))/stats", query: [("stream", "false")],
            decode: ResourceSample.init)
    }
}

extension Endpoint where Reply == ResourceSample {
    /// `GET /containers/{id}/stats?stream=false&one-shot=true`, API 1.41: one sample, for whoever has an earlier one.
    public static func oneSample(of container: ContainerReference) -> Endpoint {
        Endpoint(
            "/containers/\(PercentEncoding.part(container.text))/stats",
            query: [("stream", "false"), ("one-shot", "true")], decode: ResourceSample.init)
    }
}

extension Endpoint where Reply == [ImageSummary] {
    /// `GET /images/json`, without the layers between; with `sharedSizes` also what each shares with others, which engines tell from API 1.42 on.
    public static func images(sharedSizes: Bool = false) -> Endpoint {
        Endpoint("/images/json", query: sharedSizes ? [("shared-size", "1")] : []) { json throws(ReplyError) in
            try ReplyError.list(json, of: "images") { image throws(ReplyError) in
                try ImageSummary(image, tellsSharing: sharedSizes)
            }
        }
    }
}

extension Endpoint where Reply == ImageDetails {
    /// `GET /images/{name}/json`.
    public static func image(_ image: ImageReference) -> Endpoint {
        Endpoint("/images/\(PercentEncoding.part(image.text))/json", decode: ImageDetails.init)
    }
}

extension Endpoint where Reply == [ImageHistoryEntry] {
    /// `GET /images/{name}/history`, newest first.
    public static func history(of image: ImageReference) -> Endpoint {
        Endpoint("/images/\(PercentEncoding.part(image.text))/history") { json throws(ReplyError) in
            try ReplyError.list(json, of: "history entries", ImageHistoryEntry.init)
        }
    }
}

extension Endpoint where Reply == ProcessTable {
    /// `GET /containers/{id}/top` with the engine's own choice of columns. What a caller might add would be options of the host's `ps`.
    public static func processes(in container: ContainerReference) -> Endpoint {
        Endpoint("/containers/\(PercentEncoding.part(container.text))/top", decode: ProcessTable.init)
    }
}

extension Endpoint where Reply == [NetworkSummary] {
    /// `GET /networks`.
    public static var networks: Endpoint {
        Endpoint("/networks") { json throws(ReplyError) in
            try ReplyError.list(json, of: "networks", NetworkSummary.init)
        }
    }
}

extension Endpoint where Reply == [VolumeSummary] {
    /// `GET /volumes`.
    public static var volumes: Endpoint { Endpoint("/volumes", decode: VolumeSummary.all) }
}

extension Endpoint where Reply == [SwarmService] {
    /// `GET /services`, which only a swarm's manager answers.
    public static var services: Endpoint {
        Endpoint("/services") { json throws(ReplyError) in
            try ReplyError.list(json, of: "services", SwarmService.init)
        }
    }
}

extension Endpoint where Reply == [SwarmTask] {
    /// `GET /tasks`, which only a swarm's manager answers.
    public static var tasks: Endpoint {
        Endpoint("/tasks") { json throws(ReplyError) in try ReplyError.list(json, of: "tasks", SwarmTask.init) }
    }
}

extension Endpoint where Reply == [SwarmNode] {
    /// `GET /nodes`, which only a swarm's manager answers.
    public static var nodes: Endpoint {
        Endpoint("/nodes") { json throws(ReplyError) in try ReplyError.list(json, of: "nodes", SwarmNode.init) }
    }
}

extension Endpoint where Reply == DiskUsage {
    /// `GET /system/df`: the engine measures every volume and layer, which may take long.
    public static var diskUsage: Endpoint { Endpoint("/system/df", decode: DiskUsage.init) }
}

extension StreamEndpoint {
    /// `GET /containers/{id}/logs`, always with the engine's time stamps: lines of several containers are ordered by them.
    public static func logs(of container: ContainerReference, _ selection: LogSelection) -> StreamEndpoint {
        var query = [
            ("stdout", selection.stdout ? "1" : "0"), ("stderr", selection.stderr ? "1" : "0"), ("timestamps", "1"),
            ("tail", selection.tail.map(String.init) ?? "all"),
        ]
        if let since = selection.since { query.append(("since", since.unixText)) }
        if let until = selection.until { query.append(("until", until.unixText)) }
        if selection.follows { query.append(("follow", "1")) }
        return StreamEndpoint("/containers/\(PercentEncoding.part(container.text))/logs", query: query)
    }
}

extension StreamEndpoint {
    /// `GET /events` that happened between two moments; the engine ends the stream at `until`. Of types such as `container`; all when empty.
    public static func events(since: Timestamp, until: Timestamp, types: [String] = []) -> StreamEndpoint {
        var query = [("since", since.unixText), ("until", until.unixText)]
        if !types.isEmpty {
            query.append(("filters", JSON.object(["type": .array(types.map { .string($0) })]).text))
        }
        return StreamEndpoint("/events", query: query)
    }

    /// `GET /events` of containers, from now on and without an end.
    public static var containerEvents: StreamEndpoint {
        StreamEndpoint("/events", query: [("filters", JSON.object(["type": ["container"]]).text)])
    }
}
