// A checked value of the configuration file.

/// A value of the shape that its key wants, and where it stands.
struct ConfigValue: Sendable {
    enum Kind: Sendable {
        /// Also names, times and paths; a path is resolved.
        case text(String)
        case boolean(Bool)
        case integer(Int)
        case list([ConfigValue])
        /// In the file's order. Members that were refused are left out.
        case mapping([(key: String, value: ConfigValue)])
    }

    let kind: Kind
    let place: FilePlace
    /// Where in the document, such as `sources[1].tls.ca`.
    let path: String

    subscript(_ key: String) -> ConfigValue? {
        guard case .mapping(let members) = kind else { return nil }
        return members.first { $0.key == key }?.value
    }

    var text: String? { if case .text(let text) = kind { text } else { nil } }
    var boolean: Bool? { if case .boolean(let value) = kind { value } else { nil } }
    var integer: Int? { if case .integer(let value) = kind { value } else { nil } }
    var elements: [ConfigValue] { if case .list(let elements) = kind { elements } else { [] } }
    var members: [(key: String, value: ConfigValue)] { if case .mapping(let members) = kind { members } else { [] } }
    var isMapping: Bool { if case .mapping = kind { true } else { false } }

    /// As a variable would say it; nil for a mapping.
    var variableText: String? {
        switch kind {
        case .text(let text): text
        case .boolean(let value): value ? "true" : "false"
        case .integer(let value): "\(value)"
        case .list(let elements): elements.compactMap(\.text).joined(separator: ",")
        case .mapping: nil
        }
    }
}
