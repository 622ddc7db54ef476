// Text from containers, engines and clients is data: what could steer a terminal or hide words from a reader is taken out.

/// Makes foreign text safe to show to a person or a model.
public enum SafeText {
    /// `text` without escape sequences, control characters and invisible Unicode; tabs stay, a line break becomes a space.
    ///
    /// Taken out: ANSI sequences (ECMA-48), C0 and C1 controls, bidirectional controls, zero-width and tag characters. A zero-width
    /// joiner stays where it joins two pictures of an emoji.
    public static func line(_ text: String) -> String {
        isPlain(text) ? text : cleaned(text, lineBreak: " ")
    }

    /// The same, with line breaks kept as `\n`.
    public static func lines(_ text: String) -> String {
        isPlain(text) ? text : cleaned(text, lineBreak: "\n")
    }

    /// `text` cut to at most `limit` characters, the last of them an ellipsis when something was cut.
    public static func shortened(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit, text.count > limit else { return text }
        return text.prefix(max(limit - 1, 0)) + "…"
    }

    /// Whether each byte is printable ASCII or a tab: most text, and nothing to do.
    private static func isPlain(_ text: String) -> Bool {
        text.withBytes { bytes in
            // Without a way out early, many bytes are looked at at once.
            var others: UInt8 = 0
            for byte in bytes { others |= (byte &- 0x20 < 0x5F ? 0 : 1) & (byte == 0x09 ? 0 : 1) }
            return others == 0
        }
    }

    private static func cleaned(_ text: String, lineBreak: Unicode.Scalar) -> String {
        var output = CleanedText(capacity: text.utf8.count)
        var input = EscapeFilter(text.unicodeScalars)
        // A carriage return alone begins the line anew on a terminal; what it hid there is shown, apart from what follows.
        var returnsCarriage = false
        var joins = false
        while let scalar = input.next() {
            if returnsCarriage, scalar != "\r" {
                if scalar != "\n" { output.append(lineBreak) }
                returnsCarriage = false
            }
            if joins {
                if scalar.properties.isEmoji, scalar.value > 0xFF { output.append("\u{200D}") }
                joins = false
            }
            switch scalar {
            case "\t": output.append(scalar)
            case "\r": returnsCarriage = true
            case "\n", "\u{85}", "\u{2028}", "\u{2029}": output.append(lineBreak)
            case "\u{200D}": joins = output.last.map { isPicture($0) || $0 == "\u{FE0F}" } ?? false
            case "\u{FE0E}", "\u{FE0F}":
                if let last = output.last, last.properties.isEmoji, !last.properties.isVariationSelector {
                    output.append(scalar)
                }
            default:
                if !scalar.isHidden { output.append(scalar) }
            }
        }
        return String(decoding: output.bytes, as: UTF8.self)
    }

    /// Scalars as bytes: a string that grows by one scalar at a time takes several times as long.
    private struct CleanedText {
        private(set) var bytes: [UInt8] = []
        private(set) var last: Unicode.Scalar?

        init(capacity: Int) { bytes.reserveCapacity(capacity) }

        mutating func append(_ scalar: Unicode.Scalar) {
            if scalar.isASCII { bytes.append(UInt8(scalar.value)) } else { bytes.append(contentsOf: scalar.utf8) }
            last = scalar
        }
    }

    private static func isPicture(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isEmojiPresentation || scalar.properties.isEmojiModifier
            || (scalar.properties.isEmoji && scalar.value > 0xFF)
    }
}

extension String {
    /// What `look` makes of the text's bytes, which lie in one piece unless the text came from another language's library.
    func withBytes<Result>(_ look: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        var text = self
        return text.withUTF8(look)
    }
}

extension Unicode.Scalar {
    /// Whether a reader does not see it, though a terminal or a model does.
    var isHidden: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0: true
        case 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F: true
        case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F: true
        case 0xFE00...0xFE0D: true
        case 0x3164, 0xFEFF, 0xFFA0, 0xFFF0...0xFFFB: true
        case 0x1BCA0...0x1BCA3, 0x1D173...0x1D17A, 0xE0000...0xE0FFF: true
        default: false
        }
    }
}
