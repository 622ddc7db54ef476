// The HTTP server as a whole: it starts, listens and stops.
import HummingbirdCore
import HummingbirdTLS
public import Logging
public import MCP
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL

/// Why the server can't serve.
public enum HTTPServerFailure: Error, Hashable, Sendable {
    /// The address can't be listened at; the reason is the system's.
    case cannotListen(host: String, port: Int, reason: String)
    /// The certificate or its key can't be used.
    case unusableTLSFiles(reason: String)
}

/// Serves a registry over HTTP: `/mcp` for every revision, `/sse` and `/messages` for the oldest one, `/health` and
/// `/tools`.
public final class MCPHTTPServer: Sendable {
    let core: Core
    private let state = NIOLockedValueBox(State())
    private let hasEnded = Signal()

    private struct State {
        /// Stops listening and returns once every connection has ended.
        var stop: (@Sendable () async -> Void)?
        var isStopping = false
    }

    /// A server that does nothing before `run`. Without a gatekeeper everybody is let in.
    public init(
        registry: Registry, settings: HTTPServerSettings = HTTPServerSettings(),
        gatekeeper: any Gatekeeper = OpenGate(),
        logger: Logger = Logger(label: "mcp-http") { _ in SwiftLogNoOpLogHandler() }
    ) {
        core = Core(registry, settings, gatekeeper, logger)
    }

    /// Serves until `shutdown` is called or the task is cancelled; once only. `onListening` gets the port.
    public func run(onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in }) async throws(HTTPServerFailure) {
        defer { hasEnded.fire() }
        let front = FrontDoor(core: core)
        let channel = HTTP1Channel(
            responder: { [core] request, writer, channel in
                guard let connection = core.connections[channel] else { return }
                try await front.serve(request, writer, connection)
            },
            configuration: channelConfiguration)
        guard let files = core.settings.tls else { return try await serve(channel, onListening) }
        let tls: TLSChannel<HTTP1Channel>
        do {
            tls = try TLSChannel(channel, tlsConfiguration: try Self.configuration(files))
        } catch {
            throw .unusableTLSFiles(reason: String(describing: error))
        }
        try await serve(tls, onListening)
    }

    /// Accepts no more, gives calls `drain` to finish, ends streams, cuts what is left and ends `run`. Returns when it
    /// has ended, or soon after `drain` when a call doesn't heed its cancellation.
    public func shutdown(drain: Duration = .seconds(5)) async {
        core.drain()
        let stop = state.withLockedValue { state in
            state.isStopping = true
            return state.stop
        }
        guard let stop else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await stop() }
            group.addTask { [core] in
                do { try await Task.sleep(for: drain) } catch { return }
                core.calls.finish()
                core.connections.closeAll()
            }
            await group.next()
            group.cancelAll()
        }
        core.calls.finish()
        await firstOf([{ await self.hasEnded.wait() }, { try? await Task.sleep(for: Self.lastWait) }])
    }

    private static let lastWait = Duration.seconds(2)

    private var channelConfiguration: HTTP1Channel.Configuration {
        let limits = core.limits
        return HTTP1Channel.Configuration(
            additionalChannelHandlers: [ConnectionGuard(self.core.connections, limits)],
            idleTimeout: TimeAmount(limits.idleTime),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.headerBytes / 2, maxHeaderListSize: limits.headerBytes,
                maxHeaderFieldCount: 100))
    }

    private static func configuration(_ files: HTTPServerSettings.TLSFiles) throws -> TLSConfiguration {
        let chain = try NIOSSLCertificate.fromPEMFile(files.certificatePath)
        let key = try NIOSSLPrivateKey(file: files.keyPath, format: .pem)
        return .makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    }

    private func serve(
        _ channel: some ServerChildChannel, _ onListening: @escaping @Sendable (Int) -> Void
    ) async throws(HTTPServerFailure) {
        let settings = core.settings
        let server = Server(
            childChannelSetup: channel,
            configuration: .init(
                address: .hostname(settings.host, port: settings.port),
                availableConnectionsDelegate: MaximumAvailableConnections(
                    settings.limits.connections, logger: core.logger)),
            onServerRunning: { onListening($0.localAddress?.port ?? settings.port) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: core.logger)
        let mayStart = state.withLockedValue { state in
            state.stop = { try? await server.shutdownGracefully() }
            return !state.isStopping
        }
        guard mayStart else { return }
        let failure = await withTaskCancellationHandler {
            await withTaskGroup(of: Void.self) { group -> (any Error)? in
                group.addTask { [core] in await core.calls.run() }
                group.addTask { [core] in await core.keepHouse() }
                defer { group.cancelAll() }
                do { try await server.run() } catch { return error }
                return nil
            }
        } onCancel: { [core] in
            core.connections.closeAll()
        }
        core.sessions.endAll()
        if let failure {
            throw .cannotListen(host: settings.host, port: settings.port, reason: String(describing: failure))
        }
    }
}
