// The configuration file: where it is, and what it says.
import SafeText

/// One file of settings, read and checked.
struct ConfigFile: Sendable {
    /// As it was named, or the usual path.
    let path: String
    /// The whole document; a mapping.
    let root: ConfigValue
    /// What is wrong in it.
    let problems: [PlacedProblem]

    /// Problems beyond these are only counted.
    static let maximumProblems = 50

    /// What the file says in place of a variable.
    struct Stand: Sendable {
        let text: String
        /// `FILE:LINE:COLUMN: KEY`, for messages.
        let name: String
    }

    /// The file that holds `bytes`.
    init(_ bytes: [UInt8], at path: String, home: String?) {
        let (root, faults) = YAMLReader.read(bytes)
        var check = ConfigCheck(folder: SettingsReader.folder(of: path), home: home)
        let value = root.map { check.value($0, .mapping(ConfigKey.all), "") } ?? nil
        self.path = path
        self.root = value ?? ConfigValue(kind: .mapping([]), place: .start, path: "")
        problems = faults + check.problems
    }

    /// The variables that the file speaks for; the environment wins over it.
    var variables: [String: Stand] {
        var found: [String: Stand] = [:]
        func search(_ value: ConfigValue, _ keys: [ConfigKey]) {
            for key in keys {
                guard let member = value[key.name] else { continue }
                if let variable = key.variable, let text = member.variableText {
                    found[variable] = Stand(text: text, name: Self.place(member.place, member.path, in: path))
                } else if case .mapping(let keys) = key.shape {
                    search(member, keys)
                }
            }
        }
        search(root, ConfigKey.all)
        return found
    }

    /// The usual place: in `$XDG_CONFIG_HOME`, or else in `~/.config` (XDG Base Directory Specification: a relative one does
    /// not count).
    static func usualPath(_ environment: [String: String]) -> String? {
        let folder = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        return (folder ?? environment["HOME"].flatMap { $0.isEmpty ? nil : "\($0)/.config" }).map {
            "\($0)/docker-mcp-secure/config.yaml"
        }
    }

    /// `FILE:LINE:COLUMN: KEY`.
    static func place(_ place: FilePlace, _ path: String, in file: String) -> String {
        let start = "\(SafeText.line(file)):\(place.line):\(place.column)"
        return path.isEmpty ? start : "\(start): \(path)"
    }

    /// Problems as sentences, in the order of the file, the first of them.
    static func sentences(_ problems: [PlacedProblem], in file: String) -> [String] {
        let sorted = problems.sorted { $0.place < $1.place }
        let shown = sorted.prefix(maximumProblems).map {
            "\(place($0.place, $0.path, in: file)): \($0.text)\($0.text.hasSuffix("?") ? "" : ".")"
        }
        let more = sorted.count - shown.count
        return more > 0
            ? shown + [
                "\(SafeText.line(file)): and \(sorted.count < ProblemList.maximumCount ? "" : "at least ")\(more) more problems."
            ] : Array(shown)
    }

    /// A text of the file as a message may show it.
    static func shown(_ text: String, name: String = "", isQuoted: Bool = false) -> String {
        // Whatever stands before an @ may be a password, in addresses that are no URL too.
        let safe = text.lastIndex(of: "@").map { Secrets.mask + text[$0...] } ?? text
        let short = SafeText.shortened(SafeText.line(Secrets.masked(safe, name: name)), to: 80)
        return isQuoted || short.isEmpty ? "\"\(short)\"" : short
    }
}

extension SettingsReader {
    /// The file that is to be read; nil when none is named and none is at the usual place.
    mutating func configFile(_ flags: Flags) -> ConfigFile? {
        guard let (place, path) = configPath(flags) else { return nil }
        switch files.read(path) {
        case .success(let bytes):
            return ConfigFile(bytes, at: path, home: environment["HOME"])
        case .failure(let failure):
            problems.append(
                "\(place)=\(SafeText.line(path)): \(failure.reason); name a file that this user may read, or leave it out."
            )
            return nil
        }
    }

    private func configPath(_ flags: Flags) -> (place: String, path: String)? {
        if let (place, path) = flags.config.map({ ("--config", $0) })
            ?? text("DOCKER_MCP_CONFIG").map({ ("DOCKER_MCP_CONFIG", $0) })
        {
            // Clients that set the variable are no shell.
            return (place, Settings.atHome(path, home: environment["HOME"]))
        }
        return ConfigFile.usualPath(environment).flatMap { files.exists($0) ? ("configuration file", $0) : nil }
    }

    /// The folder that a file is in.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
