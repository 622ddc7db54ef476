// Endpoints over TLS and ssh, as docker CLI's variables and addresses ask for them.
import CurlClient
import DockerSources
import Settings
import Testing

@Suite("Settings: TLS and ssh") struct TLSAndSSHTests {
    private static let home = ["HOME": "/home/u"]

    /// Files of these paths, all empty.
    private static func files(_ paths: String...) -> Files {
        Files(
            read: { paths.contains($0) ? .success([]) : .failure(.missing) }, list: { _ in [] },
            exists: { path in paths.contains { $0 == path || $0.hasPrefix("\(path)/") } })
    }

    private func endpoint(_ variables: [String: String], _ files: Files = .none) throws -> EndpointSetting? {
        try Settings(environment: variables.merging(Self.home) { own, _ in own }, files: files).sources.first?.endpoint
    }

    @Test(
        "TLS that is asked for is never answered by plain HTTP",
        arguments: [
            ["DOCKER_TLS_VERIFY": "1"], ["DOCKER_TLS_VERIFY": "0"], ["DOCKER_TLS_VERIFY": "false"],
            ["DOCKER_TLS": "true"], ["DOCKER_TLS": "1"], ["DOCKER_TLS": "false"],
        ])
    func wanted(variables: [String: String]) throws {
        let verifies = variables["DOCKER_TLS_VERIFY"] != nil
        for (address, port) in [("tcp://host", 2376), ("tcp://host:2375", 2375), ("http://host", 2376)] {
            let found = try endpoint(variables.merging(["DOCKER_HOST": address]) { _, new in new })
            #expect(
                found
                    == .tls(
                        host: "host", port: port,
                        TLSOptions(
                            authority: verifies ? "/home/u/.docker/ca.pem" : nil, verifiesServer: verifies)))
        }
        let local = try endpoint(variables.merging(["DOCKER_HOST": "unix:///run/x"]) { _, new in new })
        #expect(local == .localSocket(paths: ["/run/x"]))
    }

    @Test("Certificates are those of DOCKER_CERT_PATH, or of docker's own folder")
    func certificates() throws {
        let own = Self.files("/certs/ca.pem", "/certs/cert.pem", "/certs/key.pem")
        let verify = ["DOCKER_HOST": "tcp://host", "DOCKER_TLS_VERIFY": "1"]
        let named = try endpoint(verify.merging(["DOCKER_CERT_PATH": "/certs"]) { _, new in new }, own)
        let options = TLSOptions(authority: "/certs/ca.pem", certificate: "/certs/cert.pem", key: "/certs/key.pem")
        #expect(named == .tls(host: "host", port: 2376, options))

        let dockers = Self.files("/etc/docker-cli/cert.pem", "/etc/docker-cli/key.pem")
        let found = try endpoint(verify.merging(["DOCKER_CONFIG": "/etc/docker-cli"]) { _, new in new }, dockers)
        #expect(
            found
                == .tls(
                    host: "host", port: 2376,
                    TLSOptions(
                        authority: "/etc/docker-cli/ca.pem", certificate: "/etc/docker-cli/cert.pem",
                        key: "/etc/docker-cli/key.pem")))
    }

    @Test("https is TLS with the system's authorities unless docker's variables say otherwise")
    func https() throws {
        #expect(try endpoint(["DOCKER_HOST": "https://host"]) == .tls(host: "host", port: 443, TLSOptions()))
        #expect(
            try endpoint(["DOCKER_HOST": "HTTPS://host:2376", "DOCKER_TLS": "1"])
                == .tls(host: "host", port: 2376, TLSOptions(verifiesServer: false)))
    }

    @Test(
        "ssh addresses",
        arguments: [
            ("ssh://host", SSHDestination(host: "host")), ("ssh://u@host/", SSHDestination(user: "u", host: "host")),
            ("SSH://deploy-1@host:2222", SSHDestination(user: "deploy-1", host: "host", port: 2222)),
            (
                "ssh://u@[2001:db8::7]:22/run/user/7/docker.sock",
                SSHDestination(user: "u", host: "2001:db8::7", port: 22, socketPath: "/run/user/7/docker.sock")
            ),
            ("ssh://nas.local/var/run/docker.sock", SSHDestination(host: "nas.local", socketPath: "/var/run/docker.sock")),
        ])
    func ssh(text: String, destination: SSHDestination) throws {
        let settings = try Settings(environment: ["DOCKER_HOST": text])
        #expect(settings.sources.map(\.endpoint) == [.ssh(destination)])
        #expect(settings.sources.map(\.name) == ["remote"])
        #expect(settings.mode == "remote")
    }

    @Test(
        "ssh addresses that are refused: nothing in them may be read as an option or by a shell",
        arguments: [
            ("ssh://", "no host"), ("ssh://-oProxyCommand=x", "no host"), ("ssh://-l@host", "its user is none"),
            ("ssh://u:hunter2@host", "no password"), ("ssh://ho st", "no host"), ("ssh://host:0", "1 to 65535"),
            ("ssh://host:x", "1 to 65535"), ("ssh://u@@host", "its user is none"), ("ssh://@host", "its user is none"),
            ("ssh://host/run/'$(id)'", "the path of its socket"), ("ssh://host/a b", "the path of its socket"),
            ("ssh://host?x=1", "no host"), ("ssh://2001:db8::7", "in brackets"), ("ssh://host;id", "no host"),
        ])
    func badSSH(text: String, words: String) {
        let error = #expect(throws: SettingsError.self) { try Settings(environment: ["DOCKER_HOST": text]) }
        let problem = error?.problems.first ?? ""
        #expect(error?.problems.count == 1)
        #expect(problem.hasPrefix("DOCKER_HOST=") && problem.contains(words), "\(problem)")
        #expect(!problem.contains("hunter2"))
    }
}
