// Sources, containers and logs as resources, and the audit trail that reading them leaves.
import DockerSources
import JSON
import MCP
import NIOConcurrencyHelpers
import Testing

@testable import DockerTools

@Suite struct ResourceTests {
    private let records = NIOLockedValueBox<[JSON]>([])

    private func box(_ sources: [any Source]) -> ToolBox {
        let records = records
        return ToolBox(
            Deployment(aggregator: Aggregator(sources: sources), mode: "dual", adviceWhenNothingIsSet: "Set it."),
            audit: AuditTrail { record in records.withLockedValue { $0.append(record) } })
    }

    /// What is read at `uri`.
    private func read(_ uri: String, _ sources: [any Source]) async throws -> ResourceContents {
        let box = box(sources)
        if let resource = box.resources.first(where: { $0.uri == uri }) {
            return try #require(try await resource.handler(CallContext()).first)
        }
        for template in box.templates {
            if let variables = template.uriTemplate.match(uri) {
                return try #require(try await template.handler(uri, variables, CallContext()).first)
            }
        }
        throw HandlerFailure.notFound(uri)
    }

    private func text(_ contents: ResourceContents) -> String {
        guard case .text(let text) = contents.body else { return "" }
        return text
    }

    @Test("The sources are a document that conforms to the status schema")
    func sources() async throws {
        let contents = try await read("docker://sources", [FixtureSource("local", try .docker()), .dead("remote")])
        #expect(contents.mimeType == "application/json" && contents.uri == "docker://sources")
        let json = try JSON(parsing: text(contents))
        #expect(SchemaCheck.problems(in: json, against: DockerTool.connectionStatus.outputSchema) == [])
        #expect(json["sources"]?.array?.count == 2)
    }

    @Test("A container is its source's alone, by name or by id", arguments: ["web", "00ccadb0faa8"])
    func container(id: String) async throws {
        let sources = [FixtureSource("local", try .docker()), FixtureSource("remote", try .podman())]
        let contents = try await read("docker://local/containers/\(id)", sources)
        let json = try JSON(parsing: text(contents))
        #expect(SchemaCheck.problems(in: json, against: DockerTool.inspect.outputSchema) == [])
        #expect(json["containers"]?.array?.compactMap { $0["source"]?.string } == ["local"])
        #expect(sources[1].asked.isEmpty)
    }

    @Test("Secrets of a container are masked there, too")
    func secrets() async throws {
        let contents = try await read("docker://local/containers/db", [FixtureSource("local", try .docker())])
        #expect(!text(contents).contains("hunter2") && text(contents).contains("[masked]"))
    }

    @Test("A log is text that says what it is")
    func log() async throws {
        let contents = try await read("docker://local/containers/web/logs", [FixtureSource("local", try .docker())])
        #expect(contents.mimeType == "text/plain")
        #expect(text(contents).contains("untrusted text from containers"))
        #expect(text(contents).contains("warning: order 1 has no invoice"))
    }

    @Test(
        "What is not there is not found, and says why",
        arguments: [
            ("docker://local/containers/nosuch", "not_found"), ("docker://cloud/containers/web", "invalid_argument"),
            ("docker://local/containers/nosuch/logs", "not_found"),
            ("docker://local/containers/..%2F..%2Fx", "invalid_argument"),
            ("docker://local/containers/remote%2Fweb", "invalid_argument"),
            ("docker://local/containers/a%00b", "invalid_argument"),
        ])
    func missing(uri: String, code: String) async throws {
        let sources = [FixtureSource("local", try .docker()), FixtureSource("remote", try .podman())]
        await #expect {
            try await read(uri, sources)
        } throws: { error in
            guard case .notFound(let text)? = error as? HandlerFailure else { return false }
            return text.hasPrefix("\(code): ")
        }
    }

    @Test("A source that does not answer is a failure, and no missing resource")
    func failed() async throws {
        await #expect {
            try await read("docker://gone/containers/web", [FixtureSource.dead("gone")])
        } throws: { error in
            guard case .failed(let text)? = error as? HandlerFailure else { return false }
            return text.hasPrefix("connection_refused: ")
        }
    }

    @Test("Reading leaves a record, as a call does")
    func audit() async throws {
        _ = try await read("docker://local/containers/web", [FixtureSource("local", try .docker())])
        let record = try #require(records.withLockedValue { $0 }.first)
        #expect(record["event"] == "resource_read")
        #expect(record["tool"] == "docker_inspect")
        #expect(record["arguments"] == ["source": "local", "container_id": "web"])
        #expect(record["outcome"] == "ok")
    }
}
