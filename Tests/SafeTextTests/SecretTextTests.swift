// Secrets in running text are masked by their shape or their name; ordinary text is left alone.
import SafeText
import Testing

@Suite("Secrets: running text") struct SecretTextTests {
    private static let longToken = "0123456789abcdefghijABCDEFGHIJ012345"

    @Test(
        "Credentials in URLs",
        arguments: [
            ("postgres://app:s3cret@db:5432/shop", "postgres://[masked]@db:5432/shop"),
            ("https://u:p@h/x?y=1", "https://[masked]@h/x?y=1"),
            ("redis://:hunter2@cache:6379/0", "redis://[masked]@cache:6379/0"),
            ("amqp://a:b@h1,amqp://c:d@h2", "amqp://[masked]@h1,amqp://[masked]@h2"),
            ("mongodb+srv://u:p%40ss@h/db", "mongodb+srv://[masked]@h/db"),
            ("https://u:p@ss@h/", "https://[masked]@h/"),
            ("connect \"mysql://root:x@db\" failed", "connect \"mysql://[masked]@db\" failed"),
            ("tcp://user:pw@203.0.113.7:2375", "tcp://[masked]@203.0.113.7:2375"),
            ("https://ghp_\(longToken)@github.com/x", "https://[masked]@github.com/x"),
            ("http://u:pässwörd@h/", "http://[masked]@h/"),
            ("a://b:c@d e://f:g@h", "a://[masked]@d e://[masked]@h"),
        ])
    func urls(text: String, masked: String) {
        #expect(Secrets.masked(text) == masked)
    }

    @Test(
        "Tokens by their own shape, wherever they stand",
        arguments: [
            "ghp_\(longToken)", "gho_\(longToken)", "ghu_\(longToken)", "ghs_\(longToken)", "ghr_\(longToken)",
            "github_pat_11ABCDEFG0\(longToken)",
            "glpat-abcdefghij0123456789", "xoxb-123456789012-abcdefghij", "xoxp-123456789012-abcdefghij",
            "xapp-1-A0123456789-abcdef", "sk-proj-\(longToken)",
            "sk-\(longToken)", "sk_live_abcdefghij0123", "rk_live_abcdefghij0123", "AKIAIOSFODNN7EXAMPLE",
            "ASIAIOSFODNN7EXAMPLE", "AIzaSyA0123456789abcdefghijABCDEFGHIJ0",
            "ya29.a0123456789abcdefghij", "npm_\(longToken)", "pypi-AgEIcHlwaS5vcmc\(longToken)",
            "dckr_pat_abcdefghij0123456", "hf_\(longToken)", "SG.abcdefghij0123456789.\(longToken)",
            "sk_test_abcdefghij0123", "rk_test_abcdefghij0123", "whsec_\(longToken)", "hvs.\(longToken)",
            "dop_v1_\(longToken)",
            "shpat_\(longToken)", "xoxr-123456789012-abcdefghij", "glptt-\(longToken)", "sntrys_\(longToken)",
            "tskey-auth-\(longToken)", "AGE-SECRET-KEY-1\(longToken)", "ATATT3\(longToken)",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
        ])
    func tokens(token: String) {
        for (before, after) in [
            ("", ""), ("token is ", " ok"), ("(", ")"), ("x=", "\n"), ("\"", "\""), ("a,", ",b"), ("url?t=", "&u=1"),
            ("日本", "語"),
        ] {
            #expect(Secrets.masked(before + token + after) == before + Secrets.mask + after, "\(before)…\(after)")
        }
    }

    @Test(
        "Headers",
        arguments: [
            ("Authorization: Bearer abcdefgh12345678", "Authorization: Bearer [masked]"),
            ("authorization: bearer AbCdEfGh1234", "authorization: bearer [masked]"),
            ("Authorization: Basic dXNlcjpwYXNzd29yZA==", "Authorization: Basic [masked]"),
            ("Bearer \(longToken)/+=~ next", "Bearer [masked] next"),
        ])
    func headers(text: String, masked: String) {
        #expect(Secrets.masked(text) == masked)
    }

