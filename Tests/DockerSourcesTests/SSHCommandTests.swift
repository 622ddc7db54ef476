// What is run for an ssh:// source: one list of arguments, none of which ssh or a shell can read otherwise.
import Testing

@testable import DockerSources

@Suite struct SSHCommandTests {
    private static let limits = SourceLimits(connect: .seconds(5), total: .seconds(10))

    @Test(
        "The end of the command",
        arguments: [
            (SSHDestination(host: "nas"), ["--", "nas", "docker system dial-stdio"]),
            (SSHDestination(user: "me", host: "nas"), ["-l", "me", "--", "nas", "docker system dial-stdio"]),
            (
                SSHDestination(user: "me", host: "2001:db8::7", port: 2222),
                ["-l", "me", "-p", "2222", "--", "2001:db8::7", "docker system dial-stdio"]
            ),
            (
                SSHDestination(host: "nas", socketPath: "/run/user/7/docker.sock"),
                ["--", "nas", "docker -H 'unix:///run/user/7/docker.sock' system dial-stdio"]
            ),
            (
                SSHDestination(host: "nas", identityFile: "/k/100%.pem"),
                ["-i", "/k/100%%.pem", "-o", "IdentitiesOnly=yes", "--", "nas", "docker system dial-stdio"]
            ),
            // Such a host is refused where it is read; here it would still be a host and no option.
            (SSHDestination(host: "-oProxyCommand=x"), ["--", "-oProxyCommand=x", "docker system dial-stdio"]),
        ])
    func end(destination: SSHDestination, words: [String]) {
        let command = destination.command(Self.limits, [])
        #expect(command.first == "ssh")
        #expect(Array(command.suffix(words.count)) == words)
    }

    @Test("Nothing is asked, forwarded or run on this side")
    func options() {
        let command = SSHDestination(host: "nas").command(Self.limits, ["-F", "/x"])
        for flag in ["-T", "-a", "-x"] { #expect(command.contains(flag)) }
        for option in ["BatchMode=yes", "ClearAllForwardings=yes", "PermitLocalCommand=no", "RemoteCommand=none"] {
            #expect(zip(command, command.dropFirst()).contains { $0 == ("-o", option) })
        }
        #expect(zip(command, command.dropFirst()).contains { $0 == ("-F", "/x") })
    }

    @Test(
        "ssh counts the time to connect in whole seconds",
        arguments: [
            (Duration.milliseconds(1), 1), (.milliseconds(500), 1), (.seconds(1), 1), (.milliseconds(1_500), 2),
            (.seconds(5), 5),
        ])
    func connectTimeout(limit: Duration, seconds: Int) {
        let command = SSHDestination(host: "nas").command(SourceLimits(connect: limit, total: .seconds(10)), [])
        #expect(command.contains("ConnectTimeout=\(seconds)"))
    }

    @Test(
        "As a URL",
        arguments: [
            (SSHDestination(host: "nas"), "ssh://nas"),
            (SSHDestination(user: "me", host: "nas", port: 22), "ssh://me@nas:22"),
            (SSHDestination(host: "::1", port: 22, socketPath: "/run/d.sock"), "ssh://[::1]:22/run/d.sock"),
        ])
    func text(destination: SSHDestination, text: String) { #expect(destination.text == text) }
}
