// The JSON Schema of the configuration file, for editors: made from the list of keys that the check goes by.
import JSON

/// The configuration file as editors check it while it is written.
enum ConfigSchema {
    /// JSON Schema 2020-12; `docs/schemas/config.v1.json` is this document.
    static var document: JSON {
        var schema: JSONObject = [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "description": "The configuration file of docker-mcp-secure. Relative paths go by its folder; ~/ is home.",
        ]
        for (key, value) in ConfigKey.Shape.mapping(ConfigKey.all).schema { schema[key] = value }
        return .object(schema)
    }
}

extension ConfigKey {
    fileprivate var schema: JSON {
        var schema: JSONObject = [:]
        for (key, value) in shape.schema { schema[key] = value }
        let variable = variable.map { " Variable: \($0)." } ?? ""
        schema["description"] = .string(description + variable)
        return .object(schema)
    }
}

extension ConfigKey.Shape {
    fileprivate var schema: JSONObject {
        switch self {
        case .text(let example): ["type": "string", "minLength": 1, "examples": [.string(example)]]
        case .name, .tag: ["type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"]
        case .host(let example):
            ["type": "string", "pattern": "^[A-Za-z0-9._:%][A-Za-z0-9._:%-]{0,252}$", "examples": [.string(example)]]
        case .path(let example): ["type": "string", "minLength": 1, "examples": [.string(example)]]
        case .boolean: ["type": "boolean"]
        case .duration:
            ["type": "string", "pattern": #"^[0-9]+(\.[0-9]+)?(ms|s|m|h)$"#, "examples": ["500ms", "10s", "2m"]]
        case .integer(let range):
            [
                "type": "integer", "minimum": .integer(Int64(range.lowerBound)),
                "maximum": .integer(Int64(range.upperBound)),
            ]
        case .choice(let choices): ["type": "string", "enum": .array(choices.map { .string($0) })]
        // A key with nothing after it: what stood there is commented out.
        case .list(let element): ["type": ["array", "null"], "items": .object(element.schema)]
        case .labels: ["type": ["object", "null"], "additionalProperties": ["type": "string"]]
        case .either(let shapes): ["anyOf": .array(shapes.map { .object($0.schema) })]
        case .mapping(let keys): Self.schema(of: keys)
        }
    }

    private static func schema(of keys: [ConfigKey]) -> JSONObject {
        let required = keys.filter(\.isRequired).map { JSON.string($0.name) }
        var schema: JSONObject = ["type": required.isEmpty ? ["object", "null"] : "object"]
        schema["properties"] = .object(JSONObject(keys.lazy.map { ($0.name, $0.schema) }))
        if !required.isEmpty { schema["required"] = .array(required) }
        schema["additionalProperties"] = false
        return schema
    }
}
