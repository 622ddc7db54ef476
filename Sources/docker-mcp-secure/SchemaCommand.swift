// Prints what answers look like: the JSON Schema of each tool's document.
import ArgumentParser
import DockerTools
import JSON

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of a tool's answer, which --json prints too.",
        discussion: "Without a name: the names of all tools.")
    @Argument(help: ArgumentHelp("A tool's name, such as docker_logs or logs.", valueName: "tool"))
    var tool: String?
    @Flag(help: "The schema of the tool's arguments instead.")
    var input = false

    func run() throws {
        guard let tool else { return Streams.output(DockerTool.all.map(\.name).joined(separator: "\n")) }
        guard let found = DockerTool.all.first(where: { $0.name == tool || $0.name == "docker_\(tool)" }) else {
            throw ValidationError(
                "There is no such tool. The tools are \(DockerTool.all.map(\.name).joined(separator: ", ")).")
        }
        Streams.output((input ? found.inputSchema : found.outputSchema).text)
    }
}
