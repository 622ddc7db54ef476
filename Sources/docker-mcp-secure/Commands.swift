// The reading commands: each names its tool and turns its options into the tool's arguments.
import ArgumentParser
import DockerTools
import JSON
import Settings

struct Status: ReadingCommand {
    static let configuration = CommandConfiguration(commandName: "status", abstract: "Show how each engine is doing.")
    @OptionGroup var options: ReadingOptions
    var tool: DockerTool { .connectionStatus }
    var arguments: JSONObject { [:] }
}

struct Containers: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "containers", abstract: "List the containers of all engines.")
    @Flag(help: "Leave out containers that do not run.")
    var running = false
    @Option(help: ArgumentHelp("Only containers whose name contains this.", valueName: "text"))
    var name: String?
    @Option(help: ArgumentHelp("Only containers with this label.", valueName: "key[=value]"))
    var label: String?
    @Option(help: ArgumentHelp("Only containers of this compose project.", valueName: "name"))
    var project: String?
    @Option(help: ArgumentHelp("Only containers of this compose service.", valueName: "name"))
    var service: String?
    @Option(help: ArgumentHelp("Only these fields, as the answer names them: name,state,ports.", valueName: "fields"))
    var fields: String?
    @Option(help: ArgumentHelp("Only containers in this state, such as running or exited.", valueName: "state"))
    var state: String?
    @OptionGroup var page: PageOptions
    @Flag(help: "With --json: add command, labels, networks and mounts to each row.")
    var detail = false
    @OptionGroup var options: ReadingOptions
    var tool: DockerTool { .listContainers }
    var arguments: JSONObject {
        var arguments: JSONObject = [:]
        if running { arguments["only_running"] = true }
        if detail { arguments["detail"] = true }
        let texts = [
            ("name", name), ("label", label), ("project", project), ("service", service), ("state", state),
            ("fields", fields),
        ]
        for (name, text) in texts { arguments[name] = text.map { .string($0) } }
        page.add(to: &arguments)
        return arguments
    }
}

struct Inspect: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show one container in full, secrets masked.")
    @Argument(help: ArgumentHelp("Name, id, beginning of an id, or SOURCE/NAME.", valueName: "container"))
    var container: String
    @Option(
        help: ArgumentHelp(
            "Only these parts: state, health, image, command, env, ports, mounts, networks, limits, labels.",
            valueName: "parts"))
    var include: String?
    @Flag(help: "With --json: add the engine's whole document.")
    var full = false
    @OptionGroup var options: ReadingOptions
    var tool: DockerTool { .inspect }
    var arguments: JSONObject {
        var arguments: JSONObject = ["container_id": .string(container)]
        arguments["include"] = include.map { .string($0) }
        if full { arguments["full"] = true }
        return arguments
    }
}

struct Logs: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print the last lines that a container, or many, wrote.")
    @Argument(
        help: ArgumentHelp(
            "Name, id, beginning of an id, or SOURCE/NAME; or choose many by an option.", valueName: "container"))
    var container: String?
    @Option(help: ArgumentHelp("All containers of this compose project.", valueName: "name"))
    var project: String?
    @Option(help: ArgumentHelp("All containers of this compose service.", valueName: "name"))
    var service: String?
    @Option(help: ArgumentHelp("All containers with this label.", valueName: "key[=value]"))
    var label: String?
    @Flag(help: "All running containers.")
    var all = false
    @Flag(
        name: .shortAndLong,
        help:
            "Go on with what is written from now on, also by containers that are started again or appear, until Ctrl-C."
    )
    var follow = false
    @Option(
        name: [.customShort("n"), .customShort("t"), .long],
        help: ArgumentHelp(
            "How many lines from the end of each, 1 to 100000, or all. (default: 100; 10000 with --since, --grep or --level)",
            valueName: "count"))
    var tail: String?
    @Option(
        help: ArgumentHelp(
            "From this moment on: RFC 3339, Unix seconds, or an age such as 10m, 2h30m, 1d.", valueName: "time"))
    var since: String?
    @Option(help: ArgumentHelp("Up to this moment, written as for --since.", valueName: "time"))
    var until: String?
    @Option(help: ArgumentHelp("Only lines in which this regular expression is found.", valueName: "pattern"))
    var grep: String?
    @Flag(name: .shortAndLong, help: "With --grep: ignore case.")
    var ignoreCase = false
    @Flag(name: [.customShort("v"), .long], help: "With --grep: only the other lines.")
    var invert = false
    @Option(
        name: [.customShort("C"), .long], help: ArgumentHelp("Lines around each that is found.", valueName: "count"))
    var context: String?
    @Option(help: ArgumentHelp("Only lines as grave: trace, debug, info, warn, error or fatal.", valueName: "level"))
    var level: String?
    @Option(
        help: ArgumentHelp("The most lines in all, the newest. (default: 1000 of many containers)", valueName: "count"))
    var limit: String?
    @Flag(help: "Equal lines in a row as one line.")
    var collapse = false
    @Option(help: ArgumentHelp("The most bytes of lines, the newest.", valueName: "count"))
    var maxBytes: String?
    @Option(help: ArgumentHelp("next_cursor of the answer before, for the lines before it.", valueName: "cursor"))
    var cursor: String?
    @Flag(inversion: .prefixedNo, help: "Lines of standard output.")
    var stdout = true
    @Flag(inversion: .prefixedNo, help: "Lines of standard error.")
    var stderr = true
    @Flag(inversion: .prefixedNo, help: "Begin each line with its time.")
    var timestamps = true
    @OptionGroup var options: ReadingOptions
    var tool: DockerTool { .logs }
    var arguments: JSONObject {
        var arguments: JSONObject = [
            "stdout": .bool(stdout), "stderr": .bool(stderr), "timestamps": .bool(timestamps),
        ]
        let texts = [
            ("container_id", container), ("project", project), ("service", service), ("label", label),
            ("since", since), ("until", until), ("min_level", level), ("cursor", cursor),
            ("grep", grep.map { ignoreCase && !$0.hasPrefix("(?i)") ? "(?i)\($0)" : $0 }),
        ]
        for (name, text) in texts { arguments[name] = text.map { .string($0) } }
        if all { arguments["all"] = true }
        if invert { arguments["invert"] = true }
        if collapse { arguments["collapse"] = true }
        for (name, text) in [("tail", tail), ("context", context), ("limit", limit), ("max_bytes", maxBytes)] {
            arguments[name] = text.map(number)
        }
        return arguments
    }

    func run() async throws {
        let readsAll = tail == "all"
        guard follow || readsAll else { return try await answerOnce() }
        let settings = try Launch.settings(flags: options.flags).withStandardEngineIfNothingIsSet()
        var asked = arguments
        asked["source"] = options.chosen.map { .string($0) }
        if readsAll { asked["tail"] = nil }
        let code: Int32?
        do throws(CallFailure) {
            let question = try LogFollow(
                asked, readsAll: readsAll, follows: follow,
                asking: Asking(Launch.deployment(settings, isServer: false), rowLimit: nil))
            let stream = LogStream(
                question: question, isJSON: options.json, showsTimes: timestamps,
                isLabelled: container == nil || settings.sources.count > 1)
            code = try await stream.run()
        } catch {
            Streams.note(error.text)
            throw ExitCode(error.exitCode)
        }
        if let code { throw ExitCode(code) }
    }
}

