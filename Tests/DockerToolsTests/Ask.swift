// Calls a tool as a client would, and looks at what comes back.
import DockerSources
import JSON

@testable import DockerTools

/// Asks `sources` through a tool.
func ask(
    _ tool: DockerTool, _ arguments: JSONObject = [:], _ sources: [any Source], mode: String = "dual",
    rowLimit: Int? = 100
) async throws(CallFailure) -> Document {
    let asking = Asking(
        Deployment(
            aggregator: Aggregator(sources: sources), mode: mode,
            adviceWhenNothingIsSet: "Set DOCKER_HOST or ALLOW_LOCAL_DOCKER=true."),
        rowLimit: rowLimit)
    return try await tool.call(arguments, asking: asking)
}

/// Why a call has no answer; nil when it has one.
func failure(
    _ tool: DockerTool, _ arguments: JSONObject = [:], _ sources: [any Source]
) async -> CallFailure? {
    do throws(CallFailure) { _ = try await ask(tool, arguments, sources) } catch { return error }
    return nil
}

extension Document {
    var json: JSON { .object(structured) }

    /// The elements of a list of the document.
    func rows(_ key: String) -> [JSON] { structured[key]?.array ?? [] }

    /// One text of each row.
    func texts(_ key: String, _ field: String) -> [String] { rows(key).map { $0[field]?.string ?? "" } }

    /// `SOURCE/NAME` of each row.
    func names(_ key: String) -> [String] {
        rows(key).map { "\($0["source"]?.string ?? "")/\($0["name"]?.string ?? "")" }
    }

    var isComplete: Bool? { structured["complete"]?.bool }

    /// Why it is not complete.
    var gaps: [String] { structured["incomplete_because"]?.array?.compactMap(\.string) ?? [] }

    /// `NAME state` of each source.
    var states: [String] {
        rows("sources").map { "\($0["name"]?.string ?? "") \($0["state"]?.string ?? "")" }
    }

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
}

extension DockerTool {
    /// The tool of this name; parameters of tests are names, which read better in reports than whole tools.
    static func named(_ name: String) throws -> DockerTool {
        guard let tool = all.first(where: { $0.name == name }) else { throw Missing(name: name) }
        return tool
    }

    struct Missing: Error { let name: String }

    static var allNames: [String] { all.map(\.name) }

    /// The least that a tool must be asked with.
    var leastArguments: JSONObject {
        var arguments = JSONObject()
        if name == "docker_image_info" { arguments["image_id"] = "busybox:test" }
        if ["docker_inspect", "docker_logs", "docker_top"].contains(name) { arguments["container_id"] = "web" }
        if name == "docker_find" { arguments["query"] = "web" }
        return arguments
    }
}

extension JSONObject {
    /// The same with one more member.
    func with(_ name: String, _ value: JSON) -> JSONObject {
        var object = self
        object[name] = value
        return object
    }
}
