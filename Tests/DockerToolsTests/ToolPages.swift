// The part of each tool's page in docs/tools that follows from the code: what it is asked with, and what it answers.
import JSON

@testable import DockerTools

struct ToolPage {
    let tool: DockerTool

    /// Where the generated part ends; what people wrote and what real engines said follows.
    static let end = "<!-- the code's part ends here -->"

    /// The command that asks the same.
    private static let commands = [
        "docker_list_containers": "containers", "docker_list_images": "images", "docker_image_info": "image",
        "docker_connection_status": "status", "docker_disk_usage": "df",
    ]

    private var command: String { Self.commands[tool.name] ?? String(tool.name.dropFirst("docker_".count)) }

    /// From the first line to the mark.
    var text: String {
        let argumentRows = tool.parameters.filter(\.isListed).map { parameter in
            "| `\(parameter.name)` | \(type(of: parameter)) | \(standard(of: parameter)) | \(cell(parameter.description)) |"
        }
        let fieldRows = fields(of: tool.outputSchema, under: "").filter { !Self.envelope.contains($0.name) }.map {
            "| `\($0.name)` | \($0.type) | \($0.description) |"
        }
        let schema = document
        return
            ([
                "# \(tool.name)", "", tool.description, "",
                "Toolset `\(tool.toolset.rawValue)`. On the command line: `docker-mcp-secure \(command)`. The answer is `docker-mcp-secure/\(schema).v1`; its schema: [`\(schema).v1.json`](../schemas/\(schema).v1.json).",
                "", "## Arguments", "", "| argument | type | default | meaning |", "|---|---|---|---|",
            ] + argumentRows + [
                "", "## Answer", "",
                "After the [envelope](../tools.md#envelope). Fields marked * may be absent.", "", "| field | type | |",
                "|---|---|---|",
            ] + fieldRows + ["", Self.end]).joined(separator: "\n")
    }

    private static let documents = [
        "docker_list_containers": "containers", "docker_list_images": "images", "docker_image_info": "image",
        "docker_connection_status": "status",
    ]

    /// The name of its document.
    private var document: String {
        Self.documents[tool.name]
            ?? String(tool.name.dropFirst("docker_".count)).replacing("_", with: "-")
    }

    private static let envelope: Set<String> = [
        "schema", "generated_at", "complete", "incomplete_because", "sources", "sources[].name", "sources[].kind",
        "sources[].state", "sources[].latency_ms", "sources[].error", "sources[].error.code",
        "sources[].error.message", "sources[].error.hint", "sources[].error.cause", "sources[].error.retry_in_s",
        "next_cursor",
    ]

    private func type(of parameter: Parameter) -> String {
        let base: String
        switch parameter.kind {
        case .text(let maximum): base = "text, up to \(maximum) characters"
        case .choice(let choices): base = choices.map { "`\($0)`" }.joined(separator: ", ")
        case .boolean: base = "boolean"
        case .integer(let range, _): base = "integer, \(range.lowerBound) to \(range.upperBound)"
        }
        return parameter.isRequired ? "\(base); needed" : base
    }

    private func standard(of parameter: Parameter) -> String {
        switch parameter.kind {
        case .text, .choice: ""
        case .boolean(let standard): standard.map { "`\($0)`" } ?? ""
        case .integer(_, let standard): standard.map { "`\($0)`" } ?? ""
        }
    }

    private func fields(of schema: JSON, under path: String) -> [(name: String, type: String, description: String)] {
        let required = Set((schema["required"]?.array ?? []).compactMap(\.string))
        return (schema["properties"]?.object ?? [:]).flatMap { name, field in
            let place = path.isEmpty ? name : "\(path).\(name)"
            let items = field["items"]
            let type =
                field["enum"]?.array.map { $0.compactMap { $0.string.map { "`\($0)`" } }.joined(separator: ", ") }
                ?? (items == nil ? word(field) : "list of \(word(items ?? [:]))")
            let row = (
                place, required.contains(name) ? type : "\(type) *", cell(field["description"]?.string ?? "")
            )
            return [row] + fields(of: field, under: place) + fields(of: items ?? [:], under: "\(place)[]")
        }
    }

    private func word(_ field: JSON) -> String {
        if field["format"] == "date-time" { return "time" }
        return ["string": "text", "array": "list"][field["type"]?.string ?? ""] ?? field["type"]?.string ?? ""
    }

    private func cell(_ text: String) -> String { text.replacing("|", with: "\\|").replacing("\n", with: " ") }
}
