// tools/list and tools/call.
import JSON

extension Registry {
    func listTools(_ params: JSONObject, for revision: ProtocolRevision) throws(ProtocolError) -> JSONObject {
        try list("tools/list", params, for: revision) {
            ["tools": .array(tools.map { $0.json(for: revision) })]
        }
    }

    /// Wrong arguments are the tool's to refuse, with words for the model; only what makes it no call at all is
    /// refused here.
    func callTool(_ params: JSONObject, for revision: ProtocolRevision) throws(ProtocolError) -> Work {
        guard let name = params["name"]?.string else { throw .invalidParams("name must be a string: the tool's name") }
        guard let tool = tools.first(where: { $0.name == name }) else {
            let known = tools.map(\.name).joined(separator: ", ")
            throw .invalidParams("unknown tool \(excerpt(name)); the tools are \(known)")
        }
        let given = params["arguments"] ?? .null
        guard let arguments = given.isNull ? JSONObject() : given.object else {
            throw .invalidParams("arguments must be an object")
        }
        return { context throws(ProtocolError) in
            do throws(ToolFailure) {
                return try await tool.handler(arguments, context).json(for: revision)
            } catch {
                return error.json
            }
        }
    }
}
