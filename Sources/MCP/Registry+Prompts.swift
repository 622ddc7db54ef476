// prompts/list and prompts/get.
import JSON

extension Registry {
    func listPrompts(_ params: JSONObject, for revision: ProtocolRevision) throws(ProtocolError) -> JSONObject {
        try list("prompts/list", params, for: revision) {
            ["prompts": .array(prompts.map { $0.json(for: revision) })]
        }
    }

    func getPrompt(_ params: JSONObject, for revision: ProtocolRevision) throws(ProtocolError) -> Work {
        guard let name = params["name"]?.string else {
            throw .invalidParams("name must be a string: the prompt's name")
        }
        let prompt = try prompt(named: name)
        let arguments = try strings(params["arguments"], called: "arguments")
        for argument in prompt.arguments where argument.isRequired && arguments[argument.name] == nil {
            throw .invalidParams("the prompt \(name) needs the argument \(argument.name)")
        }
        let known = prompt.arguments.map(\.name)
        if let other = arguments.keys.sorted().first(where: { !known.contains($0) }) {
            let words = known.isEmpty ? "it takes none" : "it takes \(known.joined(separator: ", "))"
            throw .invalidParams("the prompt \(name) has no argument \(excerpt(other)); \(words)")
        }
        return { context throws(ProtocolError) in
            do throws(HandlerFailure) {
                let messages = try await prompt.handler(arguments, context)
                return [
                    "description": .string(prompt.description),
                    "messages": .array(messages.map { $0.json(for: revision) }),
                ]
            } catch {
                throw error.error(revision)
            }
        }
    }

    func prompt(named name: String) throws(ProtocolError) -> Prompt {
        if let prompt = prompts.first(where: { $0.name == name }) { return prompt }
        let known = prompts.map(\.name).joined(separator: ", ")
        throw .invalidParams("unknown prompt \(excerpt(name)); the prompts are \(known)")
    }
}

extension Prompt.Message {
    func json(for revision: ProtocolRevision) -> JSON {
        ["role": .string(role.rawValue), "content": content.json(for: revision)]
    }
}
