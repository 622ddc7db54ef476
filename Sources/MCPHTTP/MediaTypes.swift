// What a client sends and takes, by its Content-Type and Accept headers.

enum MediaTypes {
    /// A parameter such as the character set changes nothing: JSON is UTF-8.
    static func isJSON(_ contentType: String?) -> Bool {
        guard let contentType else { return false }
        return type(in: contentType) == "application/json"
    }

    /// Whether one of the ranges covers the type; no header at all covers everything.
    static func accept(_ ranges: [String], cover type: String) -> Bool {
        if ranges.isEmpty { return true }
        let family = String(type.prefix { $0 != "/" }) + "/*"
        return ranges.contains { header in
            header.split(separator: ",").contains { range in
                [type, family, "*/*"].contains(Self.type(in: range))
            }
        }
    }

    private static func type(in text: some StringProtocol) -> String {
        text.prefix { $0 != ";" }.trimmed.lowercased()
    }
}

extension StringProtocol {
    /// Without the spaces and tabs around it.
    var trimmed: String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
