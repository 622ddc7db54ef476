// Serves MCP until the client goes or a signal comes.
import ArgumentParser
import DockerTools
import Logging
import MCP
import Settings
import UnixSignals

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve MCP on standard input and output (what happens without a command).",
        discussion: "AI assistants start this; README.md has their configuration.")

    @Option(help: ArgumentHelp("How clients reach the server: stdio. (default: stdio)", valueName: "transport"))
    var transport: String?
    @Flag(help: "Ask the local engine too, as ALLOW_LOCAL_DOCKER=true does.")
    var local = false
    @Option(
        help: ArgumentHelp("How long each source may take, such as 500ms, 10s or 1m. (default: 10s)", valueName: "time")
    )
    var timeout: String?
    @Option(help: ArgumentHelp("How long a connection may take. (default: 5s)", valueName: "time"))
    var connectTimeout: String?

    /// How long calls may still run after SIGTERM.
    private static let drain = Duration.seconds(5)

    func run() async throws {
        let settings = try Launch.settings(flags: flags)
        guard settings.transport == .stdio else {
            Streams.note(
                "\(Product.name): MCP_TRANSPORT=http (or --transport http) is not served yet; use stdio, or unset it.")
            throw ExitCode.validationFailure
        }
        let log = Self.logger(settings.logLevel)
        let audit = try AuditSink.trail(settings.audit)
        if Streams.inputIsTerminal {
            Streams.note(
                "\(Product.name) \(Product.version) serves MCP on standard input and output; an AI assistant should start it. For people: \(Product.name) --help"
            )
        }
        log.info("serving MCP over stdio", metadata: ["mode": "\(settings.mode)", "security": "readonly"])
        for source in settings.sources { log.debug("source \(source.name) is configured") }
        let toolBox = ToolBox(
            aggregator: Launch.aggregator(settings), mode: settings.mode,
            adviceWhenNothingIsSet: settings.adviceWhenNothingIsSet(isServer: true), audit: audit)
        let registry = Registry(
            server: Product.server, tools: toolBox.tools, prompts: toolBox.prompts, resources: toolBox.resources,
            templates: toolBox.templates, completion: toolBox.completion)
        try await Self.serve(StdioServer(registry: registry), log)
    }

    private var flags: Flags {
        var flags = Flags()
        flags.transport = transport
        flags.local = local ? true : nil
        flags.timeout = timeout
        flags.connectTimeout = connectTimeout
        return flags
    }

    private static func serve(_ server: StdioServer, _ log: Logger) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        try await withThrowingTaskGroup { group in
            group.addTask { try await server.run() }
            group.addTask {
                for await signal in signals {
                    log.info("\(signal) received: ending")
                    await server.shutdown(drain: drain)
                    break
                }
            }
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
