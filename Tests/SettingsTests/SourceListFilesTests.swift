// Sources that other files list: Prometheus's file_sd, and docker's contexts.
import CurlClient
import DockerSources
import Testing

@testable import Settings

@Suite("Configuration file: lists of sources") struct SourceListFilesTests {
    private static let list = "source_lists: [{file_sd: t/*.json, tags: [fleet], deadline: 2s}]"

    @Test("Targets become sources, labels their tags")
    func targets() throws {
        let found = try settings(
            Self.list,
            others: [
                "/c/t/b.json":
                    #"[{"targets":["h1:2375","[2001:db8::7]:2375"],"labels":{"env":"prod","dc":"eu west/1"}}]"#,
                "/c/t/a.json":
                    "- targets: [\"10.0.0.1:2375\"]\n  labels: {name: web, __meta_x: y, empty: ''}\n- targets: [ssh://u@nas]\n",
                "/c/t/.hidden.json": "[", "/c/t/c.yaml": "[", "/c/t/deeper/d.json": "[",
            ])
        #expect(found.sources.map(\.name) == ["web", "u-nas", "h1-2375", "2001-db8--7--2375"])
        #expect(
            found.sources.map(\.endpoint) == [
                .tcp(host: "10.0.0.1", port: 2375), .ssh(SSHDestination(user: "u", host: "nas")),
                .tcp(host: "h1", port: 2375), .tcp(host: "2001:db8::7", port: 2375),
            ])
        #expect(
            found.sources.map(\.tags) == [
                ["fleet"], ["fleet"], ["fleet", "prod", "eu-west-1"], ["fleet", "prod", "eu-west-1"],
            ])
        #expect(found.sources.allSatisfy { $0.limits.total == .seconds(2) })
    }

    @Test("A name for several targets, and a scheme")
    func labels() throws {
        let found = try settings(
            "source_lists: [{file_sd: [t.yaml]}]",
            others: ["/c/t.yaml": "- targets: [a, b]\n  labels: {name: web, __scheme__: https}"])
        #expect(found.sources.map(\.name) == ["web-a", "web-b"])
        #expect(found.sources[0].endpoint == .tls(host: "a", port: 443, TLSOptions()))
    }

    @Test("What is wrong in a list names that file; all of it at once")
    func faulty() {
        let found = problems(
            Self.list,
            others: [
                "/c/t/a.json": "[{\"targets\": \"x\"}, {\"targets\": [\"h:x\"], \"label\": {}}]", "/c/t/b.json": "[",
                "/c/t/c.json": "[{\"targets\": [\"u:hunter2@h:1\", \"dup:1\", \"dup:1\"], \"labels\": {\"a\": [1]}}]",
                "/c/t/d.json": "{}",
            ])
        for words in [
            "/c/t/a.json:1:14: [0].targets: this is \"x\"; write a list",
            "/c/t/a.json:1:33: [1].targets[0]: \"tcp://h:x\": a port",
            "/c/t/a.json:1:41: [1].label: there is no such key; did you mean labels?", "/c/t/b.json:2:1: it is no YAML",
            "/c/t/c.json:1:15: [0].targets[0]: \"[masked]@h:1\": an address holds no user",
            "/c/t/c.json:1:41: [0].targets[2]: the name dup-1 is taken by /c/t/c.json:1:32: [0].targets[1]",
            "/c/t/c.json:1:67: [0].labels.a: this is a list; write a text",
            "/c/t/d.json:1:1: this is a mapping; write a list",
        ] {
            #expect(found.contains { $0.hasPrefix(words) }, "\(words)\n\(found.joined(separator: "\n"))")
        }
        #expect(found.count == 8 && !found.joined().contains("hunter2"), "\(found)")
    }

    @Test("A pattern that fits nothing lists nothing")
    func none() throws {
        #expect(try settings(Self.list).sources.isEmpty)
    }

    @Test(
        "Names and patterns",
        arguments: [
            ("a.json", "*.json", true), ("a.json", "a.json", true), ("a.json", "?.json", true),
            ("ab.json", "?.json", false),
            ("a.yaml", "*.json", false), ("abcabd", "*ab?", true), ("aaab", "*a*b", true), ("", "*", true),
            ("x", "", false),
            ("abc", "a*c*", true), ("abd", "a*c*", false),
            (String(repeating: "a", count: 200), "*a*a*a*a*a*a*a*b", false),
        ])
    func patterns(name: String, pattern: String, fits: Bool) {
        #expect(ConfigSources.fits(name, pattern) == fits)
    }

    @Test("Contexts by name, or all of them")
    func contexts() throws {
        let store = Dictionary(
            uniqueKeysWithValues: [("b", "tcp://b"), ("a+x", "ssh://u@a"), ("c", "unix:///run/c.sock")].map {
                MadeFiles.context($0, $1)
            })
        let all = try settings("source_lists: [{contexts: all, tags: [ctx]}]", others: store)
        #expect(all.sources.map(\.name) == ["a-x", "b", "c"] && all.sources.allSatisfy { $0.tags == ["ctx"] })
        let some = try settings("source_lists: [{contexts: [c, b]}]", others: store)
        #expect(some.sources.map(\.name) == ["c", "b"])
        #expect(some.sources[0].endpoint == .localSocket(paths: ["/run/c.sock"]))
        #expect(try settings("source_lists: [{contexts: all}]").sources.isEmpty)
        let broken = store.merging([MadeFiles.context("pipe", "npipe:////./pipe/docker_engine")]) { _, new in new }
        let found = problems("source_lists: [{contexts: all}]", others: broken)
        #expect(
            found.count == 1
                && found[0].hasPrefix("1:27: source_lists[0].contexts: \"context:pipe\": the context's host"),
            "\(found)")
    }

    @Test("A list without end is cut")
    func endless() {
        let targets = (0..<10_010).map { "\"h\($0):1\"" }.joined(separator: ",")
        let found = problems(Self.list, others: ["/c/t/a.json": "[{\"targets\":[\(targets)]}]"])
        #expect(found.count == 1 && found[0].contains("there are more than 10000 sources"), "\(found.prefix(3))")
    }
}
