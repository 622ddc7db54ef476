// What every reading command can be told.
import ArgumentParser
import JSON
import Settings

struct ReadingOptions: ParsableArguments {
    @Flag(help: "Print the structured result as JSON: the same document that MCP clients get.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Ask only this source: its name, tag:TAG, or NAME=ENDPOINT for one that is not set. Repeatable.",
            valueName: "source"))
    var source: [String] = []

    @OptionGroup var engines: EngineOptions

    /// The flags as settings take them: a source that is defined here is one more.
    var flags: Flags {
        var flags = engines.flags
        flags.sources = source.filter { $0.contains("=") }
        return flags
    }

    /// The tool's `source`: what is named here, also by being defined here; nil for all.
    var chosen: String? {
        source.isEmpty ? nil : source.map { String($0.prefix { $0 != "=" }) }.joined(separator: ",")
    }
}

/// How engines are asked, by commands and by the server alike.
struct EngineOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOption

    @Option(
        help: ArgumentHelp("How long each source may take, such as 500ms, 10s or 1m. (default: 10s)", valueName: "time")
    )
    var timeout: String?

    @Option(help: ArgumentHelp("How long a connection may take. (default: 5s)", valueName: "time"))
    var connectTimeout: String?

    @Flag(help: "Ask the local engine too, as ALLOW_LOCAL_DOCKER=true does.")
    var local = false

    var flags: Flags {
        var flags = Flags()
        flags.config = configuration.config
        flags.local = local ? true : nil
        flags.timeout = timeout
        flags.connectTimeout = connectTimeout
        return flags
    }
}

/// Which file of settings is read.
struct ConfigurationOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The file of settings, in YAML. (default: ~/.config/docker-mcp-secure/config.yaml, if it is there)",
            valueName: "file"), completion: .file(extensions: ["yaml", "yml"]))
    var config: String?
}

/// What lists that come in pages can be told.
struct PageOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The most rows to print; all otherwise.", valueName: "count"))
    var limit: String?
    @Option(help: ArgumentHelp("next_cursor of the answer before, to go on after it.", valueName: "cursor"))
    var cursor: String?

    func add(to arguments: inout JSONObject) {
        arguments["limit"] = limit.map(number)
        arguments["cursor"] = cursor.map { .string($0) }
    }
}
