// Replies that scripts/record-fixtures took from real engines.
import FoundationEssentials
import JSON

enum Fixture {
    /// The project's own folder.
    static let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()

    /// The bytes of a file of the project.
    static func bytes(ofFile path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: "\(root)/\(path)") else { throw Missing(path: path) }
        return Array(data)
    }

    /// The bytes of a recorded reply, such as `20.10.24/info.json`.
    static func bytes(_ name: String) throws -> [UInt8] { try bytes(ofFile: "Fixtures/engine/\(name)") }

    /// The document of a recorded reply.
    static func json(_ name: String) throws -> JSON { try JSON(parsing: bytes(name)) }

    struct Missing: Error { let path: String }
}
