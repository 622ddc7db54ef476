// The fixture tools.
import JSON
import MCP

extension Fixtures {
    static let tools =
        contentTools + [
            tool("test_error_handling", "Fails, as a result that a model can read.") {
                _, _ throws(ToolFailure) in
                throw ToolFailure(text: "This tool intentionally returns an error for testing")
            },
            tool("test_tool_with_progress", "Tells its progress: 0, 50 and 100 of 100.") { _, context in
                for step in [0.0, 50, 100] {
                    context.report(progress: step, total: 100, message: "Completed step \(Int(step)) of 100")
                    try? await Task.sleep(for: .milliseconds(50))
                }
                return ToolResult(text: "Tool with progress executed successfully", structured: nil)
            },
            tool("test_slow", "Works for a number of milliseconds, or until it is cancelled.", slowSchema) {
                arguments, context throws(ToolFailure) in
                context.report(progress: 0, total: 1, message: "started")
                do { try await Task.sleep(for: .milliseconds(arguments["milliseconds"]?.int ?? 60_000)) } catch {
                    throw ToolFailure(text: "cancelled")
                }
                return ToolResult(text: "slept", structured: nil)
            },
            tool("test_caller", "Says who calls.") { _, context in
                ToolResult(text: context.client ?? "nobody", structured: nil)
            },
            Tool(
                name: "json_schema_2020_12_tool", title: "JSON Schema 2020-12",
                description: "Has a schema with references.",
                inputSchema: schema2020, icons: [icon]
            ) { arguments, _ in ToolResult(text: JSON.object(arguments).text, structured: nil) },
            Tool(
                name: "test_structured", title: "Structured", description: "Gives a structured result.",
                inputSchema: noArguments,
                outputSchema: ["type": "object", "properties": ["answer": ["type": "integer"]], "required": ["answer"]]
            ) { _, _ in ToolResult(text: "{\"answer\":42}", structured: ["answer": 42]) },
        ]

    private static let contentTools = [
        tool("test_simple_text", "Gives a text.") { _, _ in
            ToolResult(text: "This is a simple text response for testing.", structured: nil)
        },
        tool("test_image_content", "Gives an image.") { _, _ in
            ToolResult(content: [.image(base64: png, mimeType: "image/png")])
        },
        tool("test_audio_content", "Gives a sound.") { _, _ in
            ToolResult(content: [.audio(base64: wav, mimeType: "audio/wav")])
        },
        tool("test_embedded_resource", "Gives a resource.") { _, _ in
            ToolResult(content: [.resource(embedded("test://embedded-resource"))])
        },
        tool("test_multiple_content_types", "Gives one of several types.") { _, _ in
            ToolResult(content: [
                .text("Multiple content types test:"), .image(base64: png, mimeType: "image/png"),
                .resource(embedded("test://mixed-content-resource")),
            ])
        },
    ]

    static func embedded(_ uri: String) -> ResourceContents {
        ResourceContents(uri: uri, mimeType: "text/plain", body: .text("This is an embedded resource content."))
    }

    private static let noArguments: JSON = ["type": "object", "additionalProperties": false]

    private static let slowSchema: JSON = [
        "type": "object",
        "properties": ["milliseconds": ["type": "integer", "description": "How long it works.", "minimum": 0]],
        "additionalProperties": false,
    ]

    private static let schema2020: JSON = [
        "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
        "$defs": [
            "address": [
                "type": "object", "properties": ["street": ["type": "string"], "city": ["type": "string"]],
            ]
        ],
        "properties": ["name": ["type": "string"], "address": ["$ref": "#/$defs/address"]],
        "additionalProperties": false,
    ]

    private static func tool(
        _ name: String, _ description: String, _ schema: JSON = noArguments, handler: @escaping ToolHandler
    ) -> Tool {
        Tool(name: name, title: name, description: description, inputSchema: schema, handler: handler)
    }
}
