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

struct Events: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Show what happened on all engines, by time.")
    @Option(
        help: ArgumentHelp(
            "From this moment on: RFC 3339, Unix seconds, or an age such as 15m, 2h30m, 1d. (default: 1h)",
            valueName: "time"))
    var since: String?
    @Option(help: ArgumentHelp("Up to this moment, written as for --since. (default: now)", valueName: "time"))
    var until: String?
    @Option(help: ArgumentHelp("Only events of this kind of object, such as container or image.", valueName: "type"))
    var type: String?
    @Option(help: ArgumentHelp("Only this action, such as die or health_status.", valueName: "action"))
    var action: String?
    @Option(help: ArgumentHelp("Only events of objects whose name contains this.", valueName: "text"))
    var container: String?
    @Flag(help: "Show what runs inside containers too, such as health checks.")
    var exec = false
    @Option(help: ArgumentHelp("The most events to print, the newest; all otherwise.", valueName: "count"))
    var limit: String?
    @OptionGroup var options: ReadingOptions
    var tool: DockerTool { .events }
    var arguments: JSONObject {
        var arguments: JSONObject = [:]
        arguments["since"] = since.map { .string($0) }
        arguments["until"] = until.map { .string($0) }
        arguments["type"] = type.map { .string($0) }
        arguments["action"] = action.map { .string($0) }
        arguments["container"] = container.map { .string($0) }
        if exec { arguments["exec"] = true }
        arguments["limit"] = limit.map(number)
        return arguments
    }
}

struct Find: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "find",
        abstract: "Search names, images, ports, labels, variables, mounts and addresses of all engines.")
    @Argument(help: ArgumentHelp("What to look for, in any case.", valueName: "text"))
    var query: String
    @Option(help: ArgumentHelp("The most hits to print; all otherwise.", valueName: "count"))
    var limit: String?
    @OptionGroup var options: ReadingOptions
    var tool: DockerTool { .find }
    var arguments: JSONObject {
        var arguments: JSONObject = ["query": .string(query)]
        arguments["limit"] = limit.map(number)
        return arguments
    }
}

struct Problems: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "problems", abstract: "Show what needs a person on any engine, the gravest first.")
    @Option(help: ArgumentHelp("Leave out what is less grave: critical, warning or notice.", valueName: "severity"))
    var minSeverity: String?
    @OptionGroup var options: ReadingOptions
    var tool: DockerTool { .problems }
    var arguments: JSONObject {
        var arguments: JSONObject = [:]
        arguments["min_severity"] = minSeverity.map { .string($0) }
        return arguments
    }
}

struct Compare: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Show how two engines, or two containers, differ.")
    @Argument(help: ArgumentHelp("A source, or SOURCE/NAME for one container.", valueName: "left"))
    var left: String?
    @Argument(help: ArgumentHelp("The other source or container.", valueName: "right"))
    var right: String?
    @Option(help: ArgumentHelp("Compare only the containers of this name.", valueName: "name"))
    var container: String?
    @Option(help: ArgumentHelp("Compare only the containers of this compose project.", valueName: "project"))
    var project: String?
    @OptionGroup var options: ReadingOptions
    var tool: DockerTool { .compare }
    var arguments: JSONObject {
        var arguments: JSONObject = [:]
        arguments["left"] = left.map { .string($0) }
        arguments["right"] = right.map { .string($0) }
        arguments["container"] = container.map { .string($0) }
        arguments["project"] = project.map { .string($0) }
        return arguments
    }
}

struct Services: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "services", abstract: "List the services of swarms, and how many of their tasks run.")
    @Option(help: ArgumentHelp("Only services whose name contains this.", valueName: "text"))
    var name: String?
    @OptionGroup var options: ReadingOptions
    var tool: DockerTool { .services }
    var arguments: JSONObject {
        var arguments: JSONObject = [:]
        arguments["name"] = name.map { .string($0) }
        return arguments
    }
}
