// Why a reply is not what the API promises.
import JSON

/// A reply that can't be understood.
public struct ReplyError: Error, Hashable, Sendable {
    /// What is wrong, in words that can follow "the engine's reply is malformed:".
    public let reason: String

    init(_ reason: String) { self.reason = reason }

    /// Each element of a list; the whole is malformed when one is.
    static func list<Element>(
        _ json: JSON, of what: String, _ decode: (JSON) throws(ReplyError) -> Element
    ) throws(ReplyError) -> [Element] {
        // Podman writes null for an empty list.
        if json.isNull { return [] }
        guard let elements = json.array else { throw ReplyError("a list of \(what) should be an array") }
        var decoded: [Element] = []
        decoded.reserveCapacity(elements.count)
        for element in elements { decoded.append(try decode(element)) }
        return decoded
    }
}

extension JSON {
    /// A string member without which the reply makes no sense.
    func required(_ key: String, of what: String) throws(ReplyError) -> String {
        guard let text = self[key]?.string, !text.isEmpty else { throw ReplyError("\(what) without \(key)") }
        return text
    }

    /// An id without which the reply makes no sense. It goes into paths, tables and cursors, so it has only what ids have.
    func identifier(_ key: String, of what: String) throws(ReplyError) -> String {
        let text = try required(key, of: what)
        guard text.utf8.count <= 128, text.utf8.allSatisfy({ $0.isASCIIAlphanumeric || $0 == UInt8(ascii: ":") }) else {
            throw ReplyError("\(what) with an \(key) that is no id")
        }
        return text
    }

    /// A string member; nil when absent, empty, or something else.
    func text(_ key: String) -> String? {
        guard let text = self[key]?.string, !text.isEmpty else { return nil }
        return text
    }

    /// A number that counts something; nil when absent or negative (engines write -1 for "unknown").
    func count(_ key: String) -> Int? {
        guard let number = self[key]?.int, number >= 0 else { return nil }
        return number
    }

    /// The strings of an array member; none when absent.
    func texts(_ key: String) -> [String] { self[key]?.array?.compactMap(\.string) ?? [] }

    /// A member that is a string or a list of strings (`Entrypoint` of old images).
    func command(_ key: String) -> [String] {
        guard let text = self[key]?.string else { return texts(key) }
        return text.isEmpty ? [] : [text]
    }

    /// The string values of an object member, by name.
    func labels(_ key: String) -> [String: String] {
        var labels: [String: String] = [:]
        for (name, value) in self[key]?.object ?? [:] { labels[name] = value.string }
        return labels
    }

    /// A point in time member, written as RFC 3339; nil when absent or the engine's zero time.
    func time(_ key: String) -> Timestamp? { text(key).flatMap { Timestamp(rfc3339: $0) } }
}
