// Private keys that go on over several lines of a log.
import SafeText
import Testing

@Suite("Secrets: lines of a log") struct SecretLinesTests {
    private static let body = ["MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", "BKcwggSjAgEAAoIBAQC7", "x9=="]

    private func masked(_ lines: [String]) -> [String] {
        var stream = SecretLines()
        return lines.map { stream.masked($0) }
    }

    @Test(
        "A key is masked from its first line to its last, what stands around it is not",
        arguments: ["", "RSA ", "EC ", "OPENSSH "])
    func key(kind: String) {
        let lines =
            ["before"] + ["-----BEGIN \(kind)PRIVATE KEY-----"] + Self.body + [
                "-----END \(kind)PRIVATE KEY-----", "after", "PASSWORD=x",
            ]
        let shown = masked(lines)
        #expect(shown.count == lines.count)
        #expect(shown.first == "before")
        #expect(shown.suffix(2) == ["after", "PASSWORD=[masked]"])
        #expect(shown[2...4].allSatisfy { $0 == Secrets.mask })
    }

    @Test("Whatever stands before the key on each line", arguments: ["app | ", "2026-11-27T10:14:00Z ", "KEY=", "  "])
    func prefixed(prefix: String) {
        let lines =
            (["-----BEGIN PRIVATE KEY-----"] + Self.body + ["-----END PRIVATE KEY-----"]).map { prefix + $0 } + [
                "after"
            ]
        let shown = masked(lines)
        #expect(shown.last == "after")
        for secret in Self.body { #expect(!shown.joined().contains(secret)) }
    }

    @Test("A key on one line does not hide the next ones")
    func oneLine() {
        let key = #"{"key":"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"}"#
        let shown = masked([key, "after"])
        #expect(shown[1] == "after")
        #expect(!shown[0].contains("MIIE"))
    }

    @Test("A key that never ends hides no whole log")
    func endless() {
        let shown = masked(["-----BEGIN PRIVATE KEY-----"] + Array(repeating: "line", count: 2_000))
        #expect(shown[1...50].allSatisfy { $0 == Secrets.mask })
        #expect(shown.last == "line")
    }

    @Test("Certificates and public keys are shown", arguments: ["CERTIFICATE", "PUBLIC KEY"])
    func others(kind: String) {
        let lines = ["-----BEGIN \(kind)-----"] + Self.body + ["-----END \(kind)-----"]
        #expect(masked(lines) == lines)
    }

    @Test("Two keys, one after the other")
    func two() {
        let key = ["-----BEGIN PRIVATE KEY-----"] + Self.body + ["-----END PRIVATE KEY-----"]
        let shown = masked(key + ["between"] + key + ["after"])
        #expect(shown.filter { $0 == "between" || $0 == "after" }.count == 2)
        for secret in Self.body { #expect(!shown.joined().contains(secret)) }
    }

    private static let line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"

    @Test("A log that begins within a key shows none of its whole lines")
    func beginsWithin() {
        let shown = masked([Self.line, Self.line, "x9==", "-----END PRIVATE KEY-----", "after"])
        #expect(shown.prefix(2).allSatisfy { $0 == Secrets.mask })
        #expect(shown.suffix(2) == ["-----END PRIVATE KEY-----", "after"])
    }

    @Test("A certificate's lines are shown, and a key's behind it are not")
    func certificateAndKey() {
        let certificate = ["-----BEGIN CERTIFICATE-----", Self.line, "-----END CERTIFICATE-----"]
        #expect(masked(certificate) == certificate)
        let shown = masked(
            certificate + ["-----BEGIN PRIVATE KEY-----", Self.line, "-----END PRIVATE KEY-----", "after"])
        #expect(shown.prefix(3) == certificate[...])
        #expect(shown[4] == Secrets.mask)
        #expect(shown.last == "after")
    }

    @Test(
        "Digests, ids and long words alone on a line are no key",
        arguments: [
            "85dfc2672a91271ac3f5154e106615763d7ab1b5e20b75d24799ccd3fe14f849",
            "85DFC2672A91271AC3F5154E106615763D7AB1B5E20B75D24799CCD3FE14F849",
            "================================================================",
            "sha256:85dfc2672a91271ac3f5154e106615763d7ab1b5e20b75d24799ccd3fe",
            "com.Example.Main.runsForAVeryLongTimeWithALongNameInALongPackage1", "aB3", "",
        ])
    func digests(line: String) {
        #expect(masked([line]) == [line])
    }
}
