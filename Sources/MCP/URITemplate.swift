// Addresses with holes: the simple expansion of RFC 6570, read backwards.

/// An address whose `{name}` holes each stand for one or more characters without a slash.
public struct URITemplate: Hashable, Sendable, ExpressibleByStringLiteral {
    /// As it is written.
    public let text: String
    private let parts: [Part]

    private enum Part: Hashable, Sendable {
        case literal([UInt8]), variable(String)
    }

    /// A template; a brace that is never closed stands for itself.
    public init(_ text: String) {
        self.text = text
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            if open > rest.startIndex { parts.append(.literal(Array(rest[..<open].utf8))) }
            parts.append(.variable(String(rest[rest.index(after: open)..<close])))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.literal(Array(rest.utf8))) }
        self.parts = parts
    }

    /// A template.
    public init(stringLiteral text: String) { self.init(text) }

    /// The names of the holes, in order.
    public var variables: [String] {
        parts.compactMap { if case .variable(let name) = $0 { name } else { nil } }
    }

    /// What stands in the holes of `uri`, percent-decoded; nil when it isn't one of this family.
    public func match(_ uri: String) -> [String: String]? {
        var found: [String: String] = [:]
        var rest = Array(uri.utf8)[...]
        for (index, part) in parts.enumerated() {
            switch part {
            case .literal(let bytes):
                guard rest.starts(with: bytes) else { return nil }
                rest = rest.dropFirst(bytes.count)
            case .variable(let name):
                let value = Self.hole(in: rest, before: literal(at: index + 1))
                guard !value.isEmpty, let text = Self.percentDecoded(value) else { return nil }
                found[name] = text
                rest = rest.dropFirst(value.count)
            }
        }
        return rest.isEmpty ? found : nil
    }

    private func literal(at index: Int) -> [UInt8]? {
        guard index < parts.count, case .literal(let bytes) = parts[index] else { return nil }
        return bytes
    }

    /// The bytes up to `literal`, a slash or the end, whichever comes first.
    private static func hole(in bytes: ArraySlice<UInt8>, before literal: [UInt8]?) -> ArraySlice<UInt8> {
        let end = bytes.indices.first { index in
            bytes[index] == UInt8(ascii: "/") || literal.map { bytes[index...].starts(with: $0) } ?? false
        }
        return bytes[..<(end ?? bytes.endIndex)]
    }

    private static func percentDecoded(_ bytes: ArraySlice<UInt8>) -> String? {
        var decoded: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            guard digits.count == 2, digits.first != UInt8(ascii: "+"), let value else { return nil }
            decoded.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: decoded, as: UTF8.self)
    }
}
