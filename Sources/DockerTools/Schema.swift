// The words of JSON Schema (2020-12) that output schemas are made of.
import JSON

enum Schema {
    static func text(_ description: String) -> JSON { ["type": "string", "description": .string(description)] }
    static func time(_ description: String) -> JSON {
        ["type": "string", "format": "date-time", "description": .string(description + " RFC 3339, UTC.")]
    }
    static func integer(_ description: String) -> JSON { ["type": "integer", "description": .string(description)] }
    static func number(_ description: String) -> JSON { ["type": "number", "description": .string(description)] }
    static func boolean(_ description: String) -> JSON { ["type": "boolean", "description": .string(description)] }
    static func choice(_ choices: [String], _ description: String) -> JSON {
        ["type": "string", "enum": .array(choices.map { .string($0) }), "description": .string(description)]
    }
    static func list(of element: JSON, _ description: String) -> JSON {
        ["type": "array", "items": element, "description": .string(description)]
    }
    static func texts(_ description: String) -> JSON { list(of: ["type": "string"], description) }
    static func labels(_ description: String) -> JSON {
        ["type": "object", "additionalProperties": ["type": "string"], "description": .string(description)]
    }

    /// An object; fields marked `!` are always there. Fields are only ever added, so others are allowed.
    static func object(_ description: String, _ fields: [(String, JSON)]) -> JSON {
        let required = fields.filter { $0.0.hasSuffix("!") }.map { String($0.0.dropLast()) }
        var schema: JSONObject = ["type": "object", "description": .string(description)]
        schema["properties"] = .object(
            JSONObject(fields.lazy.map { ($0.0.hasSuffix("!") ? String($0.0.dropLast()) : $0.0, $0.1) }))
        if !required.isEmpty { schema["required"] = .array(required.map { .string($0) }) }
        return .object(schema)
    }

    static let environment = list(
        of: object(
            "A variable.",
            [
                ("name!", text("Its name.")), ("value", text("Its value.")),
                ("masked", boolean("Whether something in the value was masked.")),
            ]),
        "Environment variables; values that look secret are masked.")

    private static let sourceFields: [(String, JSON)] = [
        ("name!", text("The source's name, as in the rows.")),
        ("kind!", choice(["local-socket", "remote-tcp", "remote-tls", "ssh"], "How it is reached.")),
        ("state!", choice(["connected", "degraded", "unreachable", "misconfigured"], "How it is doing.")),
        ("latency_ms", number("How long its answer took, in milliseconds.")),
        (
            "error",
            object(
                "Why it did not answer, or not fully.",
                [
                    ("code!", text("A stable word.")), ("message!", text("What happened.")),
                    ("hint!", text("What to do next.")),
                    ("cause", text("With circuit_open: the code that it failed with before.")),
                    ("retry_in_s", number("Seconds until it is asked again.")),
                ])
        ),
    ]

    /// The whole document of one tool.
    static func document(
        _ description: String, sourceFields more: [(String, JSON)] = [], _ fields: [(String, JSON)]
    ) -> JSON {
        object(
            description,
            [
                ("schema!", text("Name and version of this document's shape.")),
                ("generated_at!", time("When the answer was made.")),
                ("complete!", boolean("False when a source failed or a limit cut something.")),
                ("incomplete_because", texts("What is missing, when not complete.")),
                ("sources!", list(of: object("One source.", sourceFields + more), "Every source that was asked.")),
            ] + fields)
    }

    /// What a list of tools says of a document: its members and their types, those apart that every document has for
    /// programs. Models pay for each word of that list, and docs/schemas/ has every field described.
    static func outline(of schema: JSON) -> JSON {
        func isTold(_ name: String) -> Bool { !["schema", "generated_at", "incomplete_because"].contains(name) }
        var outline: JSONObject = ["type": "object"]
        outline["properties"] = .object(
            JSONObject(
                (schema["properties"]?.object ?? [:]).lazy.filter { isTold($0.key) }.map { name, field in
                    (name, .object(JSONObject([("type", field["type"] ?? "object")])))
                }))
        outline["required"] = .array((schema["required"]?.array ?? []).filter { isTold($0.string ?? "") })
        return .object(outline)
    }

    static let paging: [(String, JSON)] = [
        ("total!", integer("Rows before the limit.")),
        ("next_cursor", text("Pass it back as cursor for the rows that follow.")),
    ]
}
