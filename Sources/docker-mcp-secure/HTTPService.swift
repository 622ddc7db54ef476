// Turns the settings of HTTP into a server, and what keeps it from starting into words.
import ArgumentParser
import Logging
import MCP
import MCPHTTP
import Settings

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

enum HTTPService {
    /// The server, or an end with 64 when it would be less safe than what was asked for.
    static func server(_ registry: Registry, _ http: HTTPSettings, _ log: Logger) throws -> MCPHTTPServer {
        let tokens: [AccessToken]
        do throws(SettingsError) { tokens = http.tokens + (try tokensInFile(http)) } catch {
            throw Launch.refusal(error)
        }
        if let problem = http.problem(withTokens: tokens) {
            throw Launch.refusal(SettingsError(problems: [problem]))
        }
        if tokens.isEmpty, !http.isLoopback {
            log.warning(
                "listening on \(http.host) without a token: whoever reaches the port can read what engines tell")
        }
        let gate: any Gatekeeper =
            tokens.isEmpty ? OpenGate() : StaticTokens(tokens.map { .init(name: $0.name, token: $0.secret) })
        return MCPHTTPServer(registry: registry, settings: settings(http), gatekeeper: gate, logger: log)
    }

    /// Serves until it is shut down. An address that can't be listened at ends the program with 69.
    static func run(_ server: MCPHTTPServer, _ http: HTTPSettings, _ log: Logger) async throws {
        do throws(HTTPServerFailure) {
            try await server.run { port in
                let scheme = http.tls == nil ? "http" : "https"
                let host = http.host.contains(":") ? "[\(http.host)]" : http.host
                log.info("serving MCP at \(scheme)://\(host):\(port)/mcp")
            }
        } catch {
            switch error {
            case .cannotListen(let host, let port, let reason):
                Streams.note(
                    "\(Product.name): can't listen at \(host), port \(port): \(reason). Choose another with --port or MCP_PORT, or --host or MCP_HOST."
                )
            case .unusableTLSFiles(let reason):
                Streams.note(
                    "\(Product.name): \(http.name(of: "MCP_TLS_CERT")) and \(http.name(of: "MCP_TLS_KEY")) can't be used: \(reason). Both are files in PEM."
                )
            }
            throw ExitCode(69)
        }
    }

    private static func settings(_ http: HTTPSettings) -> HTTPServerSettings {
        var settings = HTTPServerSettings()
        settings.host = http.host
        settings.port = http.port
        settings.allowedHosts = http.allowedHosts
        settings.allowedOrigins = http.allowedOrigins
        settings.limits.requestsPerSecond = http.requestsPerSecond.map(Double.init)
        settings.tls = http.tls.map { .init(certificatePath: $0.certificate, keyPath: $0.key) }
        return settings
    }

    /// The tokens in the file of tokens; a file that can't be read, or holds none, keeps the server from starting.
    private static func tokensInFile(_ http: HTTPSettings) throws(SettingsError) -> [AccessToken] {
        let name = http.name(of: "MCP_AUTH_TOKEN_FILE")
        guard let path = http.tokenFile else { return [] }
        guard let text = contents(of: path) else {
            let reason = Streams.reason(errno)
            throw SettingsError(problems: [
                "\(name)=\(path): can't be read: \(reason); name a file that this user may read."
            ])
        }
        let tokens = try AccessToken.list(text, from: name)
        if tokens.isEmpty {
            throw SettingsError(problems: [
                "\(name)=\(path): holds no token; write one with: openssl rand -hex 32"
            ])
        }
        return tokens
    }

    /// At most 64 KiB, which is hundreds of tokens; nil, with `errno` set, when it can't be read.
    private static func contents(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        var length = 0
        while length < buffer.count {
            let count = buffer.withUnsafeMutableBytes { bytes in
                read(descriptor, bytes.baseAddress.map { $0 + length }, bytes.count - length)
            }
            if count < 0 { return nil }
            if count == 0 { break }
            length += count
        }
        return String(decoding: buffer[..<length], as: UTF8.self)
    }
}
