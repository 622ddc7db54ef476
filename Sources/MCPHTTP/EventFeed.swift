// What waits to be written on one connection's event stream.
import JSON
import MCP
import NIOConcurrencyHelpers

/// One piece of an answer in the making.
enum EventItem: Sendable {
    /// A whole server-sent event, or a comment.
    case event([UInt8])
    /// The reply, when no event came before it: it may go out as plain JSON.
    case reply(Reply?)
}

/// A bounded queue from whoever has news to the connection that writes them.
///
/// A client that reads too slowly loses the stream rather than single events; it may come back.
final class EventFeed: Sendable {
    static let capacity = 256
    let items: AsyncStream<EventItem>
    private let continuation: AsyncStream<EventItem>.Continuation

    init() { (items, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.capacity)) }

    func send(_ item: EventItem) {
        if case .dropped = continuation.yield(item) { continuation.finish() }
    }

    func finish() { continuation.finish() }
}

/// The text form of server-sent events.
enum ServerSentEvent {
    static let keepAlive = Array(": keep-alive\n\n".utf8)

    /// JSON has no line breaks, so one `data` line holds it.
    static func message(_ json: [UInt8], id: String? = nil) -> [UInt8] {
        let head = id.map { "id: \($0)\nevent: message\ndata: " } ?? "event: message\ndata: "
        return Array(head.utf8) + json + Array("\n\n".utf8)
    }

    /// An id and nothing else, so that a client can come back even before the first message.
    static func priming(_ id: History.EventID) -> [UInt8] { Array("id: \(id.text)\nretry: 1000\ndata: \n\n".utf8) }

    static func endpoint(_ path: String) -> [UInt8] { Array("event: endpoint\ndata: \(path)\n\n".utf8) }
}
