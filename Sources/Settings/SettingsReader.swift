// Reads single variables and flags, and collects what is wrong with them.
import CurlClient
import DockerSources
import SafeText

struct SettingsReader {
    let environment: [String: String]
    let files: Files
    /// What the configuration file says in place of variables.
    var stands: [String: ConfigFile.Stand] = [:]
    var problems: [String] = []

    init(environment: [String: String], files: Files) {
        self.environment = environment
        self.files = files
    }

    /// A variable's value, or what the file says in its place; nil when unset or empty.
    func text(_ variable: String) -> String? { given(variable) ?? stands[variable]?.text }

    /// The variable, or the place in the file that speaks for it.
    func name(of variable: String) -> String {
        given(variable) == nil ? stands[variable]?.name ?? variable : variable
    }

    private func given(_ variable: String) -> String? {
        guard let value = environment[variable]?.trimmed, !value.isEmpty else { return nil }
        return value
    }

    mutating func boolean(_ variable: String) -> Bool? {
        guard let value = text(variable) else { return nil }
        switch value.lowercased() {
        case "true", "1", "yes", "on": return true
        case "false", "0", "no", "off": return false
        default:
            refuse(variable, value, "set it to true or false")
            return nil
        }
    }

    mutating func check(_ variable: String, isOneOf allowed: [String], why: String) {
        guard let value = text(variable), !allowed.contains(value.lowercased()) else { return }
        refuse(variable, value, "\(why); set it to \(allowed.joined(separator: " or ")), or unset it")
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ variable: String, _ flag: String? = nil, _ given: String? = nil, of: Choice.Type, or standard: Choice
    ) -> Choice {
        guard let (name, value) = setting(variable, flag, given) else { return standard }
        if let choice = Choice(rawValue: value.lowercased()) { return choice }
        refuse(name, value, "set it to one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        return standard
    }

    mutating func port(_ variable: String, _ flag: String, _ given: String?, or standard: Int) -> Int {
        guard let (name, value) = setting(variable, flag, given) else { return standard }
        if let port = Int(value), (1...65_535).contains(port) { return port }
        refuse(name, value, "set it to a port from 1 to 65535, such as \(standard)")
        return standard
    }

    /// A number of requests a second; 0 stands for no limit, which is nil.
    mutating func rate(_ variable: String, or standard: Int) -> Int? {
        guard let value = text(variable) else { return standard }
        if let rate = Int(value), (0...1_000_000).contains(rate) { return rate == 0 ? nil : rate }
        refuse(variable, value, "set it to requests a second, such as \(standard), or to 0 for no limit")
        return standard
    }

    mutating func duration(_ variable: String, _ flag: String, _ given: String?, or standard: Duration) -> Duration {
        guard let (name, value) = setting(variable, flag, given) else { return standard }
        if let duration = Self.duration(value) { return duration }
        refuse(name, value, "set it to a time from 1ms to 1h, such as 500ms, 10s or 2m")
        return standard
    }

    /// Names of toolsets, or `all`.
    mutating func toolsets(_ variable: String) -> [Settings.Toolset] {
        let names = list(variable).map { $0.lowercased() }
        guard !names.isEmpty else { return Settings.Toolset.allCases }
        let known = Settings.Toolset.allCases.map(\.rawValue)
        for name in names where name != "all" && !known.contains(name) {
            refuse(variable, name, "set it to \(known.joined(separator: ", ")) or all")
        }
        return Settings.Toolset.allCases.filter { names.contains("all") || names.contains($0.rawValue) }
    }

    /// The parts of a list that commas separate.
    func list(_ variable: String) -> [String] {
        (text(variable) ?? "").split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
    }

    mutating func tokens(_ variable: String) -> [AccessToken] {
        guard let value = text(variable) else { return [] }
        do throws(SettingsError) { return try AccessToken.list(value, from: variable) } catch {
            problems += error.problems
            return []
        }
    }

    mutating func tlsFiles(_ certificate: String, _ key: String) -> HTTPSettings.TLSFiles? {
        switch (text(certificate), text(key)) {
        case (let certificate?, let key?): return HTTPSettings.TLSFiles(certificate: certificate, key: key)
        case (nil, nil): return nil
        default:
            problems.append(
                "\(name(of: certificate)) and \(name(of: key)) belong together: set both to files in PEM, or neither.")
            return nil
        }
    }

    mutating func address(_ variable: String, _ flag: String, _ given: String?, or standard: String) -> String {
        guard let (name, value) = setting(variable, flag, given) else { return standard }
        let host = value.hasPrefix("[") && value.hasSuffix("]") ? String(value.dropFirst().dropLast()) : value
        if EndpointReader.isHost(host) { return host }
        refuse(name, value, "set it to an address of this machine, such as 127.0.0.1 or 0.0.0.0")
        return standard
    }

    mutating func socketPath(_ variable: String) -> String? {
        guard let value = text(variable) else { return nil }
        let path = value.hasPrefix("unix://") ? String(value.dropFirst(7)) : value
        if let problem = Self.problem(withSocketPath: path) {
            refuse(variable, value, problem)
            return nil
        }
        return path
    }

    mutating func endpoint(_ variable: String, _ reader: EndpointReader) -> EndpointSetting? {
        guard let value = text(variable) else { return nil }
        return endpoint(value, named: variable, as: value, reader)
    }

    /// The endpoint of `text`; a problem shows `value`, which is what was set.
    mutating func endpoint(
        _ value: String, named variable: String, as text: String, _ reader: EndpointReader
    ) -> EndpointSetting? {
        do throws(EndpointProblem) { return try reader.endpoint(text) } catch {
            refuse(variable, value, error.advice)
            return nil
        }
    }

    /// `DOCKER_CONFIG`, or `~/.docker`.
    var dockerFolder: String? { text("DOCKER_CONFIG") ?? text("HOME").map { "\($0)/.docker" } }

    /// What docker CLI does: `DOCKER_TLS_VERIFY` and `DOCKER_TLS` count with any value; certificates are those in
    /// `DOCKER_CERT_PATH`, or else in docker's own folder. Verifying needs a `ca.pem`; without verifying it is not looked at.
    var tls: TLSOptions? {
        let verifies = text("DOCKER_TLS_VERIFY") != nil
        guard verifies || text("DOCKER_TLS") != nil else { return nil }
        let folder = text("DOCKER_CERT_PATH") ?? dockerFolder ?? "."
        var options = TLSOptions(folder: folder, files: files, verifiesServer: verifies)
        options.authority = verifies ? "\(folder)/ca.pem" : nil
        return options
    }

    static func problem(withSocketPath path: String) -> String? {
        if !path.hasPrefix("/") { return "set it to an absolute path, such as /var/run/docker.sock" }
        // sun_path has 108 bytes, the last of them zero (unix(7)).
        if path.utf8.count > 107 { return "a socket's path has at most 107 bytes; link to it from a shorter one" }
        if path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return "a path holds no control characters" }
        return nil
    }

    private func setting(_ variable: String, _ flag: String?, _ given: String?) -> (name: String, value: String)? {
        if let given { return (flag ?? variable, given.trimmed) }
        return text(variable).map { (variable, $0) }
    }

    mutating func refuse(_ name: String, _ value: String, _ advice: String) {
        // Whatever stands before an @ may be a password, in addresses that are no URL too.
        let value = value.lastIndex(of: "@").map { Secrets.mask + value[$0...] } ?? value
        let shown = SafeText.shortened(SafeText.line(Secrets.masked(value, name: name)), to: 100)
        problems.append("\(self.name(of: name))=\(shown): \(advice).")
    }

    /// A time such as `500ms`, `10s` or `2m`, from 1 ms to 1 h; nil for another text.
    static func duration(_ text: String) -> Duration? {
        for (unit, milliseconds) in [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)]
        where text.hasSuffix(unit) {
            guard let number = Double(text.dropLast(unit.utf8.count)), number.isFinite, number > 0, number < 1e9 else {
                continue
            }
            let duration = Duration.milliseconds(number * Double(milliseconds))
            return duration >= .milliseconds(1) && duration <= .seconds(3_600) ? duration : nil
        }
        return nil
    }
}

extension String {
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }
}
