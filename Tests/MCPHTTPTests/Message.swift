// Messages of both eras, as text.
import JSON

enum Message {
    static let version = "io.modelcontextprotocol/protocolVersion"
    static let capabilities = "io.modelcontextprotocol/clientCapabilities"
    static let information = "io.modelcontextprotocol/clientInfo"

    static func initialize(_ revision: String) -> String {
        legacy(
            "initialize",
            [
                "protocolVersion": .string(revision), "capabilities": [:],
                "clientInfo": ["name": "tester", "version": "9"],
            ])
    }

    static func legacy(_ method: String, _ params: JSON = [:], id: JSON = 1) -> String {
        (["jsonrpc": "2.0", "id": id, "method": .string(method), "params": params] as JSON).text
    }

    static func call(_ tool: String, _ arguments: JSON = [:], progress: Bool = false, id: JSON = 1) -> String {
        var params: JSONObject = ["name": .string(tool), "arguments": arguments]
        if progress { params["_meta"] = ["progressToken": "p"] }
        return legacy("tools/call", .object(params), id: id)
    }

    /// With a whole envelope; `meta` adds to it, and null takes away.
    static func modern(_ method: String, _ params: JSONObject = [:], meta: JSONObject = [:], id: JSON = 1) -> String {
        var params = params
        var envelope: JSONObject = [
            version: "2026-07-28", capabilities: [:], information: ["name": "tester", "version": "9"],
        ]
        for (key, value) in meta { envelope[key] = value.isNull ? nil : value }
        params["_meta"] = .object(envelope)
        return legacy(method, .object(params), id: id)
    }

    static func modernCall(_ tool: String, progress: Bool = false) -> String {
        modern("tools/call", ["name": .string(tool)], meta: progress ? ["progressToken": "p"] : [:])
    }

    /// The routing headers of 2026-07-28.
    static func headers(_ method: String, name: String? = nil) -> [String: String?] {
        ["MCP-Protocol-Version": "2026-07-28", "Mcp-Method": method, "Mcp-Name": name]
    }
}
