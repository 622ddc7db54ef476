// Checks a document against the part of JSON Schema 2020-12 that our schemas are written in.
import DockerEngine
import JSON

enum SchemaCheck {
    private static let words: Set<String> = [
        "type", "properties", "required", "items", "enum", "const", "additionalProperties", "description", "format",
        "minLength", "maxLength", "minimum", "maximum", "default",
    ]

    /// What is wrong with `value`; a word that this check does not know is wrong, too, and so is a field that nobody described.
    static func problems(in value: JSON, against schema: JSON, at place: String = "$") -> [String] {
        guard let words = schema.object else { return ["\(place): no schema"] }
        var problems = words.keys.filter { !Self.words.contains($0) }.map { "\(place): the schema says \($0)" }
        if let type = schema["type"]?.string, !value.isOf(type) { return ["\(place): \(value.text) is no \(type)"] }
        if let choices = schema["enum"]?.array, !choices.contains(value) { problems.append("\(place): \(value.text)") }
        if let only = schema["const"], only != value { problems.append("\(place): \(value.text) is not \(only.text)") }
        if schema["format"]?.string == "date-time", !isTime(value) {
            problems.append("\(place): \(value.text) is no time")
        }
        for name in schema["required"]?.array?.compactMap(\.string) ?? [] where value[name] == nil {
            problems.append("\(place): \(name) is missing")
        }
        for (index, element) in (value.array ?? []).enumerated() {
            problems += schema["items"].map { Self.problems(in: element, against: $0, at: "\(place)[\(index)]") } ?? []
        }
        return problems + members(of: value, schema, place)
    }

    private static func members(of value: JSON, _ schema: JSON, _ place: String) -> [String] {
        (value.object ?? [:]).flatMap { name, member in
            if let known = schema["properties"]?[name] ?? schema["additionalProperties"], known.object != nil {
                return problems(in: member, against: known, at: "\(place).\(name)")
            }
            // An object without described properties may hold anything: the engine's own document.
            return schema["properties"] == nil ? [] : ["\(place): nobody described \(name)"]
        }
    }

    /// RFC 3339, UTC, milliseconds.
    private static func isTime(_ value: JSON) -> Bool {
        guard let text = value.string, text.utf8.count == 24, text.hasSuffix("Z") else { return false }
        return Timestamp(rfc3339: text) != nil
    }
}

extension JSON {
    fileprivate func isOf(_ type: String) -> Bool {
        switch (type, self) {
        case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool), ("integer", .integer),
            ("number", .integer), ("number", .number), ("null", .null):
            true
        default: false
        }
    }
}
