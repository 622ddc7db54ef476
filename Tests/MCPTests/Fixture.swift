// A registry with one of everything, and handlers that tests can watch.
import JSON
import MCP

/// What handlers did, in order.
actor Log {
    private(set) var events: [String] = []

    func add(_ event: String) { events.append(event) }
    func contains(_ event: String) -> Bool { events.contains(event) }
    func count(_ event: String) -> Int { events.count { $0 == event } }
}

/// Lets calls through once it is opened.
actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func open() {
        isOpen = true
        for waiter in waiting { waiter.resume() }
        waiting = []
    }

    func pass() async {
        if isOpen { return }
        await withCheckedContinuation { waiting.append($0) }
    }
}

/// Keeps a context beyond its call.
actor Keeper {
    private(set) var context: CallContext?

    func keep(_ context: CallContext) { self.context = context }
}

struct Fixture: Sendable {
    let log = Log()
    let gate = Gate()
    let keeper = Keeper()

    static let icon = Icon(source: "data:image/png;base64,AA==", mimeType: "image/png", sizes: ["16x16"], theme: "dark")

    var server: ServerDescription {
        ServerDescription(
            name: "fixture", title: "Fixture", version: "1.2.3", description: "For tests.",
            websiteURL: "https://example.org", icons: [Self.icon], instructions: "Read me.")
    }

    var registry: Registry {
        Registry(
            server: server, tools: tools, prompts: [prompt], resources: [resource, brokenResource],
            templates: [template],
            completion: { request, _ in
                switch request.argument {
                case "source": ["local", "remote"].filter { $0.hasPrefix(request.value) }
                case "many": (1...250).map { "\($0)" }
                case "resolved": request.resolved.values.sorted()
                default: []
                }
            })
    }

    /// The first has every field, the others behave.
    var tools: [Tool] {
        [
            Tool(
                name: "echo", title: "Echo", description: "Gives its arguments back.",
                inputSchema: ["type": "object"], outputSchema: ["type": "object"], icons: [Self.icon]
            ) { arguments, _ in ToolResult(text: JSON.object(arguments).text, structured: arguments) },
            tool("fail") { _, _ throws(ToolFailure) in throw ToolFailure(text: "no_luck: it failed") },
            tool("client") { _, context in ToolResult(text: context.client ?? "nobody", structured: nil) },
            tool("blocks") { _, _ in
                ToolResult(content: [
                    .text("t"), .image(base64: "AA==", mimeType: "image/png"),
                    .audio(base64: "AA==", mimeType: "audio/wav"),
                    .resource(ResourceContents(uri: "test://r", mimeType: "text/plain", body: .text("r"))),
                    .link(uri: "test://l", name: "l", mimeType: "text/plain"),
                ])
            },
            tool("progress") { [keeper] _, context in
                for step in [0, 1, 1, 0.5, .nan, 2.5, .infinity, 3] {
                    context.report(progress: step, total: 3, message: "step \(step)")
                }
                await keeper.keep(context)
                return ToolResult(text: "done", structured: nil)
            },
            tool("gated") { [log, gate] _, _ in
                await log.add("gated")
                await gate.pass()
                return ToolResult(text: "through", structured: nil)
            },
            tool("hang") { [log] _, context throws(ToolFailure) in
                await log.add("hanging")
                do { try await Task.sleep(for: .seconds(3600)) } catch {
                    await log.add("cancelled")
                    context.report(progress: 1, total: nil, message: "too late")
                    throw ToolFailure(text: "cancelled")
                }
                return ToolResult(text: "slept", structured: nil)
            },
        ]
    }

    private func tool(_ name: String, handler: @escaping ToolHandler) -> Tool {
        Tool(name: name, title: name, description: name, inputSchema: ["type": "object"], handler: handler)
    }

    private var prompt: Prompt {
        Prompt(
            name: "greet", title: "Greet", description: "Greets.",
            arguments: [
                .init(name: "who", title: "Who", description: "The person.", isRequired: true), .init(name: "how"),
            ], icons: [Self.icon]
        ) { arguments, _ throws(HandlerFailure) in
            guard arguments["who"] != "nobody" else { throw .invalidArgument("who must be somebody") }
            return [
                .init(content: .text("Hello \(arguments["who"] ?? "")")),
                .init(role: .assistant, content: .text("Hello")),
            ]
        }
    }

    private var resource: Resource {
        Resource(
            uri: "test://static",
            description: ResourceDescription(
                name: "static", title: "Static", text: "Never changes.", mimeType: "text/plain", icons: [Self.icon])
        ) { _ in [ResourceContents(uri: "test://static", mimeType: "text/plain", body: .text("always"))] }
    }

    private var brokenResource: Resource {
        Resource(uri: "test://broken", description: ResourceDescription(name: "broken")) { _ throws(HandlerFailure) in
            throw .failed("the disk is gone")
        }
    }

    private var template: ResourceTemplate {
        ResourceTemplate(
            uriTemplate: "test://{source}/items/{id}",
            description: ResourceDescription(
                name: "item", title: "Item", text: "One item.", mimeType: "application/octet-stream", icons: [Self.icon]
            )
        ) { uri, variables, _ throws(HandlerFailure) in
            guard let id = variables["id"], id != "missing" else { throw .notFound("no such item") }
            return [ResourceContents(uri: uri, body: .blob(base64: id))]
        }
    }
}
