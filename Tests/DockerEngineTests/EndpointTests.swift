// The paths that can be asked, to the byte.
import DockerEngine
import Testing

@Suite("Engine: paths") struct EndpointTests {
    private func container(_ text: String) throws -> ContainerReference { try #require(ContainerReference(text)) }
    private func image(_ text: String) throws -> ImageReference { try #require(ImageReference(text)) }

    @Test("Of the engine itself")
    func engine() {
        #expect(Endpoint<Void>.ping.path == "/_ping")
        #expect(!Endpoint<Void>.ping.isVersioned)
        #expect(Endpoint<EngineVersion>.version.path == "/version")
        #expect(Endpoint<EngineVersion>.version.isVersioned)
        #expect(Endpoint<EngineInfo>.info.path == "/info")
        #expect(Endpoint<EngineInfo>.info.isVersioned)
    }

    @Test(
        "Of lists of containers",
        arguments: [
            (true, nil, nil, "all=1"), (false, nil, nil, "all=0"),
            (false, "team", nil, "all=0&filters=%7B%22label%22%3A%5B%22team%22%5D%7D"),
            (
                true, "com.docker.compose.project=shop", nil,
                "all=1&filters=%7B%22label%22%3A%5B%22com.docker.compose.project%3Dshop%22%5D%7D"
            ),
            (false, nil, "exited", "all=1&filters=%7B%22status%22%3A%5B%22exited%22%5D%7D"),
            (
                true, "a", "paused",
                "all=1&filters=%7B%22label%22%3A%5B%22a%22%5D%2C%22status%22%3A%5B%22paused%22%5D%7D"
            ),
            (
                true, "a b&c=d\"e\\f/é\n", nil,
                "all=1&filters=%7B%22label%22%3A%5B%22a%20b%26c%3Dd%5C%22e%5C%5Cf%2F%C3%A9%5Cn%22%5D%7D"
            ), (true, "", nil, "all=1&filters=%7B%22label%22%3A%5B%22%22%5D%7D"),
            (true, "x\0\u{7F}", nil, "all=1&filters=%7B%22label%22%3A%5B%22x%5Cu0000%5Cu007f%22%5D%7D"),
        ] as [(Bool, String?, String?, String)])
    func containers(all: Bool, label: String?, state: String?, query: String) {
        #expect(
            Endpoint<[ContainerSummary]>.containers(all: all, labels: label.map { [$0] } ?? [], state: state).path
                == "/containers/json?\(query)")
    }

    @Test(
        "Of one container",
        arguments: [("web", "web"), ("/web", "web"), ("a_b.c-d", "a_b.c-d"), ("878ef3d7d7d7", "878ef3d7d7d7")])
    func oneContainer(text: String, part: String) throws {
        #expect(Endpoint<ContainerDetails>.container(try container(text)).path == "/containers/\(part)/json")
        #expect(
            Endpoint<ResourceSample>.stats(of: try container(text)).path == "/containers/\(part)/stats?stream=false")
    }

    @Test("Of networks, volumes, disks, processes, events and swarms")
    func diagnosis() throws {
        #expect(Endpoint<[NetworkSummary]>.networks.path == "/networks")
        #expect(Endpoint<[VolumeSummary]>.volumes.path == "/volumes")
        #expect(Endpoint<DiskUsage>.diskUsage.path == "/system/df")
        #expect(Endpoint<ProcessTable>.processes(in: try container("web")).path == "/containers/web/top")
        #expect(Endpoint<[SwarmService]>.services.path == "/services")
        #expect(Endpoint<[SwarmTask]>.tasks.path == "/tasks")
        #expect(Endpoint<[SwarmNode]>.nodes.path == "/nodes")
        let (since, until) = (Timestamp(nanoseconds: 1_500_000_000), Timestamp(nanoseconds: 2_000_000_001))
        #expect(
            StreamEndpoint.events(since: since, until: until).path
                == "/events?since=1.500000000&until=2.000000001")
        #expect(
            StreamEndpoint.events(since: since, until: until, types: ["container"]).path
                == "/events?since=1.500000000&until=2.000000001&filters=%7B%22type%22%3A%5B%22container%22%5D%7D")
    }

    @Test("Of lists of images")
    func images() {
        #expect(Endpoint<[ImageSummary]>.images().path == "/images/json")
        #expect(Endpoint<[ImageSummary]>.images(sharedSizes: true).path == "/images/json?shared-size=1")
    }

    @Test(
        "Of one image, whose slashes stay inside its part",
        arguments: [
            ("busybox", "busybox"), ("busybox:test", "busybox%3Atest"),
            ("registry.example:5000/team/api:2.0", "registry.example%3A5000%2Fteam%2Fapi%3A2.0"),
            ("x@sha512:\(String(repeating: "0", count: 128))", "x%40sha512%3A\(String(repeating: "0", count: 128))"),
            ("[::1]:5000/x", "%5B%3A%3A1%5D%3A5000%2Fx"),
        ])
    func oneImage(text: String, part: String) throws {
        #expect(Endpoint<ImageDetails>.image(try image(text)).path == "/images/\(part)/json")
        #expect(Endpoint<[ImageHistoryEntry]>.history(of: try image(text)).path == "/images/\(part)/history")
    }

    @Test("Of logs")
    func logs() throws {
        let web = try container("web")
        #expect(
            StreamEndpoint.logs(of: web, LogSelection(tail: 100)).path
                == "/containers/web/logs?stdout=1&stderr=1&timestamps=1&tail=100")
        let selection = LogSelection(
            tail: 1, since: Timestamp(nanoseconds: 1_795_774_239_000_000_007),
            until: Timestamp(nanoseconds: 1_795_774_300_500_000_000), stdout: false, stderr: true)
        #expect(
            StreamEndpoint.logs(of: web, selection).path
                == "/containers/web/logs?stdout=0&stderr=1&timestamps=1&tail=1&since=1795774239.000000007&until=1795774300.500000000"
        )
    }

    @Test("Of events")
    func events() {
        let path = "/events?filters=%7B%22type%22%3A%5B%22container%22%5D%7D"
        #expect(StreamEndpoint.containerEvents.path == path)
    }

    @Test("Every reply has a bound")
    func bounds() throws {
        let web = try container("web")
        let bounds = [
            Endpoint<Void>.ping.maximumReplyBytes, Endpoint<EngineVersion>.version.maximumReplyBytes,
            Endpoint<[ContainerSummary]>.containers(all: true).maximumReplyBytes,
            Endpoint<ContainerDetails>.container(web).maximumReplyBytes,
        ]
        #expect(bounds.allSatisfy { $0 > 0 && $0 <= 64 << 20 })
        #expect(bounds[0] < 1 << 20)
    }
}
