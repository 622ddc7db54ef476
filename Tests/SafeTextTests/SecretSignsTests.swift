// The quick look lets no text pass in which the thorough one finds a secret.
import TestSupport
import Testing

@testable import SafeText

@Suite("Secrets: the quick look") struct SecretSignsTests {
    /// Pieces that secrets and their neighbourhood are made of; put together at random they are found or nearly found.
    private static let pieces = [
        "PASSWORD", "passwd", "PASSPHRASE", "Secret", "token", "api-key", "API_KEY", "credential", "auth",
        "AUTHORIZATION", "dsn",
        "PRIVATE", "cookie", "signature", "DBPASS", "pw", "DB_PWD", "name", "=", ":", ": ", "://", "@", "\"", "'",
        "\\\"", "--", "-",
        "-----BEGIN ", "PRIVATE KEY-----", "-----END ", " ", ".", "_", "/", "x7Kq2!",
        "abcdefghijklmnopqrstuvwxyz0123456789", "Bearer ",
        "basic ", "ghp_", "github_pat_", "glpat-", "xoxb-", "sk-", "sk_live_", "AKIA", "ASIA", "AIza", "ya29.", "npm_",
        "hf_", "SG.",
        "hvs.", "AGE-SECRET-KEY-1", "ATATT3", "eyJ", "ABCDEFGHIJKLMNOP0123", "a", "1", "é", ",", ";", "[", "}",
    ]

    @Test("Whatever is found has a sign", arguments: UInt64(1)...40)
    func signs(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var found = 0
        for _ in 0..<500 {
            let text = (0..<Int.random(in: 1...8, using: &generator)).map { _ in
                Self.pieces[Int.random(in: Self.pieces.indices, using: &generator)]
            }.joined()
            var scanner = SecretScanner(Array(text.utf8))
            guard !scanner.ranges().isEmpty else { continue }
            found += 1
            #expect(text.withBytes(SecretSigns.mayBe), "\(text)")
        }
        #expect(found > 20)
    }

    @Test(
        "Most lines of logs have none",
        arguments: [
            #"10.1.4.7 - - [01/Dec/2026:10:00:07 +0000] "GET /orders/4?page=2 HTTP/1.1" 200 4 "-" "curl/8.9.1""#,
            "2026-12-01 10:00:07 INFO  [worker-4] com.example.OrderService : order 4711 was served in 17 ms",
            #"level=info ts=2026-12-01T10:00:07Z caller=server.go:4711 msg="request served" status=200"#,
            #"{"level":"warn","time":"2026-12-01T10:00:07Z","msg":"slow query","rows":4711}"#,
        ])
    func ordinary(line: String) { #expect(!line.withBytes(SecretSigns.mayBe)) }
}
