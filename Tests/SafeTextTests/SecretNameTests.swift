// Names that promise a secret, and what is done with the values under them.
import SafeText
import Testing

@Suite("Secrets: names") struct SecretNameTests {
    @Test(
        "Names of secrets",
        arguments: [
            "PASSWORD", "password", "POSTGRES_PASSWORD", "MYSQL_ROOT_PASSWORD", "DbPassword", "PASSWD", "DB_PASS",
            "PASS", "pass", "DBPASS", "dbPass", "MYSQLPWD", "PASSPHRASE", "MYSQL_PWD",
            "DB.PWD", "DB_PW", "SECRET", "CLIENT_SECRET", "SECRET_KEY_BASE", "AWS_SECRET_ACCESS_KEY",
            "AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "API_KEY",
            "APIKEY", "apiKey", "x-api-key", "GITHUB_TOKEN", "token", "CREDENTIAL", "GOOGLE_APPLICATION_CREDENTIALS",
            "AUTH", "AUTHORIZATION", "Authorization",
            "BASIC_AUTH", "OAUTH_CLIENT", "SENTRY_DSN", "DSN", "PRIVATE_KEY", "private.pem", "SSH_PRIVATE_KEY",
            "COOKIE", "session-cookie", "SIGNATURE",
            "ENCRYPTION_KEY", "MONKEY", "--password", "AUTHORIZATION_AUTHOR", "com.example.db.password",
        ])
    func secrets(name: String) {
        #expect(Secrets.isSecret(name: name))
        #expect(Secrets.masked("anything", name: name) == Secrets.mask)
        #expect(Secrets.masked("", name: name) == "")
        let (shownName, value, isMasked) = Secrets.variable("\(name)=a=b")
        #expect((shownName, value, isMasked) == (name, Secrets.mask, true))
    }

    @Test(
        "Names of other things",
        arguments: [
            "PATH", "HOME", "PWD", "pwd", "OLDPWD", "USER", "HOSTNAME", "LANG", "TERM", "PORT", "AUTHOR", "author",
            "AUTHORS", "GIT_AUTHOR_NAME", "PASSENGER",
            "COMPASS", "BYPASS", "TRESPASS", "DATABASE_URL", "POSTGRES_USER", "GREETING", "NODE_ENV", "LOG_LEVEL",
            "PWX",
            "maintainer", "org.opencontainers.image.title",
            "com.docker.compose.project", "org.opencontainers.image.authors", "",
        ])
    func others(name: String) {
        #expect(!Secrets.isSecret(name: name))
        #expect(Secrets.masked("anything", name: name) == "anything")
    }

    @Test(
        "Variables apart",
        arguments: [
            ("GREETING=hello", "GREETING", "hello", false), ("EMPTY=", "EMPTY", "", false),
            ("PASSWORD=", "PASSWORD", "", false), ("NOVALUE", "NOVALUE", nil, false),
            ("PASSWORD", "PASSWORD", nil, false), ("A=b=c", "A", "b=c", false), ("=x", "", "x", false),
            (
                "DATABASE_URL=postgres://app:s3cret@db:5432/shop", "DATABASE_URL", "postgres://[masked]@db:5432/shop",
                true
            ),
            ("POSTGRES_PASSWORD=with spaces, \"quotes\" & more", "POSTGRES_PASSWORD", "[masked]", true),
            ("GIT=ghp_0123456789abcdefghijABCDEFGHIJ", "GIT", "[masked]", true),
            ("KEY=line\nline", "KEY", "[masked]", true),
        ] as [(String, String, String?, Bool)])
    func variables(assignment: String, name: String, value: String?, isMasked: Bool) {
        let parted = Secrets.variable(assignment)
        #expect(parted.name == name)
        #expect(parted.value == value)
        #expect(parted.isMasked == isMasked)
    }

    @Test("A combining mark at the value's beginning hides neither the sign before it nor the secret")
    func combiningMark() {
        let parted = Secrets.variable("PASSWORD=\u{301}hunter2")
        #expect(!"\(parted.name) \(parted.value ?? "")".contains("hunter2"))
        #expect(!Secrets.masked(command: ["--password=\u{301}hunter2"]).joined().contains("hunter2"))
    }

    @Test(
        "Command lines, word by word",
        arguments: [
            (["server", "--verbose"], ["server", "--verbose"]),
            (["app", "--token", "abc"], ["app", "--token", "[masked]"]),
            (["app", "--token=abc"], ["app", "--token=[masked]"]),
            (["app", "--api-key", "k", "--port", "80"], ["app", "--api-key", "[masked]", "--port", "80"]),
            (["app", "--password", "--verbose"], ["app", "--password", "--verbose"]),
            (["-password", "x"], ["-password", "[masked]"]),
            (["env", "PASSWORD=x y", "PORT=80"], ["env", "PASSWORD=[masked]", "PORT=80"]),
            (["-e", "SECRET=x"], ["-e", "SECRET=[masked]"]),
            (["psql", "postgres://u:p@db/x"], ["psql", "postgres://[masked]@db/x"]),
            (["sh", "-c", "export TOKEN=abc; run"], ["sh", "-c", "export TOKEN=[masked]; run"]),
            (
                ["sh", "-c", "login --password hunter2 && run --port 80"],
                ["sh", "-c", "login --password [masked] && run --port 80"]
            ),
            (
                ["curl", "-H", "Authorization: Bearer abcdefgh12345678"],
                ["curl", "-H", "Authorization: Bearer [masked]"]
            ),
            (["token", "abc"], ["token", "abc"]), ([], []), ([""], [""]), (["--token"], ["--token"]),
            (["--token", ""], ["--token", "[masked]"]),
        ])
    func commands(words: [String], shown: [String]) {
        #expect(Secrets.masked(command: words) == shown)
    }
}
