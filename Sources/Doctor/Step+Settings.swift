// The first step: what is wrong with the settings, and what is allowed and yet a trap.
import DockerSources

/// What reading the settings gave.
public struct SettingsFinding: Sendable {
    /// What can't be used, a sentence each, secrets masked; what could be read without it is examined.
    public var problems: [String]
    /// The sources that were configured, before some were chosen.
    public var configured: [String]
    /// Where nothing is configured: what is examined in its place, in words; nil when there is nothing, or something was configured.
    public var standard: String?
    /// What to set when nothing is.
    public var advice: String
    /// The environment; only whether variables are set is looked at, never shown.
    public var environment: [String: String]
    /// The configuration file that was read; nil when there is none.
    public var configFile: String?

    /// A finding of these values.
    public init(
        problems: [String], configured: [String], standard: String?, advice: String, environment: [String: String],
        configFile: String? = nil
    ) {
        self.problems = problems
        self.configured = configured
        self.standard = standard
        self.advice = advice
        self.environment = environment
        self.configFile = configFile
    }
}

extension Step {
    /// One step a problem, then one for the rest.
    static func settings(_ finding: SettingsFinding) -> [Step] {
        var problems = finding.problems.map { problem in
            Step(
                .settings, .failed, shown(problem, limit: 500), code: "settings_invalid",
                hints: [isInFile(problem) ? fileHint : environmentHint])
        }
        if let file = finding.configFile {
            problems.insert(Step(.settings, .ok, "the configuration file is \(shown(file, limit: 200))"), at: 0)
        }
        let traps = traps(finding.environment)
        if !finding.configured.isEmpty {
            let names = finding.configured.prefix(20).map { shown($0) }.joined(separator: ", ")
            let count = finding.configured.count
            let more = count > 20 ? " and \(count - 20) more" : ""
            let what = "\(count) \(count == 1 ? "source" : "sources"): \(names)\(more)"
            return problems + [Step(.settings, .ok, finding.problems.isEmpty ? what : "usable without that: \(what)")]
                + traps
        }
        if let standard = finding.standard {
            return problems + [
                Step(.settings, .ok, "no source is set: \(shown(standard, limit: 200)) is examined")
            ] + traps
        }
        if !finding.problems.isEmpty { return problems + traps }
        return problems + [
            Step(
                .settings, .failed, "no source is set, and there is nothing to examine", code: "not_configured",
                hints: [finding.advice])
        ] + traps
    }

    private static let environmentHint =
        "Correct it where this program's environment is set: the shell, or env in the AI assistant's configuration "
        + "(docker-mcp-secure config shows the files); then start the program anew."
    private static let fileHint =
        "Correct it in that file (docs/configuration.md has every key); a server that runs reads it anew by itself."

    /// Whether a problem begins with `FILE:LINE:COLUMN:`, and not with the name of a variable.
    private static func isInFile(_ problem: String) -> Bool {
        let parts = problem.split(separator: ":", maxSplits: 3)
        return parts.count == 4 && parts[1...2].allSatisfy { Int($0) != nil }
    }

    /// Settings that are allowed and do not mean what they seem to.
    private static func traps(_ environment: [String: String]) -> [Step] {
        func isSet(_ name: String) -> Bool { environment[name].map { !$0.allSatisfy(\.isWhitespace) } ?? false }
        func trap(_ found: String, _ hint: String) -> Step {
            Step(.settings, .warning, found, code: "settings_trap", hints: [hint])
        }
        var traps: [Step] = []
        if isSet("DOCKER_CERT_PATH"), !isSet("DOCKER_TLS_VERIFY"), !isSet("DOCKER_TLS") {
            traps.append(
                trap(
                    "DOCKER_CERT_PATH is set, and neither DOCKER_TLS_VERIFY nor DOCKER_TLS: no TLS is used",
                    "Set DOCKER_TLS_VERIFY=1, or unset DOCKER_CERT_PATH."))
        }
        for name in ["DOCKER_TLS_VERIFY", "DOCKER_TLS"]
        where ["0", "false", "no", "off"].contains(environment[name]?.lowercased() ?? "") {
            traps.append(
                trap(
                    "\(name) counts with any value, as in docker CLI: what is set switches it on",
                    "Unset \(name) to switch it off, or set it to 1."))
        }
        if isSet("DOCKER_HOST"), isSet("DOCKER_CONTEXT") {
            traps.append(
                trap(
                    "DOCKER_HOST and DOCKER_CONTEXT are both set: DOCKER_HOST is used, as by docker CLI",
                    "Unset one of the two."))
        }
        return traps
    }
}
