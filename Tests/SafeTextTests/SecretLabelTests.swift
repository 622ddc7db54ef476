// Secrets behind a name in other ways than `NAME=value`: headers, YAML, and JSON within JSON.
import JSON
import SafeText
import TestSupport
import Testing

@Suite("Secrets: behind a name") struct SecretLabelTests {
    @Test(
        "After a name that is unmistakable, a word that looks made",
        arguments: [
            ("GENERATED ROOT PASSWORD: x7Kq2!vn9", "GENERATED ROOT PASSWORD: [masked]"),
            ("password: hunter2", "password: [masked]"),
            ("  db_password: hunter2-db # set", "  db_password: [masked] # set"),
            ("X-Api-Key: abc123def", "X-Api-Key: [masked]"),
            ("X-Vault-Token: s.1234567890", "X-Vault-Token: [masked]"),
            ("apiKey: 0123456789, next", "apiKey: [masked], next"),
            ("client_secret: a1b2c3d4e5", "client_secret: [masked]"), ("Passwd: 12345678", "Passwd: [masked]"),
        ])
    func labelled(text: String, masked: String) {
        #expect(Secrets.masked(text) == masked)
        #expect(Secrets.masked(masked) == masked)
    }

    @Test(
        "Words about secrets are no secrets",
        arguments: [
            "password: required", "Token: expired", "invalid token: malformed header", "Secret: not found",
            "password: yes", "token: 12", "key: value1234567",
            "monkey: banana12345", "PASSWORD: ", "PASSWORD:", "password:hunter2 is how it is not written",
            "tokens: 1234567", "time: 12:34:56.789", "secret:1.2.3",
        ])
    func words(text: String) {
        #expect(Secrets.masked(text) == text)
    }

    @Test(
        "JSON within JSON, at the first level",
        arguments: ["hunter2", "a b", "quo\"te", "back\\slash", "both\\\"", "日本", "line\nbreak", "}"])
    func nested(secret: String) throws {
        let inner: JSON = ["user": "app", "password": .string(secret), "port": 80]
        let outer: JSON = ["msg": .string(inner.text), "level": "info"]
        let shown = Secrets.masked(outer.text)
        let parsed = try JSON(parsing: shown)
        let parsedInner = try JSON(parsing: try #require(parsed["msg"]?.string))
        #expect(parsedInner == ["user": "app", "password": .string(Secrets.mask), "port": 80])
        #expect(parsed["level"] == "info")
    }

    @Test("Cut JSON within JSON, and quotes that only look like it")
    func brokenNesting() {
        #expect(Secrets.masked(#"{"m":"{\"token\":\"abc"#) == #"{"m":"{\"token\":\"[masked]"#)
        for text in [
            #"{\"user\":\"app\"}"#, #"{\"token\":\"\"}"#, #"{\"token\":7}"#, #"\"token\" is a word"#, #"C:\"token\":"#,
            #"\"\":\"x\""#,
        ] {
            #expect(Secrets.masked(text) == text)
        }
    }
}
