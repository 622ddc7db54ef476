// The fixture prompts.
import MCP

extension Fixtures {
    static let prompts = [
        Prompt(name: "test_simple_prompt", title: "Simple", description: "A prompt without arguments.") { _, _ in
            [.init(content: .text("This is a simple prompt for testing."))]
        },
        Prompt(
            name: "test_prompt_with_arguments", title: "Arguments", description: "A prompt with two arguments.",
            arguments: [
                .init(name: "arg1", title: "First", description: "First argument.", isRequired: true),
                .init(name: "arg2", title: "Second", description: "Second argument.", isRequired: true),
            ]
        ) { arguments, _ in
            let text = "Prompt with arguments: arg1='\(arguments["arg1"] ?? "")', arg2='\(arguments["arg2"] ?? "")'"
            return [.init(content: .text(text))]
        },
        Prompt(
            name: "test_prompt_with_embedded_resource", title: "Resource", description: "A prompt with a resource.",
            arguments: [
                .init(
                    name: "resourceUri", title: "Resource", description: "The resource's address.", isRequired: true)
            ]
        ) { arguments, _ in
            [
                .init(content: .resource(embedded(arguments["resourceUri"] ?? "test://example"))),
                .init(content: .text("Please process the embedded resource above.")),
            ]
        },
        Prompt(name: "test_prompt_with_image", title: "Image", description: "A prompt with an image.") { _, _ in
            [
                .init(content: .image(base64: png, mimeType: "image/png")),
                .init(content: .text("Please analyze the image above.")),
            ]
        },
    ]
}
