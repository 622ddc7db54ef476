// The fixtures that the public conformance suite asks a server for, as far as they need no request to the client.
import JSON
import MCP

enum Fixtures {
    /// One pixel.
    static let png =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    /// A wave file without a sound.
    static let wav = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA="
    static let icon = Icon(source: "data:image/png;base64,\(png)", mimeType: "image/png", sizes: ["1x1"])

    static let registry = Registry(
        server: ServerDescription(
            name: "mcp-fixture-server", title: "Fixtures", version: "1.0.0",
            description: "A server of fixtures for tests.", icons: [icon],
            instructions: "Nothing here is real; call what a test needs."),
        tools: tools, prompts: prompts, resources: resources, templates: [template],
        completion: { request, _ in
            ["alpha", "beta", "gamma"].filter { $0.hasPrefix(request.value) }
        },
        watcher: watcher)

    static let resources = [
        resource("test://static-text", "text/plain", .text("This is the content of the static text resource.")),
        resource("test://static-binary", "image/png", .blob(base64: png)),
        resource("test://watched-resource", "text/plain", .text("This resource changes.")),
    ]

    private static func resource(_ uri: String, _ type: String, _ body: ResourceContents.Body) -> Resource {
        let name = String(uri.dropFirst("test://".count))
        let description = ResourceDescription(name: name, title: name, text: "A fixture.", mimeType: type)
        return Resource(uri: uri, description: description) { _ in
            [ResourceContents(uri: uri, mimeType: type, body: body)]
        }
    }

    static let template = ResourceTemplate(
        uriTemplate: URITemplate("test://template/{id}/data"),
        description: ResourceDescription(
            name: "template", title: "Template", text: "Data by id.", mimeType: "application/json")
    ) { uri, variables, _ in
        let data: JSON = ["id": .string(variables["id"] ?? ""), "templateTest": true, "data": "Data for the id"]
        return [ResourceContents(uri: uri, mimeType: "application/json", body: .text(data.text))]
    }

    /// The watched resource changes every 100 milliseconds.
    static let watcher = ResourceWatcher(canWatch: { $0 == "test://watched-resource" }) { uris, changed in
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(100))
            if !Task.isCancelled { for uri in uris.sorted() { changed(uri) } }
        }
    }
}
