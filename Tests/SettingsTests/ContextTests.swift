// Docker's context store: which engine a context names, and what is said of a store that is broken.
import CurlClient
import DockerSources
import Settings
import Testing

@Suite("Settings: docker contexts") struct ContextTests {
    /// A store of these contexts: name, host, whether verification is off, and the files of its TLS material.
    private static func store(
        _ contexts: [(String, String, Bool, [String])], current: String? = nil, broken: [String: String] = [:]
    ) -> Files {
        var texts = broken
        texts["/d/config.json"] = #"{"auths":{},"currentContext":"\#(current ?? "")"}"#
        for (number, (name, host, skips, material)) in contexts.enumerated() {
            texts["/d/contexts/meta/\(number)/meta.json"] =
                #"{"Name":"\#(name)","Metadata":{},"Endpoints":{"docker":{"Host":"\#(host)","SkipTLSVerify":\#(skips)}}}"#
            for file in material { texts["/d/contexts/tls/\(number)/docker/\(file)"] = "" }
        }
        let found = texts
        return Files(
            read: { path in found[path].map { .success(Array($0.utf8)) } ?? .failure(.missing) },
            list: { folder in
                Set(
                    found.keys.filter { $0.hasPrefix("\(folder)/") }.compactMap {
                        $0.dropFirst(folder.count + 1).split(separator: "/").first.map(String.init)
                    }
                ).sorted()
            },
            exists: { path in found.keys.contains { $0 == path || $0.hasPrefix("\(path)/") } })
    }

    private static let common = store([
        ("prod", "tcp://203.0.113.7:2376", false, ["ca.pem", "cert.pem", "key.pem"]),
        ("plain", "tcp://10.0.0.7:2375", false, []),
        ("desktop-linux", "unix:///home/u/.docker/desktop/docker.sock", false, []), ("nas", "ssh://u@nas", false, []),
        ("lax", "tcp://10.0.0.8:2376", true, []), ("pipe", "npipe:////./pipe/docker_engine", false, []),
    ])

    private func settings(_ variables: [String: String], _ files: Files = common) throws -> Settings {
        try Settings(environment: variables.merging(["DOCKER_CONFIG": "/d"]) { _, new in new }, files: files)
    }

    private static let prod = "/d/contexts/tls/0/docker"

    @Test(
        "DOCKER_CONTEXT names an engine",
        arguments: [
            (
                "prod", "remote",
                EndpointSetting.tls(
                    host: "203.0.113.7", port: 2376,
                    TLSOptions(authority: "\(prod)/ca.pem", certificate: "\(prod)/cert.pem", key: "\(prod)/key.pem"))
            ), ("plain", "remote", .tcp(host: "10.0.0.7", port: 2375)),
            ("desktop-linux", "local", .localSocket(paths: ["/home/u/.docker/desktop/docker.sock"])),
            ("nas", "remote", .ssh(SSHDestination(user: "u", host: "nas"))),
            ("lax", "remote", .tls(host: "10.0.0.8", port: 2376, TLSOptions(verifiesServer: false))),
        ])
    func named(context: String, source: String, endpoint: EndpointSetting) throws {
        let found = try settings(["DOCKER_CONTEXT": context])
        #expect(found.sources.map(\.name) == [source])
        #expect(found.sources.map(\.endpoint) == [endpoint])
        // The variables about TLS are about DOCKER_HOST: a context has its own.
        #expect(
            try settings(["DOCKER_SOURCES": "x=context:\(context)", "DOCKER_TLS_VERIFY": "1"]).sources[0].endpoint
                == endpoint)
    }

    @Test("DOCKER_HOST wins, as with docker CLI, and then the context is not even looked at")
    func hostWins() throws {
        let found = try settings(["DOCKER_HOST": "tcp://a", "DOCKER_CONTEXT": "nowhere"])
        #expect(found.sources.map(\.endpoint) == [.tcp(host: "a", port: 2375)])
    }

    @Test("What docker itself would ask is what a person's command asks when nothing is set, and no server does")
    func current() throws {
        let store = Self.store([("cloud", "tcp://10.0.0.7:2375", false, [])], current: "cloud")
        let found = try settings([:], store)
        #expect(found.sources.isEmpty)
        #expect(
            found.withStandardEngineIfNothingIsSet().sources.map(\.endpoint) == [.tcp(host: "10.0.0.7", port: 2375)])
        #expect(
            try settings(["ALLOW_LOCAL_DOCKER": "true"], store).sources[0].endpoint
                != .tcp(host: "10.0.0.7", port: 2375))
        let desktop = Self.store([("desktop-linux", "unix:///h/desktop.sock", false, [])], current: "desktop-linux")
        let local = try settings(["ALLOW_LOCAL_DOCKER": "true"], desktop)
        #expect(local.socketPaths.prefix(2) == ["/h/desktop.sock", "/var/run/docker.sock"])
        #expect(try settings([:], Self.store([], current: "gone")).sources.isEmpty)
    }

    @Test(
        "What can't be had is said with what there is",
        arguments: [
            (
                "nowhere",
                "there is no such context; docker context ls shows them: default, desktop-linux, lax, nas, pipe, plain, prod"
            ),
            ("pipe", "the context's host is npipe:////./pipe/docker_engine: npipe:// can't be reached from here"),
        ])
    func absent(context: String, words: String) {
        let error = #expect(throws: SettingsError.self) { try settings(["DOCKER_CONTEXT": context]) }
        #expect(error?.problems.count == 1)
        #expect(
            error?.problems.first?.hasPrefix("DOCKER_CONTEXT=\(context): \(words)") == true, "\(error?.problems ?? [])")
    }

    @Test(
        "A corrupt store names the file",
        arguments: [
            ("{", "is no JSON"), (#"{"Metadata":{}}"#, "names no context"), ("[]", "names no context"),
            (#"{"Name":"x"}"#, "has no Docker endpoint"),
            (#"{"Name":"x","Endpoints":{"docker":{"Host":"context:x"}}}"#, "the context's host is no address"),
            (#"{"Name":"x","Endpoints":{"docker":{"Host":"tcp://u:hunter2@h"}}}"#, "no user and password"),
        ])
    func corrupt(text: String, words: String) {
        let store = Self.store([], broken: ["/d/contexts/meta/9/meta.json": text])
        let error = #expect(throws: SettingsError.self) { try settings(["DOCKER_CONTEXT": "x"], store) }
        let problem = error?.problems.first ?? ""
        #expect(problem.contains(words), "\(problem)")
        #expect(!problem.contains("hunter2"))
        if !words.hasPrefix("the context") && !words.hasPrefix("no user") {
            #expect(problem.contains("meta.json") && problem.contains("docker context create"), "\(problem)")
        }
    }

    @Test("A corrupt context costs no other one", arguments: ["0", "9"])
    func corruptBeside(identifier: String) throws {
        // Read before the sound one, and after it.
        let store = Self.store(
            [("a", "tcp://10.0.0.6:2375", false, []), ("b", "tcp://10.0.0.7:2375", false, [])],
            broken: ["/d/contexts/meta/\(identifier)x/meta.json": "{"])
        #expect(try settings(["DOCKER_CONTEXT": "a"], store).sources.count == 1)
        #expect(try settings(["DOCKER_CONTEXT": "b"], store).sources.count == 1)
        let error = #expect(throws: SettingsError.self) { try settings(["DOCKER_CONTEXT": "c"], store) }
        #expect(error?.problems.first?.contains("\(identifier)x/meta.json is no JSON") == true)
    }
}