struct Stats: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Show what containers use now; all running ones unless one is named.")
    @Argument(help: ArgumentHelp("Name, id, beginning of an id, or SOURCE/NAME.", valueName: "container"))
    var container: String?
    @Option(help: ArgumentHelp("Order by cpu, memory, network, block, pids or name.", valueName: "what"))
    var sort: String?
    @Option(help: ArgumentHelp("Only the first so many rows.", valueName: "count"))
    var top: String?
    @Flag(help: "Show it again and again, until Ctrl-C.")
    var watch = false
    @Option(
        help: ArgumentHelp(
            "With --watch: how long to wait between, such as 500ms or 5s. (default: 1s)", valueName: "time"))
    var interval: String?
    @OptionGroup var options: ReadingOptions
    var tool: DockerTool { .stats }
    var arguments: JSONObject {
        var arguments: JSONObject = [:]
        arguments["container_id"] = container.map { .string($0) }
        arguments["sort"] = sort.map { .string($0) }
        arguments["top"] = top.map(number)
        return arguments
    }

    func run() async throws {
        guard watch else {
            guard interval == nil else { throw ValidationError("--interval needs --watch.") }
            return try await answerOnce()
        }
        guard !options.json else { throw ValidationError("--watch shows a table: leave out --json or --watch.") }
        guard let pause = Settings.duration(interval ?? "1s") else {
            throw ValidationError("--interval=\(interval ?? ""): write a time from 1ms to 1h, such as 500ms or 5s.")
        }
        let settings = try Launch.settings(flags: options.flags).withStandardEngineIfNothingIsSet()
        var asked = arguments
        asked["source"] = options.chosen.map { .string($0) }
        let watch = StatsWatch(
            asking: Asking(Launch.deployment(settings, isServer: false), rowLimit: nil), arguments: asked, pause: pause)
        do { try await watch.run() } catch let failure as CallFailure {
            Streams.note(failure.text)
            throw ExitCode(failure.exitCode)
        }
    }
}

struct Images: ReadingCommand {
    static let configuration = CommandConfiguration(commandName: "images", abstract: "List the images of all engines.")
    @Option(help: ArgumentHelp("Only images with this in a tag.", valueName: "text"))
    var name: String?
    @Flag(inversion: .prefixedNo, help: "Only images without a tag, or with --no-dangling only those with one.")
    var dangling: Bool?
    @Flag(inversion: .prefixedNo, help: "Only images that no container uses, or with --no-unused only the others.")
    var unused: Bool?
    @Flag(help: "Add what each image shares with others; engines before API 1.42 measure for it.")
    var sharedSize = false
    @OptionGroup var page: PageOptions
    @OptionGroup var options: ReadingOptions
    var tool: DockerTool { .listImages }
    var arguments: JSONObject {
        var arguments: JSONObject = [:]
        arguments["name"] = name.map { .string($0) }
        arguments["unused"] = unused.map { .bool($0) }
        if sharedSize { arguments["shared_size"] = true }
        arguments["dangling"] = dangling.map { .bool($0) }
        page.add(to: &arguments)
        return arguments
    }
}

struct Image: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "image", abstract: "Show one image in full, with its history and layers.")
    @Argument(
        help: ArgumentHelp("Name with tag or digest, id, beginning of an id, or SOURCE/NAME.", valueName: "image"))
    var image: String
    @OptionGroup var options: ReadingOptions
    var tool: DockerTool { .imageInfo }
    var arguments: JSONObject { ["image_id": .string(image)] }
}

/// A number as the tool's own check wants it; other text is passed on for that check to refuse.
func number(_ text: String) -> JSON { Int64(text).map { .integer($0) } ?? .string(text) }
