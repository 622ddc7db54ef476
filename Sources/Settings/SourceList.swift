// Sources that are written as NAME=ENDPOINT[?OPTIONS]: by --source, and in DOCKER_SOURCES separated by commas.
import CurlClient
import DockerSources
import SafeText

extension SettingsReader {
    /// The sources that `definitions` define; `place` is the flag or variable that they come from.
    mutating func sources(
        _ definitions: [String], from place: String, _ reader: EndpointReader, _ limits: SourceLimits
    ) -> [SourceSetting] {
        definitions.compactMap { definition in
            do throws(EndpointProblem) {
                return try source(definition, reader, limits)
            } catch {
                refuse(place, definition, error.advice)
                return nil
            }
        }
    }

    private func source(
        _ definition: String, _ reader: EndpointReader, _ limits: SourceLimits
    ) throws(EndpointProblem) -> SourceSetting {
        let example = "write NAME=ENDPOINT, such as cloud=tcp://203.0.113.7:2376?tls=/certs or laptop=auto"
        guard let equals = definition.firstIndex(of: "=") else {
            throw EndpointProblem(advice: "it names no endpoint; \(example)")
        }
        let name = String(definition[..<equals]).trimmed
        if let problem = SourceSetting.problem(withName: name) { throw EndpointProblem(advice: problem) }
        let parts = definition[definition.index(after: equals)...].split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var options = SourceOptions(limits: limits)
        if parts.count == 2 {
            for option in parts[1].split(separator: "&") { try options.read(option, files: files) }
        }
        let endpoint = try reader.endpoint(String(parts[0]).trimmed, tls: options.wish(reader.tls))
        if !endpoint.isOverTLS, options.serverName != nil {
            throw EndpointProblem(advice: "server_name is for TLS, and this source has none; add tls=FOLDER or tls=on")
        }
        return SourceSetting(name: name, endpoint: endpoint, limits: options.limits, tags: options.tags)
    }
}

/// What stands after the question mark.
private struct SourceOptions {
    var limits: SourceLimits
    var tags: [String] = []
    var serverName: String?
    private var tls = EndpointReader.TLSWish.standard

    init(limits: SourceLimits) { self.limits = limits }

    mutating func read(_ option: Substring, files: Files) throws(EndpointProblem) {
        let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let value = parts.count == 2 ? parts[1] : ""
        switch parts[0] {
        case "tls": tls = try Self.tls(value, files)
        case "server_name":
            guard EndpointReader.isHost(value) else { throw EndpointProblem(advice: "server_name is no name of a host") }
            serverName = value
        case "deadline": limits.total = try Self.duration(value, of: "deadline")
        case "connect_timeout": limits.connect = try Self.duration(value, of: "connect_timeout")
        case "tags":
            tags = value.split(separator: "+").map(String.init)
            for tag in tags where SourceSetting.problem(withName: tag) != nil {
                throw EndpointProblem(
                    advice: "a tag has letters, digits, _ . and -, and several are joined by +: tags=prod+web")
            }
        default:
            throw EndpointProblem(
                advice:
                    "there is no option \(SafeText.shortened(SafeText.line(parts[0]), to: 40)); the options are tls, server_name, deadline, connect_timeout and tags"
            )
        }
    }

    /// The TLS that was asked for, with `server_name` in it.
    func wish(_ standard: TLSOptions?) -> EndpointReader.TLSWish {
        guard let serverName else { return tls }
        var options: TLSOptions
        switch tls {
        case .off: return .off
        case .options(let own): options = own
        case .standard:
            guard let standard else { return .standard }
            options = standard
        }
        options.serverName = serverName
        return .options(options)
    }

    private static func tls(_ value: String, _ files: Files) throws(EndpointProblem) -> EndpointReader.TLSWish {
        switch value.lowercased() {
        case "on", "true", "1": return .options(TLSOptions())
        case "off", "false", "0": return .off
        default:
            guard value.hasPrefix("/") else {
                throw EndpointProblem(
                    advice: "tls is on, off, or the absolute path of a folder with ca.pem, cert.pem and key.pem")
            }
            guard files.exists(value) else { throw EndpointProblem(advice: "there is no folder \(SafeText.line(value))") }
            return .options(TLSOptions(folder: value, files: files))
        }
    }

    private static func duration(_ text: String, of option: String) throws(EndpointProblem) -> Duration {
        if let duration = SettingsReader.duration(text) { return duration }
        throw EndpointProblem(advice: "\(option) is a time from 1ms to 1h, such as 500ms, 10s or 2m")
    }
}

extension TLSOptions {
    /// The certificates of a folder as docker CLI names them: `ca.pem`, `cert.pem`, `key.pem`, those that are there.
    init(folder: String, files: Files, verifiesServer: Bool = true) {
        func file(_ name: String) -> String? { files.exists("\(folder)/\(name)") ? "\(folder)/\(name)" : nil }
        self.init(
            authority: file("ca.pem"), certificate: file("cert.pem"), key: file("key.pem"),
            verifiesServer: verifiesServer)
    }
}
