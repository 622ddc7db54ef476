// What ssh, the other side's shell and its docker command said, as recorded from real runs, becomes a code and a hint.
import SSHTunnel
import Testing

@testable import DockerSources

@Suite struct SSHErrorTests {
    private static let destination = SSHDestination(user: "me", host: "nas", port: 2222)
    private static let label = SourceLabel(name: "nas", kind: .ssh, endpoint: destination.text)

    private typealias Case = (
        words: String, exit: Int, code: SourceError.Code, message: String, hint: String
    )

    /// OpenSSH 9.2p1, bash 5.2, docker CLI 28.
    private static let recorded: [Case] = [
        (
            "ssh: Could not resolve hostname nas: Name or service not known\r\n", 255, .hostNotFound,
            "no address", "~/.ssh/config"
        ),
        ("ssh: connect to host nas port 2222: Connection refused\r\n", 255, .connectionRefused, "listens", "sshd"),
        ("ssh: connect to host nas port 22: No route to host\r\n", 255, .noRoute, "does not lead there", "VPN"),
        ("ssh: connect to host nas port 22: Network is unreachable\r\n", 255, .noRoute, "not lead there", "routes"),
        ("ssh: connect to host nas port 22: Connection timed out\r\n", 255, .connectTimeout, "in time", "firewall"),
        ("Connection timed out during banner exchange\r\n", 255, .connectTimeout, "in time", "firewall"),
        ("Timeout, server nas not responding.\r\n", 255, .connectTimeout, "in time", "firewall"),
        (
            "No ED25519 host key is known for [nas]:2222 and you have requested strict checking.\r\nHost key verification failed.\r\n",
            255, .sshHostKey, "does not know the host's key", "ssh -p 2222 me@nas"
        ),
        ("Host key verification failed.\r\n", 255, .sshHostKey, "does not know the host's key", "fingerprint"),
        (changedKey, 255, .sshHostKey, "another key", "ssh-keygen -R '[nas]:2222'"),
        ("me@nas: Permission denied (publickey).\r\n", 255, .sshUnauthorized, "does not let us in", "ssh-copy-id"),
        (
            "me@nas: Permission denied (publickey,password,keyboard-interactive).\r\n", 255, .sshUnauthorized,
            "does not let us in", "No password is ever asked for"
        ),
        (openKey, 255, .sshUnauthorized, "bad permissions", "IdentityFile"),
        (
            "Received disconnect from 203.0.113.7 port 2222:2: Too many authentication failures\r\nDisconnected from 203.0.113.7 port 2222\r\n",
            255, .sshUnauthorized, "too many keys", "IdentitiesOnly"
        ),
        (
            "kex_exchange_identification: Connection closed by remote host\r\nConnection closed by 203.0.113.7 port 2222\r\n",
            255, .connectionRefused, "ended the ssh connection", "MaxStartups"
        ),
        (
            "kex_exchange_identification: read: Connection reset by peer\r\n", 255, .connectionRefused,
            "ended the ssh connection", "fail2ban"
        ),
        ("Connection to nas closed by remote host.\r\n", 255, .connectionRefused, "ended the ssh connection", "sshd"),
        (
            "Unable to negotiate with 203.0.113.7 port 2222: no matching host key type found. Their offer: ssh-rsa\r\n",
            255, .sshFailed, "Their offer: ssh-rsa", "ssh -p 2222 me@nas docker version"
        ),
        (
            "/home/me/.ssh/config: line 1: Bad configuration option: bad\r\n/home/me/.ssh/config: terminating, 1 bad configuration options\r\n",
            255, .sshFailed, "Bad configuration option", "by hand"
        ),
        ("bash: line 1: docker: command not found\n", 127, .notDocker, "no docker command", "PATH"),
        ("sh: 1: docker: not found\n", 127, .notDocker, "no docker command", "Install Docker"),
        ("docker: Command not found.\n", 1, .notDocker, "no docker command", "PATH"),
        (
            "'docker' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n", 1,
            .notDocker, "no docker command", "PATH"
        ),
        (
            "failed to open the raw stream connection: dial unix /nonexistent/d.sock: connect: no such file or directory\n",
            1, .connectionRefused, "no Docker engine runs there", "systemctl start docker"
        ),
        (
            "failed to open the raw stream connection: dial unix /var/run/docker.sock: connect: connection refused\n",
            1, .connectionRefused, "no Docker engine runs there", "ssh://HOST/PATH/docker.sock"
        ),
        (
            "failed to open the raw stream connection: dial tcp 127.0.0.1:1: connect: connection refused\n", 1,
            .connectionRefused, "no Docker engine runs there", "systemctl start docker"
        ),
        (
            "WARNING: Error loading config file: open /root/.docker/config.json: permission denied\nfailed to open the raw stream connection: dial unix /run/d.sock: connect: permission denied\n",
            1, .permissionDenied, "may not open Docker's socket", "usermod -aG docker"
        ),
        (
            "docker: unknown command: docker system dial-stdio\n\nUsage:  docker system\n\nRun 'docker system --help' for more information\n",
            1, .apiUnsupported, "too old", "18.09"
        ),
        ("docker: 'system' is not a docker command.\nSee 'docker --help'\n", 1, .apiUnsupported, "too old", "18.09"),
        ("", 255, .sshFailed, "code 255, without a word", "by hand"),
        ("This account is currently not available.\n", 1, .sshFailed, "currently not available", "by hand"),
        // What the other side says is not taken for ssh's own words, nor the reverse.
        ("Host key verification failed.\n", 1, .sshFailed, "code 1", "by hand"),
        ("docker: command not found\n", 255, .sshFailed, "code 255", "by hand"),
    ]

