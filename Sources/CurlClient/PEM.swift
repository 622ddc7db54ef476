// The blocks of a PEM file (RFC 7468): labels, and base64 between them.

/// One block of a PEM file.
struct PEMBlock: Equatable {
    /// What stands after BEGIN: `CERTIFICATE`, `PRIVATE KEY`.
    let label: String
    /// What its base64 says; nil when it can't be decoded, or when old OpenSSL encryption is announced before it.
    let contents: [UInt8]?
    /// Whether it can only be read with a passphrase.
    let isEncrypted: Bool

    /// The blocks of a file, in order; text around them is skipped, as all readers of PEM do.
    static func all(in bytes: [UInt8]) -> [PEMBlock] {
        var blocks: [PEMBlock] = []
        var open: (label: String, body: [UInt8], isEncrypted: Bool)?
        for line in bytes.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            if let label = label(of: line, after: "-----BEGIN ") {
                open = (label, [], label.hasPrefix("ENCRYPTED "))
            } else if let block = open, label(of: line, after: "-----END ") == block.label {
                let contents = block.isEncrypted ? nil : Base64.decoded(block.body)
                blocks.append(PEMBlock(label: block.label, contents: contents, isEncrypted: block.isEncrypted))
                open = nil
            } else if open != nil, line.contains(UInt8(ascii: ":")) {
                // A header, which only the old encrypted keys have: `Proc-Type: 4,ENCRYPTED`.
                if line.starts(with: "Proc-Type:".utf8) { open?.isEncrypted = true }
            } else {
                open?.body.append(contentsOf: line)
            }
        }
        return blocks
    }

    private static func label(of line: ArraySlice<UInt8>, after start: String) -> String? {
        var line = line
        while let last = line.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") { line.removeLast() }
        let dashes = Array("-----".utf8)
        guard line.starts(with: start.utf8), line.suffix(5).elementsEqual(dashes) else { return nil }
        let label = line.dropFirst(start.utf8.count).dropLast(5)
        guard !label.isEmpty, label.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) else { return nil }
        return String(decoding: label, as: UTF8.self)
    }
}

/// The base64 of RFC 4648; blanks are skipped.
enum Base64 {
    /// Nil when it holds anything but its 64 characters and the padding at its end.
    static func decoded(_ text: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = [], buffer: UInt32 = 0, count = 0, padding = 0
        for byte in text where byte != UInt8(ascii: " ") && byte != UInt8(ascii: "\t") {
            if byte == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let value = value(of: byte) else { return nil }
            buffer = (buffer << 6 | UInt32(value)) & 0xff_ffff
            count += 1
            if count % 4 == 0 { bytes += [UInt8(buffer >> 16), UInt8(buffer >> 8 & 0xff), UInt8(buffer & 0xff)] }
        }
        guard (count + padding) % 4 == 0, padding <= 2 else { return nil }
        switch count % 4 {
        case 2: bytes.append(UInt8(buffer >> 4 & 0xff))
        case 3: bytes += [UInt8(buffer >> 10 & 0xff), UInt8(buffer >> 2 & 0xff)]
        default: break
        }
        return bytes
    }

    private static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
