// docs/schemas/config.v1.json and docs/configuration.md are what people read; they must say what the check goes by.
import FoundationEssentials
import JSON
import Testing

@testable import Settings

@Suite("Configuration file: schema") struct ConfigSchemaTests {
    /// When this fails: the new text of the file is beside it in the message; indent it with `python3 -m json.tool --indent 2`.
    @Test("The schema's file is made of the list of keys")
    func file() throws {
        let written = (try? MadeFiles.document("docs/schemas/config.v1.json")) ?? "null"
        let isSame = try JSON(parsing: written) == ConfigSchema.document
        #expect(isSame, "\(isSame ? "" : ConfigSchema.document.text)")
    }

    @Test("Every key has its row in the documents, with its variable")
    func documented() throws {
        let text = try MadeFiles.document("docs/configuration.md")
        func check(_ keys: [ConfigKey], _ place: String) {
            for key in keys {
                let path = place.isEmpty ? key.name : "\(place).\(key.name)"
                // Those of a list of sources are those of a source.
                if path.hasPrefix("source_lists[]."), !["file_sd", "contexts"].contains(key.name) { continue }
                if key.shape.keys.isEmpty {
                    let row = text.split(separator: "\n").first { $0.hasPrefix("| `\(path)` |") }
                    #expect(row != nil, "no row for \(path)")
                    if let variable = key.variable { #expect(row?.contains("`\(variable)`") == true, "\(path)") }
                } else if case .list = key.shape {
                    check(key.shape.keys, "\(path)[]")
                } else {
                    check(key.shape.keys, path)
                }
            }
        }
        check(ConfigKey.all, "")
    }
}