    private static let changedKey = """
        @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\r
        @    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r
        @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\r
        IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!\r
        Offending ED25519 key in /home/me/.ssh/known_hosts:1\r
          remove with:\r
          ssh-keygen -f "/home/me/.ssh/known_hosts" -R "[nas]:2222"\r
        Host key for [nas]:2222 has changed and you have requested strict checking.\r
        Host key verification failed.\r\n
        """

    private static let openKey = """
        @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\r
        @         WARNING: UNPROTECTED PRIVATE KEY FILE!          @\r
        @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\r
        Permissions 0644 for '/home/me/.ssh/id' are too open.\r
        It is required that your private key files are NOT accessible by others.\r
        This private key will be ignored.\r
        Load key "/home/me/.ssh/id": bad permissions\r
        me@nas: Permission denied (publickey).\r\n
        """

    @Test("Words of real runs", arguments: recorded.indices)
    func words(index: Int) {
        let given = Self.recorded[index]
        let error = SourceError(ChildEnding(.exited(given.exit), words: given.words), at: Self.label, Self.destination)
        #expect(error.code == given.code)
        #expect(error.message.contains(given.message), "\(error.message)")
        #expect(error.message.contains("nas") && error.message.contains("ssh://me@nas:2222"))
        #expect(error.hint.contains(given.hint), "\(error.hint)")
        #expect(error.isWellPut(for: Self.label))
    }

    @Test("Words are cleaned, masked and shortened")
    func cleaned() {
        let words = "\u{1b}[31mred\u{202e}\nDOCKER_TOKEN=hunter2hunter2 ghp_0123456789abcdefghijklmnopqrstuvwxyz\n"
        let long = String(repeating: "x ", count: 4_000) + "\n"
        for words in [words, long, long + words] {
            let error = SourceError(ChildEnding(.exited(3), words: words), at: Self.label, Self.destination)
            #expect(error.isWellPut(for: Self.label))
            #expect(!error.message.contains("hunter2") && !error.message.contains("ghp_0"))
            #expect(error.message.count < 500)
        }
    }

    @Test("An ssh that is missing, killed, or that brings something else than HTTP")
    func otherEnds() {
        let missing = SourceError(ChildEnding(.notStarted("no ssh"), words: ""), at: Self.label, Self.destination)
        #expect(missing.code == .sshFailed && missing.hint.contains("OpenSSH"))
        let killed = SourceError(ChildEnding(.signalled(9), words: ""), at: Self.label, Self.destination)
        #expect(killed.code == .sshFailed && killed.message.contains("signal 9"))
        let noise = SourceError.noise("Received HTTP/0.9\u{1b}[1m", at: Self.label, Self.destination)
        #expect(noise.code == .notDocker && noise.hint.contains("ssh -p 2222 me@nas true"))
        for error in [missing, killed, noise] { #expect(error.isWellPut(for: Self.label)) }
    }
}
