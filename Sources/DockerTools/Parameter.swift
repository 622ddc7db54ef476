// What a tool may be asked with: one description for the schema that clients read and for the check of what they send.
import JSON

/// One argument of a tool.
struct Parameter: Sendable {
    let name: String
    let kind: Kind
    let description: String
    var isRequired = false
    /// Whether clients are told of it.
    var isListed = true

    enum Kind: Sendable {
        case text(maximumCharacters: Int)
        case choice([String])
        case boolean(standard: Bool?)
        case integer(ClosedRange<Int>, standard: Int?)
    }

    /// The same with another number where the call gives none and there is one for that.
    func with(standard: Int) -> Parameter {
        guard case .integer(let range, .some) = kind else { return self }
        return Parameter(
            name: name, kind: .integer(range, standard: standard), description: description, isRequired: isRequired)
    }

    /// The JSON Schema of this argument.
    var schema: JSON {
        var schema: JSONObject = [:]
        switch kind {
        case .text(let maximum):
            schema["type"] = "string"
            schema["maxLength"] = .integer(Int64(maximum))
        case .choice(let choices):
            schema["type"] = "string"
            schema["enum"] = .array(choices.map { .string($0) })
        case .boolean(let standard):
            schema["type"] = "boolean"
            schema["default"] = standard.map { .bool($0) }
        case .integer(let range, let standard):
            schema["type"] = "integer"
            schema["minimum"] = .integer(Int64(range.lowerBound))
            schema["maximum"] = .integer(Int64(range.upperBound))
            schema["default"] = standard.map { .integer(Int64($0)) }
        }
        schema["description"] = .string(description)
        return .object(schema)
    }

    /// What is wrong with `value`, in words that can follow the argument's name; nil when nothing is.
    func problem(with value: JSON) -> String? {
        switch kind {
        case .text(let maximum):
            guard let text = value.string else { return "must be a text" }
            if text.isEmpty { return "is empty" }
            if text.count > maximum { return "has \(text.count) characters, and may have \(maximum)" }
            return text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
                ? "holds a control character" : nil
        case .choice(let choices):
            guard let text = value.string else { return "must be a text" }
            return choices.contains(text)
                ? nil : "is \(Arguments.shown(value)), and must be one of \(choices.joined(separator: ", "))"
        case .boolean: return value.bool == nil ? "is \(Arguments.shown(value)), and must be true or false" : nil
        case .integer(let range, _):
            if let number = value.wholeNumber, range.contains(number) { return nil }
            return
                "is \(Arguments.shown(value)), and must be a whole number from \(range.lowerBound) to \(range.upperBound)"
        }
    }
}

extension Parameter {
    static let source = Parameter(
        name: "source", kind: .text(maximumCharacters: 255),
        description: "Only these sources, such as local,remote or tag:TAG.")
    static let dockerHost = Parameter(
        name: "docker_host", kind: .text(maximumCharacters: 1_024),
        description: "Deprecated: use source. Only an endpoint that is configured is accepted.", isListed: false)
    static let format = Parameter(
        name: "format", kind: .choice(["text", "json"]),
        description: "What the text block is.")
    static let limit = Parameter(
        name: "limit", kind: .integer(1...10_000, standard: ToolBox.standardRowLimit),
        description: "The most rows to return; next_cursor tells how to get more.")
    /// The same for lists that have no pages.
    static let most = Parameter(name: limit.name, kind: limit.kind, description: "The most rows to return.")
    static let cursor = Parameter(
        name: "cursor", kind: .text(maximumCharacters: 512),
        description: "next_cursor of the answer before, to get the rows after it.")
    static let containerID = Parameter(
        name: "container_id", kind: .text(maximumCharacters: 300),
        description: "Name, id, beginning of an id, or SOURCE/NAME. A name that several sources have answers for each.",
        isRequired: true)
    static let imageID = Parameter(
        name: "image_id", kind: .text(maximumCharacters: 600),
        description: "Name with tag or digest, id, beginning of an id, or SOURCE/NAME.", isRequired: true)

    static let project = Parameter(
        name: "project", kind: .text(maximumCharacters: 255), description: "Only this compose project.")
    static let service = Parameter(
        name: "service", kind: .text(maximumCharacters: 255), description: "Only this compose service.")

    static let standardMatches = 4
    static let maximumMatches = Parameter(
        name: "max_matches", kind: .integer(1...100, standard: standardMatches),
        description: "How many sources may answer for one name.")

    /// The JSON Schema of these arguments together.
    static func schema(of parameters: [Parameter]) -> JSON {
        var schema: JSONObject = ["type": "object"]
        schema["properties"] = .object(
            JSONObject(parameters.lazy.filter(\.isListed).map { ($0.name, $0.schema) }))
        let required = parameters.filter(\.isRequired).map(\.name)
        if !required.isEmpty { schema["required"] = .array(required.map { .string($0) }) }
        schema["additionalProperties"] = false
        return .object(schema)
    }
}

extension JSON {
    /// The integer, also when it is written `100.0` or `1e2`: JSON Schema takes those for integers.
    var wholeNumber: Int? { int ?? double.flatMap { Int(exactly: $0) } }
}
