// Hostile text of any length costs time in proportion to it.
import SafeText
import TestSupport
import Testing

/// Linear work takes a second or less of processor time here, quadratic work many minutes.
@Suite("SafeText: hostile length") struct HostileLengthTests {
    private static let length = 128 << 10
    private static let limit = Duration.seconds(20)

    /// What a scanner may be tempted to look at again and again.
    private static let pieces = [
        "=", "a=", "KEY=", "=\"", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----END ", "\"",
        "'", "\"a\":", "\"key\":\"", "\"key\":\"\\", "'key':\"", "://", "://a", "://a:b@", "://@", "@", ":", "-", "--",
        " --", " --key", " --key ", " --key -", " --key \"-", "eyJ", "eyJ-", "eyJ.", "eyJ-a.b-", "ghp_", "ghp_-",
        "AKIA.",
        "sk-", "SG.", "bearer ", "basic ", "bearer a", "Bearer a-", "AUTHOR", "author=", "AUTHOR.", " ", "\\",
        "\u{1B}[",
        "\u{1B}]", "\u{9B}", "\u{200D}", "🙂\u{200D}", "\u{FE0F}", "é", "e\u{301}", "\u{301}", "\n", "\r", "\r\n", "a",
        "0", "\\\"", "\\\"key\\\":", "\\\"key\\\":\\\"", "\\\"key\\\":\\\"a", "token: ", "token: a1",
    ]

    @Test("A long line of one piece takes no quadratic time", arguments: pieces)
    func hostile(piece: String) {
        let text = String(repeating: piece, count: Self.length / piece.utf8.count)
        var sizes: [Int] = []
        let time = processorTime { sizes = [Secrets.masked(text).utf8.count, SafeText.line(text).utf8.count] }
        #expect(sizes[0] > 0)
        #expect(sizes[1] <= text.utf8.count)
        #expect(time < Self.limit)
    }

    @Test("A long name takes no quadratic time", arguments: ["AUTHOR", "a.", "PWD_", "é"])
    func longName(piece: String) {
        let name = String(repeating: piece, count: Self.length / piece.utf8.count) + "TOKEN"
        var lengths: [Int] = []
        let time = processorTime {
            lengths = [
                "\(Secrets.isSecret(name: name))", Secrets.masked("\(name)=x"), Secrets.variable("\(name)=x").name,
            ].map(\.utf8.count)
        }
        #expect(lengths.allSatisfy { $0 > 0 })
        #expect(time < Self.limit)
    }
}
