// Prints what an MCP client needs to start this server, or writes it into the client's own file.
import ArgumentParser
import ClientConfig
import JSON
import SafeText
import Settings

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print, or write, the configuration that an MCP client needs for the sources set now.",
        discussion: """
            Nothing is written without --write. With it, only this server's entry in the client's file changes; the file as it was stays beside it \
            as a backup. Secrets are never written.

            Exit codes: 0 printed or written, 1 the file could not be written, 64 wrong usage.
            """)

    @Option(
        help: ArgumentHelp("The client to set up: \(Self.clients.joined(separator: ", ")).", valueName: "client"),
        completion: .list(Self.clients), transform: Self.client(named:))
    var client: Client?
    @Flag(help: "Write the entry into the client's file.")
    var write = false
    @Flag(help: "Take the entry out of the client's file.")
    var remove = false
    @Option(help: ArgumentHelp("The entry's name.", valueName: "name"))
    var name = Product.name
    @Option(help: ArgumentHelp("The file to write, in place of the client's usual one.", valueName: "path"))
    var file: String?
    @Option(
        help: ArgumentHelp(
            "Name a server that runs over HTTP, such as http://127.0.0.1:3000/mcp, and not this program.",
            valueName: "url"))
    var remoteURL: String?
    @Flag(help: "Print what was done as JSON: client, file, changed, backup, entry.")
    var json = false
    @OptionGroup var configuration: ConfigurationOption

    func validate() throws {
        if write, remove {
            throw ValidationError("--write puts the entry in and --remove takes it out: give one of them.")
        }
        if write || remove || file != nil, client == nil {
            throw ValidationError(
                "Say whose file it is: --client with one of \(Self.clients.joined(separator: ", ")).")
        }
    }

    private static var clients: [String] { Client.allCases.map(\.rawValue) }

    private static func client(named name: String) throws -> Client {
        guard let client = Client(rawValue: name) else {
            throw ValidationError("no such client; one of \(clients.joined(separator: ", "))")
        }
        return client
    }

    func run() throws {
        let environment = ServerVariables.found(in: Launch.environment, file: configuration.config)
        // To name a server that is elsewhere, or to take an entry out, nobody needs a good file of settings.
        let namesSources = try remoteURL != nil || remove || ServerVariables.nameSources(environment)
        do throws(ConfigError) {
            let (entry, notes) = try entry(environment, namesSources: namesSources)
            if !remove { for note in notes { Streams.note(note) } }
            if let client { try setUp(client, entry) } else { try introduce(entry) }
        } catch {
            let report = error.report
            Streams.note("\(report.code): \(report.message)\nhint: \(report.hint)")
            throw error.isUsage ? .validationFailure : ExitCode(1)
        }
    }

    /// The entry that the environment asks for, and what to say of it.
    private func entry(_ environment: [String: String], namesSources: Bool) throws(ConfigError) -> (
        Entry, notes: [String]
    ) {
        if let remoteURL { return (try Entry(name: name, address: remoteURL), []) }
        var (variables, notes) = Entry.variables(ServerVariables.names, from: environment)
        if !namesSources {
            variables.append(Entry.Variable("ALLOW_LOCAL_DOCKER", "true"))
            notes.append("No source is set: the entry asks the Docker on this machine (ALLOW_LOCAL_DOCKER=true).")
        }
        let entry = try Entry(
            name: name, path: Executable.path, arguments: ["serve"], variables: variables, known: ServerVariables.names)
        return (entry, notes)
    }

    /// Without a client: what most of them read, and where each keeps its file.
    private func introduce(_ entry: Entry) throws(ConfigError) {
        let places = Client.allCases.map { ($0, try? $0.place(environment: Launch.environment)) }
        guard !json else {
            let clients = places.map { client, place -> JSON in
                [
                    "client": .string(client.rawValue), "file": place.map { .string($0.file) } ?? nil,
                    "exists": .bool(place.map { ClientFile.exists($0.file) } ?? false),
                ]
            }
            return Streams.output(
                JSON.object(["entry": try entry.document(.generic), "clients": .array(clients)]).text)
        }
        Streams.output(try Merge.snippet(entry, .generic).trimmingLineBreak)
        Streams.note("\nClients that can be set up with --client NAME, and with --write:")
        for (client, place) in places {
            let state = place.map {
                ClientFile.exists($0.file) ? "exists" : ClientFile.exists($0.marker) ? "not yet" : "-"
            }
            let name = client.rawValue.padded(to: 16)
            Streams.note("  \(name)\((state ?? "-").padded(to: 9))\(SafeText.line(place?.file ?? "HOME is not set"))")
        }
    }

    private func setUp(_ client: Client, _ entry: Entry) throws(ConfigError) {
        let place = file == nil ? try client.place(environment: Launch.environment) : nil
        let path = file ?? place?.file ?? ""
        guard write || remove else {
            if json { return try report(client, path, changed: false, backup: nil, entry) }
            Streams.output(try Merge.snippet(entry, client.shape, client: client).trimmingLineBreak)
            Streams.note("\nThis belongs in \(SafeText.line(path)); --write merges it.")
            if client == .claudeCode { Streams.note("Or: \(try commandLine(entry))") }
            return
        }
        if write, let place, !ClientFile.exists(place.file), !ClientFile.exists(place.marker) {
            throw .clientMissing(client, file: place.file)
        }
        let current = try ClientFile(reading: path)
        let merge = remove ? Merge.remove(name: name) : .write(entry)
        let merged = try merge.applied(to: current.bytes, client.shape, client: client, file: path)
        let isChanged = merged != current.bytes
        let backup = isChanged ? try current.replace(with: merged, now: time(nil)) : nil
        if Merge.confuses(merged, client.shape) {
            Streams.note("Note: the file has comments or trailing commas, which \(client.title) may not read.")
        }
        if json { return try report(client, current.path, changed: isChanged, backup: backup, entry) }
        let shown = SafeText.line(current.path)
        guard isChanged else {
            return Streams.output("Nothing to do: \(shown) has \(remove ? "no entry \(name)" : "this entry already").")
        }
        Streams.output("\(name) is \(remove ? "no longer" : "now") in \(shown).")
        if let backup { Streams.output("The file as it was: \(SafeText.line(backup))") }
        Streams.output(client.afterwards)
    }

    private func report(
        _ client: Client, _ file: String, changed: Bool, backup: String?, _ entry: Entry
    ) throws(ConfigError) {
        let document: JSONObject = [
            "client": .string(client.rawValue), "file": .string(file), "changed": .bool(changed),
            "backup": backup.map { .string($0) } ?? nil,
            "entry": remove ? nil : try entry.document(client.shape, client: client),
        ]
        Streams.output(JSON.object(document).text)
    }

    /// Claude Code's own command for the same, quoted for a shell.
    private func commandLine(_ entry: Entry) throws(ConfigError) -> String {
        let document = try entry.document(client?.shape ?? .generic).text
        return
            "claude mcp add-json --scope user \(name) '\(document.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#))'"
    }
}

