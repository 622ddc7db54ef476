// Whatever a secret looks like, it is not in what is shown.
import JSON
import SafeText
import TestSupport
import Testing

@Suite("Secrets: any secret in any place") struct SecretPropertyTests {
    private static let visible = (0x21...0x7E).compactMap { Unicode.Scalar($0) }

    /// A secret of printable ASCII but for `excluded`, and long enough not to be found by chance.
    private func secret(excluding excluded: String, _ generator: inout SeededGenerator) -> String {
        let allowed = Self.visible.filter { !excluded.unicodeScalars.contains($0) }
        let scalars = (0..<Int.random(in: 8...40, using: &generator)).map { _ in
            allowed[Int.random(in: allowed.indices, using: &generator)]
        }
        return String(String.UnicodeScalarView(scalars))
    }

    @Test("Assigned, after a flag, in an address, as a member", arguments: UInt64(1)...30)
    func places(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let word = secret(excluding: ",;&\"'-", &generator)
            let userInfo = secret(excluding: "/?#\"'<>\\`", &generator)
            let any = secret(excluding: "", &generator)
            let texts = [
                (word, "start PASSWORD=\(word) end"), (word, "--api-key=\(word)"), (word, "run --token \(word) x"),
                (any, JSON.object(["secret": .string(any)]).text),
                (userInfo, "db at postgres://app:\(userInfo)@db:5432/shop"), (userInfo, "https://:\(userInfo)@h"),
            ]
            for (secret, text) in texts {
                let shown = Secrets.masked(text)
                #expect(!shown.contains(secret), "\(text)")
                #expect(shown.contains(Secrets.mask), "\(text)")
                #expect(Secrets.masked(shown) == shown, "\(text)")
            }
        }
    }

    @Test("Under a secret name, any text at all", arguments: UInt64(1)...30)
    func variables(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            var value = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 1...20, using: &generator) {
                if let scalar = Unicode.Scalar(UInt32.random(in: 0...0x2FFF, using: &generator)) {
                    value.append(scalar)
                }
            }
            let assignment = "DB_PASSWORD=\(String(value))"
            #expect(Secrets.variable(assignment).name == "DB_PASSWORD")
            #expect(Secrets.variable(assignment).value == (value.isEmpty ? "" : Secrets.mask))
            #expect(Secrets.masked(command: ["-e", assignment]) == ["-e", "DB_PASSWORD=[masked]"])
            let document: JSON = ["Config": ["Env": [.string(assignment)]]]
            let shown = "DB_PASSWORD=\(value.isEmpty ? "" : Secrets.mask)"
            #expect(Secrets.masked(document: document) == ["Config": ["Env": [.string(shown)]]])
        }
    }

    @Test("Noise of all that matters to the scanner is masked once and for all, never fatal", arguments: UInt64(1)...40)
    func noise(seed: UInt64) {
        let pieces = [
            "PASSWORD", "=", "\"", "'", ":", "//", "@", "--", "-", " ", "\n", "\\", "key", "a", "7", "Bearer ", "eyJ",
            ".", "ghp_", "0123456789abcdefghij", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", ",",
            "é", "[masked]", "{", "}",
        ]
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let text = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                pieces[Int.random(in: pieces.indices, using: &generator)]
            }.joined()
            let shown = Secrets.masked(text)
            #expect(Secrets.masked(shown) == shown, "\(text)")
        }
    }
}
