// Masking must not eat what people read logs for.
import SafeText
import TestSupport
import Testing

@Suite("Secrets: ordinary text") struct OrdinaryTextTests {
    @Test(
        "Lines without secrets are not changed",
        arguments: [
            "", "ready", "2026-11-27T10:14:00.559610615Z INFO server started on 0.0.0.0:8080",
            "mail from user@host.example to ops@example.org", "user@host:~/src$ ls",
            "git@github.com:team/repo.git", "basic authentication is enabled",
            "Basic authentication failed for user app", "Bearer authentication failed", "bearer token is missing",
            "key: value", "token expired", "the secret is out", "password must have 12 characters", "no password given",
            "author=Jane",
            "GET /orders/1 HTTP/1.1 200 37",
            "10.0.0.1 - - [27/Nov/2026:10:14:00 +0000] \"GET /a?b=c&d=e HTTP/1.1\" 200 12 \"-\" \"curl/7.88.1\"",
            #"{"level":"info","msg":"order served","order":1,"ms":3}"#,
            #"{"level":"error","msg":"invoice service: connection refused","order":1}"#,
            #"{"token_count":12,"ok":true}"#,
            "sha256:85dfc2672a91271ac3f5154e106615763d7ab1b5e20b75d24799ccd3fe14f849",
            "busybox@sha256:5977e6d336ddde9a4c305eefa5c9b19d5565f4274afe9b41f26c628b63884d04",
            "commit 5d6db842238e3c4f5f9fb9ad70ea46b35227d084", "id=9f86d081-884c-7d65-9a2f-eaa0c55ad015",
            "ETag: \"33a64df551425fcc55e4d42a148795d9f25f89d4\"",
            "dGhpcyBpcyBub3QgYSBzZWNyZXQ=", "at com.example.Main.run(Main.java:12)", "http://host:8080/path?x=1#frag",
            "https://host/a@b", "see https://example.org, or mail a@b.example",
            "ssh://root@203.0.113.7", "nas=ssh://u@nas:22", "ssh://git@host/path", "tcp://203.0.113.7:2375",
            "unix:///var/run/docker.sock", "task-runner sk-short",
            "desk-top risk-averse-and-other-dashed-words-that-go-on", "ask-1", "--port 8080 --verbose --name web",
            "-----BEGIN CERTIFICATE-----", "===== summary =====", "a == b && c != d", "----------", "x='1' y=\"2\"",
            "C:\\Users\\app", "PWD=/srv/app PATH=/bin", "WARN[0001] cgroup v1",
            "npm_config_registry", "npm_lifecycle_event=start", "hf_hub", "SG.1", "eyJ", "eyJhbGciOiJIUzI1NiJ9",
            "日本語 ñandú Ω 🚀 fertig", "progress 10%\rprogress 100%",
        ])
    func unchanged(line: String) {
        #expect(Array(Secrets.masked(line).utf8) == Array(line.utf8))
    }

    @Test(
        "Recorded logs hold no secret and are not changed",
        arguments: ["20.10.24/logs-tty", "20.10.24/logs-web", "20.10.24/logs-worker", "podman-4.3.1/logs-web"])
    func recorded(name: String) throws {
        for line in try Fixture.text("engine/\(name).bin").split(separator: "\n") {
            #expect(Secrets.masked(String(line)) == line)
        }
    }
}
