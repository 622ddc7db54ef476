// One source's failure is one entry in `sources`; only when nothing could be answered does the call fail.
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct FailureTests {
    /// A source that fails is a row of some, and half of a comparison is none: these have tests of their own.
    private static let tools = DockerTool.allNames.filter {
        !["docker_connection_status", "docker_problems", "docker_compare"].contains($0)
    }

    @Test(
        "The others answer, and the answer says first what is missing", arguments: tools,
        [SourceError.Code.connectionRefused, .deadlineExceeded, .notDocker, .engineError])
    func oneFails(name: String, code: SourceError.Code) async throws {
        let tool = try DockerTool.named(name)
        let alone = try await ask(tool, tool.leastArguments, [FixtureSource("local", try .docker())])
        let document = try await ask(
            tool, tool.leastArguments, [.dead("remote", code), FixtureSource("local", try .docker())])
        #expect(document.isComplete == false)
        #expect(document.gaps == ["source remote: \(code.rawValue)"])
        #expect(document.states == ["remote \(SourceError.stub(code).state.rawValue)", "local connected"])
        #expect(
            document.rows("sources")[0]["error"] == [
                "code": .string(code.rawValue),
                "message": .string("Source remote (unix:///run/remote.sock): \(code.rawValue)."),
                "hint": "Mend remote.",
            ])
        #expect(document.rows("sources")[0]["latency_ms"] == nil)
        #expect(document.rows("sources")[1]["latency_ms"] != nil)
        #expect(
            document.lines[0].hasPrefix("! remote failed: \(code.rawValue): Source remote (unix:///run/remote.sock)"))
        #expect(document.lines.count == alone.lines.count + 1)
    }

    @Test("When all fail the call does, with the first one's code and everybody's words", arguments: tools)
    func allFail(name: String) async throws {
        let tool = try DockerTool.named(name)
        let sources = [FixtureSource.dead("local", .socketMissing), .dead("remote", .deadlineExceeded)]
        let failure = try #require(await failure(tool, tool.leastArguments, sources))
        #expect(failure.code == "socket_missing")
        #expect(failure.message.contains("Source local (") && failure.message.contains("Source remote ("))
        #expect(failure.hint == "Mend local. Mend remote.")
        #expect(failure.text == "socket_missing: \(failure.message)\nhint: \(failure.hint)")
        #expect(failure.sources.map(\.source.name) == ["local", "remote"])
        #expect(failure.sources.map { $0.error?.code } == [.socketMissing, .deadlineExceeded])
    }

    @Test("A source that hangs until its limit costs the others nothing", arguments: tools)
    func hangs(name: String) async throws {
        let tool = try DockerTool.named(name)
        let hung = FixtureSource("hung", ["": .hang], limit: .milliseconds(30))
        let document = try await ask(tool, tool.leastArguments, [hung, FixtureSource("local", try .docker())])
        #expect(document.gaps == ["source hung: deadline_exceeded"])
        #expect(document.states == ["hung unreachable", "local connected"])
        #expect(document.rows("sources")[0]["error"]?["message"]?.string?.contains("30 ms") == true)
    }

    @Test("A broken reply costs its own source's rows only", arguments: ["[{]", "{}", "[{\"Names\":[\"/x\"]}]", "[1]"])
    func brokenReply(body: String) async throws {
        let broken = FixtureSource("broken", ["": .body(Array(body.utf8))])
        let document = try await ask(.listContainers, [:], [broken, FixtureSource("local", try .docker())])
        #expect(document.gaps == ["source broken: reply_malformed"])
        #expect(document.rows("containers").count == 12)
    }

    @Test("A failed source and a cut are both told")
    func failureAndCut() async throws {
        let document = try await ask(
            .listContainers, ["limit": 5], [.dead("remote"), FixtureSource("local", try .docker())])
        #expect(document.gaps == ["source remote: connection_refused", "limit 5 of 12"])
        #expect(document.lines[0].hasPrefix("! remote failed: "))
        #expect(document.lines[1].hasPrefix("! incomplete: limit 5 of 12; "))
        #expect(document.lines[2] == "12 containers: local 12")
    }
}

extension SourceError {
    static func stub(_ code: Code) -> SourceError { SourceError(code, "", hint: "") }
}
