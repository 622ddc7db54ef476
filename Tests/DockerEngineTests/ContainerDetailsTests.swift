// Everything that engines tell of one container.
import DockerEngine
import JSON
import Testing

@Suite("Engine: one container") struct ContainerDetailsTests {
    @Test("Docker: a running web server")
    func web() throws {
        let web = try Replies.container(try Replies.docker("inspect-web"))
        #expect(web.id == "00ccadb0faa8ec77b5721ad2b1a22d1c70343144c37f0311bc88884e606e72df")
        #expect(
            [web.name, web.image, web.platform, web.restartPolicy, web.logDriver] == [
                "web", "shop/web:1.2", "linux", "no", "json-file",
            ])
        #expect(web.imageID == "sha256:85dfc2672a91271ac3f5154e106615763d7ab1b5e20b75d24799ccd3fe14f849")
        #expect(web.createdAt == Timestamp(rfc3339: "2026-11-27T10:10:39.695778884Z"))
        #expect(web.state.status == "running" && web.state.isRunning)
        #expect(web.state.startedAt == Timestamp(rfc3339: "2026-11-27T10:10:43.126723352Z"))
        #expect(
            web.state.finishedAt == nil && web.state.exitCode == nil && web.state.error == nil
                && !web.state.wasOutOfMemory)
        #expect(web.state.restartCount == 0)
        #expect(web.health == nil)
        #expect(web.command == ["/app/web"])
        #expect(web.environment == ["PORT=8080"])
        #expect(web.workingDirectory == nil && web.user == nil && !web.hasTerminal)
        #expect(web.ports.map(\.text) == ["8080/tcp"])
        #expect(web.networks.map(\.name) == ["none"])
        #expect(web.limits.areNone)
        #expect(web.labels == ["com.docker.compose.project": "shop", "com.docker.compose.service": "web"])
        #expect(web.document == (try JSON(parsing: try Replies.docker("inspect-web"))))
    }

    @Test("Docker: how others are")
    func others() throws {
        let crashed = try Replies.container(try Replies.docker("inspect-crashed")).state
        #expect(crashed.status == "exited" && !crashed.isRunning && crashed.exitCode == 3)
        #expect(crashed.finishedAt == Timestamp(rfc3339: "2026-11-27T10:10:43.045028264Z"))
        #expect(try Replies.container(try Replies.docker("inspect-tty")).hasTerminal)
        let limited = try Replies.container(try Replies.docker("inspect-limited"))
        #expect((limited.limits.memoryBytes, limited.limits.cpus, limited.limits.pids) == (67_108_864, 0.5, nil))
        #expect(limited.command == ["/app/stay", "--verbose", "--token=tok-hunter2-limited"])
        #expect(limited.mounts.map(\.source) == ["cache", "/tmp/engines/1/shared"])
        #expect(limited.mounts.map(\.isReadOnly) == [false, true])
        #expect(try Replies.container(try Replies.docker("inspect-db")).environment.count == 5)
    }

    @Test("Docker: an unhealthy one and its probes")
    func unhealthy() throws {
        let health = try #require(try Replies.container(try Replies.docker("inspect-unhealthy")).health)
        #expect((health.status, health.failingStreak, health.probes.count) == ("unhealthy", 65, 5))
        #expect(health.probes.map(\.exitCode) == [1, 1, 1, 1, 1])
        #expect(health.probes.first?.output == "no answer on port 8080\n")
        #expect(health.probes.first?.at == Timestamp(rfc3339: "2026-11-27T10:13:50.343741656Z"))
    }

    @Test("Podman: no health, the command once, two thousand processes at most")
    func podman() throws {
        let web = try Replies.container(try Replies.podman("inspect-web"))
        #expect(
            [web.name, web.image, web.restartPolicy, web.workingDirectory] == [
                "web", "localhost/busybox:test", "no", "/",
            ])
        #expect(web.health == nil)
        #expect(web.command == ["/app/web"])
        #expect((web.limits.memoryBytes, web.limits.cpus, web.limits.pids) == (nil, nil, 2_048))
        #expect(web.state.finishedAt == nil && web.state.exitCode == nil)
        #expect(web.networks.isEmpty && web.ports.isEmpty && web.mounts.isEmpty)
        let crashed = try Replies.container(try Replies.podman("inspect-crashed"))
        #expect(crashed.state.exitCode == 3)
        #expect(crashed.command == ["/app/crash"])
    }

    private func details(_ members: String) throws -> ContainerDetails {
        try Replies.container(Array("{\"Id\":\"ab\"\(members.isEmpty ? "" : ",")\(members)}".utf8))
    }

    @Test(
        "An id is enough",
        arguments: [
            "", #""Name":null,"Config":null,"HostConfig":null,"State":null,"NetworkSettings":null,"Mounts":null"#,
            #""Config":[],"HostConfig":"x","State":7,"Mounts":{},"RestartCount":-1"#,
        ])
    func leastReply(members: String) throws {
        let details = try details(members)
        #expect(
            [
                details.name, details.image, details.imageID, details.platform, details.workingDirectory, details.user,
                details.restartPolicy, details.logDriver,
            ] == Array(repeating: nil, count: 8))
        #expect(
            details.command.isEmpty && details.environment.isEmpty && details.ports.isEmpty && details.mounts.isEmpty
                && details.networks.isEmpty && details.labels.isEmpty)
        #expect(
            details.state.status == nil && !details.state.isRunning && details.state.restartCount == nil
                && details.limits.areNone && details.health == nil)
    }

    @Test(
        "Commands",
        arguments: [
            (#""Path":"sh","Args":["-c","x"],"Config":{"Entrypoint":["sh"],"Cmd":["-c","x"]}"#, ["sh", "-c", "x"]),
            (#""Path":"sh","Args":null"#, ["sh"]), (#""Config":{"Cmd":["a","b"]}"#, ["a", "b"]),
            (#""Config":{"Cmd":"a b"}"#, ["a b"]),
            (#""Path":"/a","Args":["/a"],"Config":{"Entrypoint":[],"Cmd":["/a"]}"#, ["/a"]),
            (#""Path":"/a","Args":["x"],"Config":{"Entrypoint":"/a","Cmd":["x"]}"#, ["/a", "x"]),
        ])
    func commands(members: String, command: [String]) throws {
        #expect(try details(members).command == command)
    }

    @Test(
        "Limits: none is written as zero or minus one",
        arguments: [
            (#"{"Memory":0,"NanoCpus":0,"PidsLimit":0}"#, nil, nil, nil),
            (#"{"Memory":-1,"NanoCpus":-1,"PidsLimit":-1}"#, nil, nil, nil),
            (#"{"Memory":67108864,"NanoCpus":1500000000,"PidsLimit":100}"#, 67_108_864, 1.5, 100),
            (#"{"CpuQuota":50000,"CpuPeriod":100000}"#, nil, 0.5, nil), (#"{"CpuQuota":25000}"#, nil, 0.25, nil),
            (#"{"CpuQuota":-1,"CpuPeriod":100000}"#, nil, nil, nil),
            (#"{"NanoCpus":2000000000,"CpuQuota":50000}"#, nil, 2, nil),
            (#"{"Memory":null,"NanoCpus":null,"PidsLimit":null}"#, nil, nil, nil),
            (#"{"CpuQuota":50000,"CpuPeriod":0}"#, nil, 0.5, nil),
        ] as [(String, Int?, Double?, Int?)])
    func limits(host: String, memory: Int?, cpus: Double?, pids: Int?) throws {
        let limits = try details("\"HostConfig\":\(host)").limits
        #expect((limits.memoryBytes, limits.cpus, limits.pids) == (memory, cpus, pids))
        #expect(limits.areNone == (memory == nil && cpus == nil && pids == nil))
    }

    @Test(
        "Restart policies",
        arguments: [
            (#"{"Name":"always","MaximumRetryCount":0}"#, "always"),
            (#"{"Name":"on-failure","MaximumRetryCount":5}"#, "on-failure:5"),
            (#"{"Name":"on-failure","MaximumRetryCount":0}"#, "on-failure"),
            (#"{"Name":"unless-stopped"}"#, "unless-stopped"), (#"{"Name":""}"#, "no"), (#"{"Name":"no"}"#, "no"),
            ("{}", nil), ("null", nil), (#""x""#, nil),
        ] as [(String, String?)])
    func restartPolicies(json: String, policy: String?) throws {
        #expect(try details("\"HostConfig\":{\"RestartPolicy\":\(json)}").restartPolicy == policy)
    }

    @Test(
        "The exit code is the last end's: unknown before the first, and while it runs again",
        arguments: [
            ("exited", "2026-11-27T10:10:43Z", 3, 3), ("exited", "2026-11-27T10:10:43Z", 0, 0),
            ("restarting", "2026-11-27T10:10:43Z", 1, 1), ("dead", "2026-11-27T10:10:43Z", 137, 137),
            ("created", "0001-01-01T00:00:00Z", 0, nil),
            ("running", "0001-01-01T00:00:00Z", 0, nil), ("running", "2026-11-27T10:10:43Z", 0, nil),
            ("paused", "2026-11-27T10:10:43Z", 0, nil),
        ] as [(String, String, Int, Int?)])
    func exitCodes(status: String, finished: String, code: Int, shown: Int?) throws {
        #expect(
            try details("\"State\":{\"Status\":\"\(status)\",\"FinishedAt\":\"\(finished)\",\"ExitCode\":\(code)}")
                .state.exitCode == shown)
    }

    @Test(
        "Health: none is written in three ways, and Podman once named it otherwise",
        arguments: [
            (#""Health":{"Status":"none"}"#, nil), (#""Health":{"Status":""}"#, nil), (#""Health":null"#, nil),
            (#""Health":{"Status":"starting","Log":null}"#, "starting"),
            (#""Healthcheck":{"Status":"healthy"}"#, "healthy"),
            (#""Health":{"Status":"healthy","FailingStreak":0,"Log":[{}]}"#, "healthy"),
        ] as [(String, String?)])
    func health(member: String, status: String?) throws {
        #expect(try details("\"State\":{\(member)}").health?.status == status)
    }

    @Test(
        "Ports: bound ones, in order, or else exposed ones",
        arguments: [
            (
                #""NetworkSettings":{"Ports":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"},{"HostIp":"::","HostPort":"8080"}],"53/udp":null,"443/tcp":[]}}"#,
                ["53/udp", "0.0.0.0:8080->80/tcp", "[::]:8080->80/tcp", "443/tcp"]
            ), (#""Config":{"ExposedPorts":{"9090/udp":{},"8080/tcp":{}}}"#, ["8080/tcp", "9090/udp"]),
            (#""NetworkSettings":{"Ports":{"80":[{"HostIp":"","HostPort":"1"}]}}"#, ["0.0.0.0:1->80/tcp"]),
            (#""NetworkSettings":{"Ports":{"x/tcp":null,"":null,"/tcp":null}}"#, []),
            (#""NetworkSettings":{"Ports":{"80/tcp":[{"HostPort":"x"},{"HostPort":""}]}}"#, ["80/tcp", "80/tcp"]),
            (#""NetworkSettings":{"Ports":null}"#, []),
        ])
    func ports(members: String, texts: [String]) throws {
        #expect(try details(members).ports.map(\.text) == texts)
    }
}
