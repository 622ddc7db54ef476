// Addresses with holes.
import MCP
import Testing

@Suite struct URITemplateTests {
    private static let logs: URITemplate = "docker://{source}/containers/{id}/logs"

    @Test("What stands in the holes is found and decoded")
    func match() {
        #expect(Self.logs.variables == ["source", "id"])
        #expect(Self.logs.match("docker://local/containers/web/logs") == ["source": "local", "id": "web"])
        #expect(Self.logs.match("docker://a%20b/containers/%C3%BC%2F/logs") == ["source": "a b", "id": "ü/"])
        #expect(URITemplate("x{a}-{b}y").match("x1-2-3y") == ["a": "1", "b": "2-3"])
        #expect(URITemplate("plain").match("plain") == [:])
        #expect(URITemplate("open{").match("open{") == [:])
    }

    @Test(
        "Others don't fit",
        arguments: [
            "", "docker://", "docker:///containers/web/logs", "docker://local/containers//logs",
            "docker://local/containers/a/b/logs", "docker://local/containers/web",
            "docker://local/containers/web/logs/",
            "Docker://local/containers/web/logs", "docker://local/containers/%/logs",
            "docker://local/containers/%4/logs",
            "docker://local/containers/%zz/logs", "docker://local/containers/%+1/logs",
            "docker://local/containers/%FF/logs",
        ])
    func noMatch(uri: String) {
        #expect(Self.logs.match(uri) == nil)
    }
}
