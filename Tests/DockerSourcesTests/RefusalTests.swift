// What each status of an engine means, and what of its words is repeated.
import SafeText
import Testing

@testable import DockerSources

@Suite struct RefusalTests {
    private static let label = SourceLabel.stub("remote")

    private func error(_ status: Int, _ body: String) -> SourceError {
        SourceError(status: status, body: Array(body.utf8), at: Self.label)
    }

    private static let codes: [(Int, SourceError.Code)] = [
        (300, .notDocker), (301, .notDocker), (307, .notDocker), (308, .notDocker), (400, .engineError),
        (401, .unauthorized), (403, .unauthorized), (404, .notFound), (405, .engineError), (407, .unauthorized),
        (409, .conflict), (418, .engineError), (429, .engineError), (500, .engineError), (502, .engineError),
        (503, .engineError), (599, .engineError),
    ]

    @Test(
        "A status has its code, whatever the body", arguments: codes,
        ["", #"{"message":"the engine's words"}"#, "<html>words of a proxy</html>", "{\"message\":", "\u{0}\u{1}"])
    func status(expected: (status: Int, code: SourceError.Code), body: String) {
        let error = error(expected.status, body)
        #expect(error.code == expected.code)
        #expect(error.isWellPut(for: Self.label))
    }

    @Test("The engine's own words are repeated", arguments: [400, 401, 403, 404, 409, 500, 503])
    func words(status: Int) {
        #expect(error(status, #"{"message":"driver failed:\nno space"}"#).message.contains("driver failed: no space"))
        #expect(error(status, "upstream\r\n  is gone").message.contains("upstream is gone"))
    }

    @Test(
        "A version that the engine refuses is no failure of the engine",
        arguments: [
            "client version 1.24 is too old. Minimum supported API version is 1.44",
            "client version 1.56 is too new. Maximum supported API version is 1.41",
        ])
    func version(words: String) {
        let error = error(400, "{\"message\":\"\(words)\"}")
        #expect(error.code == .apiUnsupported)
        #expect(error.message.contains(words))
        #expect(error.isWellPut(for: Self.label))
    }

    @Test("An engine that wants TLS is told from one that fails")
    func tls() {
        let error = error(400, "Client sent an HTTP request to an HTTPS server.\n")
        #expect(error.code == .tlsExpected)
        #expect(error.isWellPut(for: Self.label))
    }

    @Test("Words without an end are cut", arguments: [404, 409, 500])
    func cut(status: Int) {
        let flood = String(repeating: "very much text ", count: 100_000)
        for body in [flood, "{\"message\":\"\(flood)\"}"] {
            #expect(error(status, body).isWellPut(for: Self.label))
        }
    }

    private static let secrets: [(body: String, secret: String)] = [
        (#"{"message":"env POSTGRES_PASSWORD=hunter2 is bad"}"#, "hunter2"),
        (#"{"message":"dial postgres://app:s3cret@db:5432/shop"}"#, "s3cret"),
        (#"{"message":"Authorization: Bearer abcdefgh12345678abcdefgh"}"#, "abcdefgh12345678"),
        ("token ghp_abcdefghijklmnopqrstuvwxyz0123456789 expired", "abcdefghijklmnop"),
        // A colour, an invisible character or a line break within must not lead past the mask.
        (#"{"message":"POSTGRES_PASSWORD=\u001b[31mhunter2\u001b[0m"}"#, "hunter2"),
        (#"{"message":"POSTGRES_PASS\u200bWORD=hunter2"}"#, "hunter2"),
        (#"{"message":"postgres://app:s3c\u200bret@db/shop"}"#, "s3cret"),
        (#"{"message":"ghp_abcdefgh\u200bijklmnopqrstuvwxyz0123456789"}"#, "ijklmnopqr"),
    ]

    @Test("Secrets in the engine's words are masked", arguments: secrets, [400, 404, 409, 500])
    func masked(expected: (body: String, secret: String), status: Int) {
        let message = error(status, expected.body).message
        #expect(!message.contains(expected.secret))
        #expect(message.contains(Secrets.mask))
    }

    @Test(
        "Nothing that steers a terminal or hides words gets through",
        arguments: [
            "\u{1b}[31mred\u{1b}[0m", "\u{1b}]0;title\u{7}", "a\u{202e}b", "a\u{200b}b", "\u{9b}31m", "a\r\nb\u{0}",
            "\u{e0041}\u{e0042}",
        ], [301, 401, 404, 409, 500])
    func hostile(words: String, status: Int) {
        #expect(error(status, words).isWellPut(for: Self.label))
        let escaped = words.unicodeScalars.map { scalar in
            scalar.utf16.map {
                "\\u" + String(repeating: "0", count: 4 - String($0, radix: 16).count) + String($0, radix: 16)
            }
            .joined()
        }.joined()
        #expect(error(status, "{\"message\":\"\(escaped)\"}").isWellPut(for: Self.label))
    }
}
