// Examines the way to each engine: from the settings to the report.
import ArgumentParser
import CurlClient
import Doctor
import DockerSources
import JSON
import SafeText
import Settings

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Find out why an engine does not answer, and what to do about it.",
        discussion: """
            Examines the settings, and each source step by step: socket and permissions, or name, connection, TLS and certificates, or ssh; \
            then the engine itself, and what sources have in common. With nothing set it examines the engine that docker itself would ask. \
            Settings that can't be used are listed, and what can be used without them is examined.

            Nothing is changed. Beside the configured addresses it asks one thing: whether the host of a TLS source also answers without TLS \
            on port 2375.

            Exit codes: 0 all is well, 1 there are warnings or some source or setting failed, 2 every source failed or there is none, \
            64 wrong usage.
            """)
    @OptionGroup var options: ReadingOptions

    func run() async throws {
        let (settings, problems) = try readSettings()
        var finding = SettingsFinding(
            problems: problems, configured: settings?.sources.map(\.name) ?? [], standard: nil,
            advice: settings?.adviceWhenNothingIsSet(isServer: false) ?? "", environment: Launch.environment,
            configFile: settings?.configFile)
        var sources = settings?.sources ?? []
        // Where somebody meant to set a source and it can't be read, another engine is not what he asks about.
        if sources.isEmpty, problems.isEmpty, let settings, let standard = settings.examinedWhenNothingIsSet {
            sources = [standard]
            finding.standard =
                standard.isLocal
                ? "the engine of this machine, \(standard.name)," : "docker's current context, \(standard.name),"
        }
        let chosen = try choose(from: sources, isWhole: problems.isEmpty)
        let client = CurlClient()
        let patients = chosen.map { Patient(Launch.source($0, client), way: $0.way) }
        let report = await Doctor.examine(patients, settings: finding, client: client)
        Streams.output(options.json ? report.json.text : report.text(width: Streams.outputWidth))
        if report.exitCode != 0 { throw ExitCode(report.exitCode) }
    }

    /// The settings, or what is left of them without the variables that can't be used; nil when nothing can be read.
    private func readSettings() throws -> (Settings?, problems: [String]) {
        var environment = Launch.environment, problems: [String] = []
        while true {
            do throws(SettingsError) {
                let settings = try Settings(environment: environment, flags: options.flags, files: .system)
                return (settings, problems)
            } catch {
                // A wrong flag is wrong usage, and not a fault to be found.
                if error.problems.contains(where: { $0.hasPrefix("--") }) { throw Launch.refusal(error) }
                problems += error.problems.filter { !problems.contains($0) }
                let guilty = Self.guilty(environment.keys, of: error.problems)
                guard !guilty.isEmpty else {
                    // What is left is in the configuration file, or can't be told apart: defaults stand for it.
                    let read = Settings.read(environment: environment, flags: options.flags, files: .system)
                    return (read.settings, problems)
                }
                for name in guilty { environment[name] = nil }
            }
        }
    }

    /// The variables whose values the problems are about: those that problems begin with, or else those that they speak of.
    private static func guilty(_ names: some Sequence<String>, of problems: [String]) -> [String] {
        let ours = names.filter { name in
            name == "ALLOW_LOCAL_DOCKER" || name == "LOG_LEVEL"
                || ["DOCKER_", "MCP_", "SECURITY_"].contains { name.hasPrefix($0) }
        }
        let named = ours.filter { name in problems.contains { $0.hasPrefix("\(name)=") } }
        return named.isEmpty ? ours.filter { name in problems.contains { $0.contains(name) } } : named
    }

    /// The sources that --source names, by name or tag, in configured order; all without it.
    private func choose(from sources: [SourceSetting], isWhole: Bool) throws -> [SourceSetting] {
        guard let text = options.chosen else { return sources }
        var names: Set<String> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let tag = part.hasPrefix("tag:") ? String(part.dropFirst(4)) : nil
            let found = sources.filter { source in tag.map(source.tags.contains) ?? (source.name == part) }
            // With wrong settings it may be one of those that can't be read: the report says so.
            if found.isEmpty, isWhole {
                let known = sources.map(\.name).joined(separator: ", ")
                Streams.note(
                    "\(Product.name): --source: there is no such source: \(SafeText.shortened(SafeText.line(String(part)), to: 80)). The sources are: \(known)."
                )
                throw ExitCode.validationFailure
            }
            names.formUnion(found.map(\.name))
        }
        return sources.filter { names.contains($0.name) }
    }
}

extension Settings {
    /// The engine that docker itself would ask; nil where it is barred. Also one that is not there: why is the question.
    fileprivate var examinedWhenNothingIsSet: SourceSetting? {
        standard.flatMap { $0.isLocal && isLocalBarred ? nil : $0 }
    }
}

extension SourceSetting {
    fileprivate var isLocal: Bool { if case .localSocket = endpoint { true } else { false } }

    fileprivate var way: Patient.Way {
        switch endpoint {
        case .localSocket(let paths): .localSocket(paths: paths)
        case .tcp(let host, let port): .tcp(host: host, port: port, tls: nil)
        case .tls(let host, let port, let options): .tcp(host: host, port: port, tls: options)
        case .ssh(let destination): .ssh(destination)
        }
    }
}
