// A server of fixtures, to test the protocol apart from Docker; it is in no release.
import JSON
import MCP
import MCPHTTP
import UnixSignals

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@main
struct FixtureServer {
    static func main() async {
        let options = Options(CommandLine.arguments.dropFirst())
        do {
            if options.usesHTTP {
                var settings = HTTPServerSettings()
                settings.port = options.port
                settings.tls = options.tls
                settings.limits.requestsPerSecond = options.requestsPerSecond
                try await serve(settings, options.tokens)
            } else {
                try await StdioServer(registry: Fixtures.registry).run()
            }
        } catch {
            print("mcp-fixture-server: \(error)")
            exit(1)
        }
    }

    /// At once, also into a pipe.
    private static func say(_ text: String) { _ = write(1, text, text.utf8.count) }

    /// Says on its output where it listens, and ends on SIGTERM.
    private static func serve(_ settings: HTTPServerSettings, _ tokens: [StaticTokens.NamedToken]) async throws {
        let gate: any Gatekeeper = tokens.isEmpty ? OpenGate() : StaticTokens(tokens)
        let server = MCPHTTPServer(registry: Fixtures.registry, settings: settings, gatekeeper: gate)
        let signals = await UnixSignalsSequence(trapping: .sigterm)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run { say("listening on \($0)\n") } }
            group.addTask {
                for await _ in signals { return await server.shutdown() }
            }
            try await group.next()
            group.cancelAll()
        }
    }
}

/// `--transport stdio|http --port N`, and for HTTP `--token NAME=SECRET`, `--rate N`, `--tls CERTIFICATE=KEY`.
private struct Options {
    var usesHTTP = false
    var port = 3000
    var tokens: [StaticTokens.NamedToken] = []
    var requestsPerSecond: Double?
    var tls: HTTPServerSettings.TLSFiles?

    init(_ arguments: ArraySlice<String>) {
        var rest = arguments
        while let flag = rest.popFirst() {
            let value = rest.popFirst() ?? ""
            switch flag {
            case "--transport": usesHTTP = value == "http"
            case "--port": port = Int(value) ?? port
            case "--rate": requestsPerSecond = Double(value)
            case "--token": if let (name, secret) = Self.pair(value) { tokens.append(.init(name: name, token: secret)) }
            case "--tls": tls = Self.pair(value).map { .init(certificatePath: $0, keyPath: $1) }
            default:
                print("usage: mcp-fixture-server --transport stdio|http [--port N] [--token NAME=SECRET] [--rate N]")
                exit(64)
            }
        }
    }

    private static func pair(_ value: String) -> (String, String)? {
        let parts = value.split(separator: "=", maxSplits: 1).map { String($0) }
        return parts.count == 2 ? (parts[0], parts[1]) : nil
    }
}
