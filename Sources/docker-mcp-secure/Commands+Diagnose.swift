// The reading commands that look for what is wrong; as in Commands.swift, each names its tool.
import ArgumentParser
import DockerTools
import JSON

struct Top: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "top", abstract: "List the processes of a container.")
    @Argument(help: ArgumentHelp("Name, id, beginning of an id, or SOURCE/NAME.", valueName: "container"))
    var container: String
    @OptionGroup var options: ReadingOptions
    var tool: DockerTool { .top }
    var arguments: JSONObject { ["container_id": .string(container)] }
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

struct Networks: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "networks", abstract: "List the networks of all engines, and the containers on each.")
    @Option(help: ArgumentHelp("Only networks whose name contains this.", valueName: "text"))
    var name: String?
    @OptionGroup var page: PageOptions
    @OptionGroup var options: ReadingOptions
    var tool: DockerTool { .networks }
    var arguments: JSONObject {
        var arguments: JSONObject = [:]
        arguments["name"] = name.map { .string($0) }
        page.add(to: &arguments)
        return arguments
    }
}

struct Volumes: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "volumes", abstract: "List the volumes of all engines, and the containers that mount each.")
    @Option(help: ArgumentHelp("Only volumes whose name contains this.", valueName: "text"))
    var name: String?
    @Flag(inversion: .prefixedNo, help: "Only volumes that no container mounts, or with --no-unused only the others.")
    var unused: Bool?
    @OptionGroup var page: PageOptions
    @OptionGroup var options: ReadingOptions
    var tool: DockerTool { .volumes }
    var arguments: JSONObject {
        var arguments: JSONObject = [:]
        arguments["name"] = name.map { .string($0) }
        arguments["unused"] = unused.map { .bool($0) }
        page.add(to: &arguments)
        return arguments
    }
}

struct DiskUsage: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "df", abstract: "Show what engines keep on disk, and how much of it nothing uses.")
    @OptionGroup var options: ReadingOptions
    var tool: DockerTool { .diskUsage }
    var arguments: JSONObject { [:] }
}
