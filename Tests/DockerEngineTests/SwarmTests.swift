// Services, tasks and nodes of a swarm.
import DockerEngine
import Testing

@Suite("Engine: swarm") struct SwarmTests {
    @Test("Services")
    func services() throws {
        let services = try Endpoint<[SwarmService]>.services.reply(from: try Replies.docker("swarm-services"))
            .sorted { $0.name < $1.name }
        #expect(services.map(\.name) == ["broken", "shop_web"])
        #expect(services.map(\.replicas) == [1, 2] && services.allSatisfy { $0.mode == "replicated" })
        #expect(services.map(\.image) == ["busybox:test", "busybox:test"])
        #expect(services[1].labels["com.docker.stack.namespace"] == "shop")
    }

    @Test("Tasks: two that run, one that can't start, with its error")
    func tasks() throws {
        let tasks = try Endpoint<[SwarmTask]>.tasks.reply(from: try Replies.docker("swarm-tasks"))
        #expect(tasks.count { $0.state == "running" && $0.desiredState == "running" } == 2)
        let failed = try #require(tasks.first { $0.state == "failed" })
        #expect(failed.error?.contains("/no/such/program") == true && failed.desiredState == "shutdown")
    }

    @Test("Nodes, and who manages")
    func nodes() throws {
        let nodes = try Endpoint<[SwarmNode]>.nodes.reply(from: try Replies.docker("swarm-nodes"))
        #expect(nodes.map(\.hostName) == ["machine"] && nodes.allSatisfy(\.isLeader))
        #expect([nodes[0].role, nodes[0].state, nodes[0].availability] == ["manager", "ready", "active"])
        #expect(try Replies.info(try Replies.docker("swarm-info")).isSwarmManager)
        #expect(try !Replies.info(try Replies.docker("info")).isSwarmManager)
        #expect(try !Replies.info(try Replies.podman("info")).isSwarmManager)
    }

    @Test(
        "Modes and ports",
        arguments: [
            (#"{"Global":{}}"#, "global", nil), (#"{"Replicated":{"Replicas":0}}"#, "replicated", 0),
            (#"{"ReplicatedJob":{"TotalCompletions":3}}"#, "replicated-job", 3),
            (#"{"GlobalJob":{}}"#, "global-job", nil),
        ] as [(String, String, Int?)])
    func modes(mode: String, word: String, replicas: Int?) throws {
        let text =
            #"[{"ID":"a1","Spec":{"Name":"x","Mode":\#(mode)},"Endpoint":{"Ports":[{"TargetPort":80,"PublishedPort":8080,"Protocol":"udp"},{"TargetPort":1},{}]}}]"#
        let service = try #require(try Endpoint<[SwarmService]>.services.reply(from: Array(text.utf8)).first)
        #expect(service.mode == word && service.replicas == replicas)
        #expect(service.ports == ["8080->80/udp", "1/tcp"])
    }
}
