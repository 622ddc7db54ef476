// Steps over terminal escape sequences (ECMA-48), so that what is left is what a terminal would have shown.

/// The scalars of a text without its escape sequences. A sequence that never ends swallows no more than its line.
struct EscapeFilter {
    private var rest: String.UnicodeScalarView.Iterator
    /// Scalars that were taken too early, the next one last.
    private var pending: [Unicode.Scalar] = []

    init(_ scalars: String.UnicodeScalarView) {
        rest = scalars.makeIterator()
    }

    mutating func next() -> Unicode.Scalar? {
        while let scalar = advance() {
            switch scalar {
            case "\u{1B}": skipEscape()
            case "\u{9B}": skipControlSequence()
            case "\u{90}", "\u{98}", "\u{9D}", "\u{9E}", "\u{9F}": skipString()
            default: return scalar
            }
        }
        return nil
    }

    private mutating func advance() -> Unicode.Scalar? {
        pending.popLast() ?? rest.next()
    }

    /// After ESC: `[` begins a control sequence, `]PX^_` a string, an intermediate byte a longer escape; anything else is one more byte.
    private mutating func skipEscape() {
        guard let scalar = advance() else { return }
        switch scalar {
        case "[": skipControlSequence()
        case "]", "P", "X", "^", "_": skipString()
        case " "..."/":
            while let following = advance() {
                if (" "..."/").contains(following) { continue }
                if !("0"..."~").contains(following) { pending.append(following) }
                return
            }
        case "0"..."~": return
        default: pending.append(scalar)
        }
    }

    /// Parameters and intermediates up to the final byte.
    private mutating func skipControlSequence() {
        while let scalar = advance() {
            if (" "..."?").contains(scalar) { continue }
            if !("@"..."~").contains(scalar) { pending.append(scalar) }
            return
        }
    }

    /// Everything up to BEL, ST, or the end of the line.
    private mutating func skipString() {
        while let scalar = advance() {
            switch scalar {
            case "\u{7}", "\u{9C}": return
            case "\n":
                pending.append(scalar)
                return
            case "\u{1B}":
                // Anything but the end of the string begins another sequence.
                guard let following = advance(), following != "\\" else { return }
                pending += [following, scalar]
                return
            default: continue
            }
        }
    }
}