    @Test(
        "Assignments, flags and members with a secret name",
        arguments: [
            ("PASSWORD=hunter2 next", "PASSWORD=[masked] next"),
            ("password=hunter2&user=app", "password=[masked]&user=app"), ("a=1;TOKEN=x;b=2", "a=1;TOKEN=[masked];b=2"),
            ("PASSWORD=\"two words\" PORT=80", "PASSWORD=\"[masked]\" PORT=80"),
            ("PASSWORD='two words' x", "PASSWORD='[masked]' x"), ("PASSWORD=\"cut", "PASSWORD=\"[masked]"),
            ("PASSWORD=", "PASSWORD="), ("PASSWORD= x", "PASSWORD= x"), ("PASSWORD=\"\" x", "PASSWORD=\"\" x"),
            ("--password=x y", "--password=[masked] y"),
            ("run --password hunter2hunter2 x", "run --password [masked] x"),
            ("login --token abc", "login --token [masked]"), ("--token 'a b' c", "--token '[masked]' c"),
            ("--password --verbose", "--password --verbose"),
            ("--port 8080 --auth abcdefgh", "--port 8080 --auth [masked]"),
            (#"{"password":"hunter2","user":"app"}"#, #"{"password":"[masked]","user":"app"}"#),
            (#"{"api_key" : "a\"b"}"#, #"{"api_key" : "[masked]"}"#),
            ("{'token': 'x'}", "{'token': '[masked]'}"), (#"{"password":""}"#, #"{"password":""}"#),
            (#"{"password":null,"token":7}"#, #"{"password":null,"token":7}"#),
            (#"{"secret":"cut"#, #"{"secret":"[masked]"#), (#"{"db.password":"x"}"#, #"{"db.password":"[masked]"}"#),
        ])
    func named(text: String, masked: String) {
        #expect(Secrets.masked(text) == masked)
    }

    @Test(
        "Private keys in PEM, whole and cut, alone and among words",
        arguments: ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "])
    func privateKeys(kind: String) {
        let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7\n"
        let begin = "-----BEGIN \(kind)PRIVATE KEY-----\n"
        let end = "-----END \(kind)PRIVATE KEY-----"
        for text in [
            "\(begin)\(body)\(end)", "key: \(begin)\(body)\(end)\nafter", "\(begin)\(body)",
            String("\(begin)\(body)".dropLast(20)), "\(begin)\(body)-----EN", "KEY=\(begin)\(body)\(end)\nafter",
            "--tls-key \(begin)\(body)\(end)", "export TLS_KEY='\(begin)\(body)\(end)'", "{\"key\":\"\(begin)\(body)",
        ] {
            let masked = Secrets.masked(text)
            #expect(!masked.contains("MII"), "\(text)")
            #expect(!masked.contains("BKcw"), "\(text)")
            #expect(masked.contains(Secrets.mask))
        }
        #expect(Secrets.masked("key: \(begin)\(body)\(end)\nafter").hasSuffix("\(end)\nafter"))
        let two = "\(begin)\(body)\(end)\n\(begin)\(body)\(end)\n"
        #expect(!Secrets.masked(two).contains("MII"))
    }

    @Test(
        "A scheme of authentication after a secret name is not the secret, what follows it is",
        arguments: [
            "Authorization=Bearer abcdefgh12345678", "HTTP_AUTHORIZATION=Basic YWJjZGVmZ2gxMjM0NTY3OA== next",
            "run --auth Bearer abcdefgh12345678", "AUTH=\"Bearer abcdefgh12345678\"", "token=bearer abcdefgh12345678",
        ])
    func schemesAfterNames(text: String) {
        let shown = Secrets.masked(text)
        #expect(!shown.contains("abcdefgh12345678") && !shown.contains("YWJj"))
        #expect(shown.hasSuffix("next") == text.hasSuffix("next"))
    }

    @Test("A certificate and a public key are no secret", arguments: ["CERTIFICATE", "PUBLIC KEY"])
    func publicPEM(kind: String) {
        let text = "-----BEGIN \(kind)-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END \(kind)-----"
        #expect(Secrets.masked(text) == text)
    }

    @Test(
        "Masking twice changes nothing",
        arguments: [
            "postgres://app:s3cret@db:5432/shop", "PASSWORD=hunter2 next", #"{"password":"hunter2"}"#,
            "run --token abcdefgh", "Bearer abcdefgh12345678",
            "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", "ghp_0123456789abcdefghijABCDEFGHIJ",
        ])
    func idempotent(text: String) {
        let once = Secrets.masked(text)
        #expect(once != text)
        #expect(Secrets.masked(once) == once)
    }
}