/// The variables that decide what the server asks, and how.
private enum ServerVariables {
    /// Those that name a source or bar one.
    private static let sources = ["DOCKER_HOST", "ALLOW_LOCAL_DOCKER", "DOCKER_SOURCES", "DOCKER_CONTEXT"]
    /// Those that hold a path; the client starts the server in a folder of its own choice.
    private static let paths = ["DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_MCP_CONFIG", "SECURITY_AUDIT_FILE"]
    /// All that go into an entry; never a token.
    static let names =
        sources + [
            "DOCKER_MCP_CONFIG", "DOCKER_SOCKET", "DOCKER_CONFIG", "DOCKER_TLS", "DOCKER_TLS_VERIFY",
            "DOCKER_CERT_PATH",
            "DOCKER_MCP_DEADLINE", "DOCKER_MCP_CONNECT_TIMEOUT", "SECURITY_MODE", "SECURITY_AUDIT_LOG",
            "SECURITY_AUDIT_FILE", "LOG_LEVEL",
        ]

    /// Whether a variable, or the configuration file, names a source or bars one; without, there is nothing to ask. Ends the program
    /// when the file can't be used: nor could the server that the entry starts.
    static func nameSources(_ environment: [String: String]) throws -> Bool {
        let isSet = sources.contains { environment[$0] != nil }
        guard environment["DOCKER_MCP_CONFIG"] != nil else { return isSet }
        // The other variables are not this file's, and the server says what is wrong with them.
        let about = environment.filter { ["HOME", "DOCKER_CONFIG", "DOCKER_MCP_CONFIG"].contains($0.key) }
        do throws(SettingsError) {
            let settings = try Settings(environment: about, files: .system)
            return isSet || !settings.sources.isEmpty || settings.isLocalBarred
        } catch {
            throw Launch.refusal(error)
        }
    }

    /// `environment` with absolute paths, and with the configuration file, be it named by `file` or at the usual place: the client
    /// may not pass on what finds it.
    static func found(in environment: [String: String], file: String?) -> [String: String] {
        var found = environment.filter { !$0.value.isEmpty }
        found["DOCKER_MCP_CONFIG"] = file ?? found["DOCKER_MCP_CONFIG"]
        found["DOCKER_MCP_CONFIG"] = found["DOCKER_MCP_CONFIG"].map { Settings.atHome($0, home: found["HOME"]) }
        for name in paths {
            if let path = found[name], !path.hasPrefix("/") {
                found[name] = Executable.absolute(path)
            }
        }
        if found["DOCKER_MCP_CONFIG"] == nil, let usual = Settings.usualConfigFile(environment),
            ClientFile.exists(usual)
        {
            found["DOCKER_MCP_CONFIG"] = usual
        }
        return found
    }
}

/// This program's own file.
private enum Executable {
    /// Its absolute path as it was called, so that a link that survives an upgrade stays; else where it really is.
    static var path: String {
        let called = CommandLine.arguments.first ?? ""
        let folders = (Launch.environment["PATH"] ?? "").split(separator: ":")
        let candidates = called.contains("/") ? [absolute(called)] : folders.map { "\(absolute(String($0)))/\(called)" }
        let own = real
        return candidates.first { resolved($0) == own } ?? own
    }

    private static var real: String {
        #if canImport(Glibc)
            return resolved("/proc/self/exe") ?? CommandLine.arguments[0]
        #else
            var size = UInt32(PATH_MAX)
            var path = [CChar](repeating: 0, count: Int(size))
            guard _NSGetExecutablePath(&path, &size) == 0 else { return CommandLine.arguments[0] }
            return path.withUnsafeBufferPointer { $0.baseAddress.flatMap { resolved(String(cString: $0)) } }
                ?? CommandLine.arguments[0]
        #endif
    }

    /// `path` from the root, by the folder that the program was started in; `./` before it is dropped.
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        var rest = path[...]
        while rest.hasPrefix("./") { rest = rest.dropFirst(2).drop { $0 == "/" } }
        return "\(String(cString: folder))/\(rest)"
    }

    private static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}

extension String {
    /// Without the line break at its end, which output adds.
    fileprivate var trimmingLineBreak: String { hasSuffix("\n") ? String(dropLast()) : self }

    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
