// Watches one connection: what its client may do slowly, how much it may send, and when it has gone.
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// The body of a request took too long to arrive.
struct SlowSender: Error {}

/// Sits between the parser and the server, on the connection's event loop.
///
/// A response with `Connection: close` ends the connection; what is left of a body is read and thrown away for a
/// moment before, since closing at once would make the client lose the response.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private static let lingeringTime = TimeAmount.seconds(2)
    private static let lingeringBytes = 16 << 20
    private let connections: Connections
    private let bodyTime: TimeAmount
    private let stalledWriteTime: TimeAmount
    private var connection: Connection?
    private var isReadingBody = false
    private var openAnswers = 0
    private var isClosing = false
    private var lingeredBytes = 0
    private var bodyTimer: Scheduled<Void>?
    private var writeTimer: Scheduled<Void>?
    private var lingeringTimer: Scheduled<Void>?

    init(_ connections: Connections, _ limits: HTTPServerSettings.Limits) {
        self.connections = connections
        bodyTime = TimeAmount(limits.bodyTime)
        stalledWriteTime = TimeAmount(limits.stalledWriteTime)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let connection = Connection(context.channel)
        self.connection = connection
        connections.insert(connection)
        // Below the handler that turns requests into the types used here, since that one drops what `TargetHost` needs.
        do {
            let pipeline = context.pipeline.syncOperations
            let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(TargetHost(), position: .after(parser))
        } catch {
            context.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { connection?.end() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            isReadingBody = true
            openAnswers += 1
        case .body(let bytes):
            if isClosing { lingeredBytes += bytes.readableBytes }
            if lingeredBytes > Self.lingeringBytes { return context.close(promise: nil) }
        case .end:
            isReadingBody = false
            bodyTimer?.cancel()
            bodyTimer = nil
            if isClosing && openAnswers == 0 { return context.close(promise: nil) }
        }
        context.fireChannelRead(data)
    }

    /// Most bodies have come whole by now and need no timer.
    func channelReadComplete(context: ChannelHandlerContext) {
        if isReadingBody, bodyTimer == nil {
            bodyTimer = schedule(in: bodyTime, context) { $0.fireErrorCaught(SlowSender()) }
        }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            if head.headerFields[.connection] == "close" { isClosing = true }
            context.write(data, promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            openAnswers -= 1
            guard isClosing else { return context.write(data, promise: promise) }
            context.writeAndFlush(data, promise: promise)
            if isReadingBody {
                lingeringTimer = schedule(in: Self.lingeringTime, context) { $0.close(promise: nil) }
            } else {
                context.close(promise: nil)
            }
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        writeTimer?.cancel()
        writeTimer = nil
        if !context.channel.isWritable {
            writeTimer = schedule(in: stalledWriteTime, context) { $0.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    /// Headers that the parser refuses never reach a responder, so they are answered here.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError, openAnswers == 0, context.channel.isActive else {
            connection?.end()
            return context.fireErrorCaught(error)
        }
        let status = HTTPResponse.Status(code: error == .headerOverflow ? 431 : 400)
        let head = HTTPResponse(
            status: status, headerFields: HTTPFields([("Connection", "close"), ("Content-Length", "0")]))
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.close(promise: nil)
    }

    private func schedule(
        in time: TimeAmount, _ context: ChannelHandlerContext, _ action: @escaping (ChannelHandlerContext) -> Void
    ) -> Scheduled<Void> {
        context.eventLoop.assumeIsolated().scheduleTask(in: time) { action(context) }
    }

    private func end() {
        for timer in [bodyTimer, writeTimer, lingeringTimer] { timer?.cancel() }
        guard let connection else { return }
        connections.remove(connection)
        connection.end()
        self.connection = nil
    }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}
