// Finds what real engines answered, as scripts/record-fixtures wrote it down.
import FoundationEssentials

/// Recorded replies in the project's `Fixtures`.
public enum Fixture {
    /// The bytes of a file, named by its path below `Fixtures`; throws when it is not there.
    public static func bytes(_ path: String) throws -> [UInt8] {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return Array(try Data(contentsOf: tests.deletingLastPathComponent().appendingPathComponent("Fixtures/\(path)")))
    }

    /// The same as text.
    public static func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }
}
