// Brings an entry into the bytes of a client's file, or takes it out, and leaves every other byte alone.
import JSON

/// What a file should hold of us.
public enum Merge: Hashable, Sendable {
    /// This entry; of an entry with its name what we decide about is replaced, and all else in it stays.
    case write(Entry)
    /// No entry of this name.
    case remove(name: String)

    /// What becomes of the file's `bytes`; the same when it has nothing to change. `file` names it in errors.
    ///
    /// Throws `fileUnusable` with the place when they can't be read, and what the entry throws.
    public func applied(
        to bytes: [UInt8], _ shape: Shape, client: Client? = nil, file: String = ""
    ) throws(ConfigError) -> [UInt8] {
        let change =
            switch self {
            case .write(let entry): try entry.change(shape, client)
            case .remove(let name): Entry.removal(of: name, shape)
            }
        let edits: [Edit]
        do { edits = try Self.edits(change, bytes, shape.format) } catch {
            throw .fileUnusable(bytes, error, file: file)
        }
        guard !edits.isEmpty else { return bytes }
        let merged = bytes.applying(edits)
        // The result must read well and need nothing more; else the fault is ours, and the file stays as it was.
        guard let rest = try? Self.edits(change, merged, shape.format), rest.isEmpty else {
            throw .mergeFailed(file: file)
        }
        return merged
    }

    /// The entry as a file of its own, for people to copy; ends with a line break.
    public static func snippet(_ entry: Entry, _ shape: Shape, client: Client? = nil) throws(ConfigError) -> String {
        String(decoding: try Merge.write(entry).applied(to: [], shape, client: client), as: UTF8.self)
    }

    /// Whether `bytes` have comments or trailing commas that a client of this form does not read.
    public static func confuses(_ bytes: [UInt8], _ shape: Shape) -> Bool {
        guard !shape.readsComments, shape.format == .json else { return false }
        let isMarked = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        return (try? JSON(parsing: Array(bytes.dropFirst(isMarked ? 3 : 0)), maximumDepth: 256)) == nil
    }

    private static func edits(_ change: Change, _ bytes: [UInt8], _ format: Shape.Format) throws(Flaw) -> [Edit] {
        switch format {
        case .json: try JSONText.edits(making: change, in: bytes)
        case .toml: try TOMLText.edits(making: change, in: bytes)
        }
    }
}

extension ConfigError {
    fileprivate static func fileUnusable(_ bytes: [UInt8], _ flaw: Flaw, file: String) -> ConfigError {
        let place = min(flaw.offset, bytes.count)
        let start = bytes.lineStart(of: place)
        // Columns count characters, as editors do: bytes that continue one are not counted.
        let column = bytes[start..<place].count { $0 & 0xC0 != 0x80 } + 1
        return .fileUnusable(
            file: file, reason: flaw.reason, line: bytes[..<start].count { $0 == 0x0A } + 1, column: column)
    }
}
