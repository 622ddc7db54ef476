// What an engine tells while something happens to its objects.
import JSON

/// One event (`GET /events`).
public struct EngineEvent: Hashable, Sendable {
    /// `container`, `image`, `network`, `volume`, `daemon`, ...
    public let type: String
    /// `create`, `start`, `die`, `health_status: healthy`, ...
    public let action: String
    /// The object's id.
    public let id: String
    /// The object's name, where it has one.
    public let name: String?
    /// What else the engine tells: `image`, `exitCode`, `container` of a network's event, and the object's labels.
    public let attributes: [String: String]
    /// When it happened, by the engine's clock.
    public let at: Timestamp?

    init(_ json: JSON) throws(ReplyError) {
        type = try json.required("Type", of: "an event")
        action = try json.required("Action", of: "an event")
        id = json["Actor"]?.text("ID") ?? json.text("id") ?? ""
        name = json["Actor"]?["Attributes"]?.text("name")
        attributes = json["Actor"]?.labels("Attributes") ?? [:]
        at = json["timeNano"]?.int.map { Timestamp(nanoseconds: Int64($0)) }
    }
}

/// Splits the stream of `GET /events` into events: one JSON document a line, cut anywhere.
public struct EventLines: Sendable {
    /// A longer line is no event.
    private static let maximumBytes = 1 << 20
    private var rest: [UInt8] = []

    /// Nothing read yet.
    public init() {}

    /// The events that `chunk` completes. Throws when a line is not JSON, no event, or longer than 1 MiB.
    public mutating func read(_ chunk: [UInt8]) throws(ReplyError) -> [EngineEvent] {
        var events: [EngineEvent] = []
        rest += chunk
        var start = 0
        defer { rest.removeFirst(start) }
        while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = Array(rest[start..<end])
            start = end + 1
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) { continue }
            let json: JSON
            do { json = try JSON(parsing: line) } catch { throw ReplyError("an event is not JSON: \(error)") }
            events.append(try EngineEvent(json))
        }
        if rest.count - start > Self.maximumBytes { throw ReplyError("an event longer than 1 MiB") }
        return events
    }
}
