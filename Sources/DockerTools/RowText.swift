// A row with many fields as indented lines, for reading.
import JSON
import SafeText

enum RowText {
    /// Columns of a line that holds an object; the structured result has it whole.
    private static let widest = 119

    /// `name: value` lines; short lists stay on one line, objects are indented.
    static func lines(of row: JSONObject, indent: String = "") -> [String] {
        row.flatMap { lines(key: $0, $1, indent: indent) }
    }

    private static func lines(key: String, _ value: JSON, indent: String) -> [String] {
        let key = SafeText.line(key)
        switch value {
        case .object(let object):
            if object.isEmpty { return [] }
            return ["\(indent)\(key):"] + lines(of: object, indent: indent + "  ")
        case .array(let elements):
            if elements.isEmpty { return [] }
            if key == "env" { return ["\(indent)env:"] + elements.map { "\(indent)  \(variable($0))" } }
            let texts = elements.compactMap(scalar)
            if texts.count == elements.count, texts.allSatisfy({ $0.utf8.count < 60 }), texts.count <= 8 {
                return [
                    "\(indent)\(key): \(texts.joined(separator: key == "command" || key == "entrypoint" ? " " : ", "))"
                ]
            }
            return ["\(indent)\(key):"]
                + elements.map { element in
                    "\(indent)  - \(scalar(element) ?? SafeText.shortened(inline(element), to: widest - indent.count - 4))"
                }
        default: return ["\(indent)\(key): \(scalar(value) ?? "")"]
        }
    }

    private static func variable(_ value: JSON) -> String {
        let name = SafeText.line(value["name"]?.string ?? "")
        return value["value"]?.string.map { "\(name)=\(SafeText.line($0))" } ?? name
    }

    /// An element of a list of objects on one line: `type bind, source /srv, destination /data`.
    private static func inline(_ value: JSON) -> String {
        guard let object = value.object else { return value.text }
        return object.map {
            "\($0.key) \(scalar($0.value) ?? $0.value.array?.compactMap(scalar).joined(separator: " ") ?? $0.value.text)"
        }
        .joined(separator: ", ")
    }

    private static func scalar(_ value: JSON) -> String? {
        switch value {
        case .string(let text): SafeText.line(text)
        case .integer(let number): "\(number)"
        case .number(let number): Quantity.fixed(number, digits: 2)
        case .bool(let isTrue): isTrue ? "yes" : "no"
        case .null: ""
        case .array, .object: nil
        }
    }
}
