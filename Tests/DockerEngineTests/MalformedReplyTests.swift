// Replies that are not what the API promises are refused with a reason, never fatal.
import DockerEngine
import JSON
import TestSupport
import Testing

@Suite("Engine: malformed replies") struct MalformedReplyTests {
    typealias Decoding = @Sendable ([UInt8]) throws -> Void

    /// Each kind of reply that is JSON, with a recorded one.
    private static let kinds: [(name: String, fixture: String, decode: Decoding)] = [
        ("containers", "containers-all", { _ = try Replies.containers($0) }),
        ("container", "inspect-unhealthy", { _ = try Replies.container($0) }),
        ("stats", "stats-web", { _ = try Replies.stats($0) }),
        ("images", "images", { _ = try Replies.images($0) }), ("image", "image-rich", { _ = try Replies.image($0) }),
        ("history", "image-layers-history", { _ = try Replies.history($0) }),
        ("version", "version", { _ = try Replies.version($0) }), ("info", "info", { _ = try Replies.info($0) }),
    ]

    @Test(
        "No JSON",
        arguments: [
            "", " ", "OK", "<html><body>502 Bad Gateway</body></html>", "{\"Id\":", "[{\"Id\":\"ab\"}", "{}{}",
            "\u{FEFF}{}", "HTTP/1.1 200 OK",
        ])
    func noJSON(text: String) {
        for kind in Self.kinds {
            let error = #expect(throws: ReplyError.self, "\(kind.name)") { try kind.decode(Array(text.utf8)) }
            #expect(error?.reason.hasPrefix("the reply is not JSON: ") == true)
        }
    }

    @Test("JSON beyond the parser's bounds is called too much, not broken")
    func tooMuch() {
        for text in [String(repeating: "[", count: 200), "[" + String(repeating: "0,", count: 2_000_000) + "0]"] {
            let error = #expect(throws: ReplyError.self) { _ = try Replies.containers(Array(text.utf8)) }
            #expect(error?.reason.hasPrefix("the reply holds too much: ") == true)
        }
    }

    @Test("JSON of another shape", arguments: ["true", "7", "\"Id\"", "[7]", "[null]", "[[]]", "[\"Id\"]"])
    func otherShape(text: String) {
        for kind in Self.kinds {
            #expect(throws: ReplyError.self, "\(kind.name)") { try kind.decode(Array(text.utf8)) }
        }
    }

    @Test("A list where an object should be, and the other way round")
    func exchanged() {
        for kind in Self.kinds {
            let isList = ["containers", "images", "history"].contains(kind.name)
            let reply = isList ? "{\"Id\":\"ab\"}" : "[]"
            #expect(throws: ReplyError.self, "\(kind.name)") { try kind.decode(Array(reply.utf8)) }
            #expect(throws: ReplyError.self, "\(kind.name)") {
                try kind.decode(Array((isList ? "{\"message\":\"x\"}" : "null").utf8))
            }
        }
    }

    @Test("An empty list may be null, as Podman writes it")
    func nullList() throws {
        for kind in Self.kinds where ["containers", "images", "history"].contains(kind.name) {
            try kind.decode(Array("null".utf8))
            try kind.decode(Array("[]".utf8))
        }
    }

    @Test(
        "An id that is missing, or none",
        arguments: [
            "{}", "{\"Id\":null}", "{\"Id\":\"\"}", "{\"Id\":7}", "{\"id\":\"ab\"}", "{\"Id\":\"../../x\"}",
            "{\"Id\":\"a b\"}", "{\"Id\":\"a\\n\"}", "{\"Id\":\"\\u001b[31m\"}", "{\"Id\":\"a/b\"}",
            "{\"Id\":\"\(String(repeating: "a", count: 129))\"}",
        ])
    func identifiers(text: String) {
        #expect(throws: ReplyError.self) { try Replies.container(Array(text.utf8)) }
        #expect(throws: ReplyError.self) { try Replies.image(Array(text.utf8)) }
        #expect(throws: ReplyError.self) { try Replies.containers(Array("[{\"Id\":\"ab\"},\(text)]".utf8)) }
        #expect(throws: ReplyError.self) { try Replies.images(Array("[{\"Id\":\"ab\"},\(text)]".utf8)) }
    }

    @Test("A recorded reply cut anywhere", arguments: kinds.indices)
    func cut(index: Int) throws {
        let (name, fixture, decode) = Self.kinds[index]
        var whole = try Replies.docker(fixture)
        while whole.last == UInt8(ascii: "\n") { whole.removeLast() }
        try decode(whole)
        for length in stride(from: 0, to: whole.count, by: max(1, whole.count / 300)) {
            #expect(throws: ReplyError.self, "\(name), \(length) bytes") { try decode(Array(whole[..<length])) }
        }
    }

    @Test(
        "Any member replaced by a value of another kind is tolerated or refused, never fatal", arguments: kinds.indices)
    func mutated(index: Int) throws {
        let (_, fixture, decode) = Self.kinds[index]
        let document = try JSON(parsing: try Replies.docker(fixture))
        var generator = SeededGenerator(seed: UInt64(index))
        for _ in 0..<150 {
            do { try decode(document.mutated(&generator).bytes) } catch { #expect(error is ReplyError) }
        }
    }

    @Test("Members that nobody knows change nothing")
    func unknownMembers() throws {
        let plain = try Replies.images(try Replies.docker("images"))
        let text = try Fixture.text("engine/20.10.24/images.json")
        #expect(
            try Replies.images(
                Array(
                    text.split(separator: "{\"Containers\"").joined(separator: "{\"New\":{\"a\":[{}]},\"Containers\"")
                        .utf8)) == plain)
    }
}

extension JSON {
    /// The same document with about one value in ten replaced by one of another kind.
    fileprivate func mutated(_ generator: inout SeededGenerator) -> JSON {
        let others: [JSON] = [
            nil, true, 0, -1, 9_223_372_036_854_775_807, 1e308, "", "x", [], [nil, 7, "x", [:]], [:], ["a": ["b": nil]],
        ]
        if Int.random(in: 0..<10, using: &generator) == 0 {
            return others[Int.random(in: others.indices, using: &generator)]
        }
        switch self {
        case .array(let elements): return .array(elements.map { $0.mutated(&generator) })
        case .object(let members): return .object(JSONObject(members.map { ($0.key, $0.value.mutated(&generator)) }))
        default: return self
        }
    }
}
