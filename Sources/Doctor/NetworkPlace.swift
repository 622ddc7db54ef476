// Where an address lies: advice differs between this machine, a private network and the whole world.

enum NetworkPlace: Hashable, Sendable {
    case thisMachine, privateNetwork, world

    /// Loopback; link-local and private ranges (RFC 1918, RFC 6598, RFC 4193, RFC 4291); everything else. Nil for no address.
    init?(address: String) {
        if address.contains(":") {
            let text = address.lowercased()
            if let mark = text.lastIndex(of: ":"), text.hasPrefix("::ffff:"), text[mark...].contains(".") {
                self.init(address: String(text[text.index(after: mark)...]))
                return
            }
            let first = UInt16(text.prefix { $0 != ":" }, radix: 16) ?? 0
            switch first {
            case 0 where text == "::1": self = .thisMachine
            case 0xfe80...0xfebf, 0xfc00...0xfdff: self = .privateNetwork
            default: self = .world
            }
            return
        }
        let parts = address.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard parts.count == 4, !parts.contains(nil), let first = parts[0], let second = parts[1] else { return nil }
        self =
            switch (first, second) {
            case (127, _): .thisMachine
            case (10, _), (192, 168), (169, 254), (172, 16...31), (100, 64...127): .privateNetwork
            default: .world
            }
    }
}
