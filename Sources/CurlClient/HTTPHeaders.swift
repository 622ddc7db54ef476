// The headers of a reply, kept as they came and read on demand: most of them are never looked at.

/// The headers of one reply, at most 64 KiB in all.
public struct HTTPHeaders: Sendable {
    /// Header lines as they came, each with its line end; no status line, no empty line.
    let lines: [UInt8]

    /// The first header of that name, in any case; nil when there is none. Blanks around the value are removed.
    public subscript(_ name: String) -> String? {
        let wanted = Array(name.utf8)
        for line in lines.split(separator: UInt8(ascii: "\n")) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon - line.startIndex == wanted.count,
                zip(line, wanted).allSatisfy({ lowercased($0) == lowercased($1) })
            else { continue }
            return String(decoding: trimmed(line[(colon + 1)...]), as: UTF8.self)
        }
        return nil
    }

    /// Whether the reply had no header at all.
    var isEmpty: Bool { lines.isEmpty }

    private func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    private func trimmed(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var value = value
        while let first = value.first, isBlank(first) { value.removeFirst() }
        while let last = value.last, isBlank(last) { value.removeLast() }
        return value
    }

    private func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
}
