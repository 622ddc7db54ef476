// Serves MCP until the client goes or a signal comes.
import ArgumentParser
import DockerTools
import Logging
import MCP
import MCPHTTP
import Settings
import UnixSignals

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve MCP on standard input and output, or over HTTP (what happens without a command).",
        discussion: """
            AI assistants start this; README.md has their configuration.
            Over HTTP it listens on this machine only, unless a token is set: MCP_AUTH_TOKEN, or MCP_AUTH_TOKEN_FILE with a line NAME: TOKEN each.
            """)

    @Option(help: ArgumentHelp("How clients reach the server: stdio or http. (default: stdio)", valueName: "transport"))
    var transport: String?
    @Option(help: ArgumentHelp("The address that HTTP listens on. (default: 127.0.0.1)", valueName: "address"))
    var host: String?
    @Option(help: ArgumentHelp("The port that HTTP listens on. (default: 3000)", valueName: "port"))
    var port: String?
    @Flag(help: "Let everybody who can reach the address use HTTP, without a token.")
    var allowUnauthenticated = false
    @Option(
        help: ArgumentHelp(
            "One more engine, such as cloud=tcp://203.0.113.7:2376?tls=/certs, nas=ssh://me@nas or lab=context:lab. Repeatable.",
            valueName: "name=endpoint"))
    var source: [String] = []
    @OptionGroup var engines: EngineOptions

    /// How long calls may still run after SIGTERM.
    private static let drain = Duration.seconds(5)

    func run() async throws {
        let (settings, watch) = try Launch.watchedSettings(flags: flags)
        let log = Self.logger(settings.logLevel)
        let toolBox = ToolBox(
            Launch.deployment(settings, isServer: true),
            toolsets: Set(settings.toolsets.compactMap { Toolset(rawValue: $0.rawValue) }),
            audit: try AuditSink.trail(settings), rowLimit: settings.rowLimit ?? ToolBox.standardRowLimit)
        let registry = Registry(
            server: Product.server, tools: toolBox.tools, prompts: toolBox.prompts, resources: toolBox.resources,
            templates: toolBox.templates, completion: toolBox.completion, watcher: toolBox.watcher)
        for source in settings.sources { log.debug("source \(source.name) is configured") }
        let reload = Reload(toolBox, settings, watch: watch, flags: flags, log)
        switch settings.transport {
        case .stdio:
            Self.greet(settings, log)
            let server = try StdioServer(registry: registry)
            try await serve(toolBox, reload, log, server.run, server.shutdown)
        case .http:
            let server = try HTTPService.server(registry, settings.http, log)
            try await serve(
                toolBox, reload, log, { try await HTTPService.run(server, settings.http, log) }, server.shutdown)
        }
    }

    private var flags: Flags {
        var flags = engines.flags
        flags.sources = source
        flags.transport = transport
        flags.host = host
        flags.port = port
        flags.allowsUnauthenticated = allowUnauthenticated
        return flags
    }

    private static func greet(_ settings: Settings, _ log: Logger) {
        if Streams.inputIsTerminal {
            Streams.note(
                "\(Product.name) \(Product.version) serves MCP on standard input and output; an AI assistant should start it. For people: \(Product.name) --help"
            )
        }
        log.info("serving MCP over stdio", metadata: ["mode": "\(settings.mode)", "security": "readonly"])
    }

    /// Runs until `run` returns; SIGTERM or SIGINT makes `shutdown` end it, SIGHUP reads the settings anew. Meanwhile
    /// sources that are down are probed, and the files of the settings followed.
    private func serve(
        _ toolBox: ToolBox, _ reload: Reload, _ log: Logger, _ run: @escaping @Sendable () async throws -> Void,
        _ shutdown: @escaping @Sendable (Duration) async -> Void
    ) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        try await withThrowingTaskGroup { group in
            group.addTask { try await run() }
            group.addTask {
                for await signal in signals {
                    guard signal == .sighup else {
                        log.info("\(signal) received: ending")
                        await shutdown(Self.drain)
                        break
                    }
                    await reload.readAtSignal()
                }
            }
            // These two return only when they are cancelled.
            group.addTask { await toolBox.probeSources() }
            group.addTask { await reload.followFiles() }
            // The first to end is the server, or the signal that ended it.
            try await group.next()
            group.cancelAll()
        }
    }

    private static func logger(_ level: Settings.LogLevel) -> Logger {
        var log = Logger(label: Product.name) { StreamLogHandler.standardError(label: $0) }
        log.logLevel =
            switch level {
            case .debug: .debug
            case .info: .info
            case .warn: .warning
            case .error: .error
            }
        return log
    }
}
