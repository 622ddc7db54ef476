// What the end of an ssh means for the person who configured the source.
import SSHTunnel
import SafeText

extension SourceError {
    /// The failure that an ssh's exit code and words tell of.
    init(_ ending: ChildEnding, at label: SourceLabel, _ destination: SSHDestination) {
        let login = destination.login
        switch ending.how {
        case .notStarted(let reason):
            self.init(
                .sshFailed, "\(label.place): ssh can't be started: \(Self.quoted(reason)).",
                hint: "Install the OpenSSH client, and see that ssh is in the PATH that this program gets.")
        case .signalled(let signal):
            self.init(
                .sshFailed, "\(label.place): ssh was ended by signal \(signal).",
                hint: "Try \(login) by hand, and ask again.")
        case .exited(let code):
            let lines = ending.words.split(whereSeparator: \.isNewline)
            // In the order in which they came, without the frames that ssh draws around its warnings.
            let last = lines.filter { !$0.hasPrefix("@") && $0.contains { !$0.isWhitespace } }.suffix(3)
            let said = Self.quoted(last.joined(separator: " "), limit: 300)
            let words = ending.words.lowercased()
            if let known = code == 255 ? Self.ofSSH(words, destination) : Self.ofTheOtherSide(words, code, login) {
                let quote = said.isEmpty ? "" : " (\(said))"
                self.init(known.code, "\(label.place): \(known.message)\(quote).", hint: known.hint)
            } else {
                let quote = said.isEmpty ? ", without a word" : ": \(said)"
                self.init(
                    .sshFailed, "\(label.place): ssh ended with code \(code)\(quote).",
                    hint: "Try by hand: \(login) docker version.")
            }
        }
    }

    /// What comes back over ssh is no HTTP.
    static func noise(_ reason: String, at label: SourceLabel, _ destination: SSHDestination) -> SourceError {
        SourceError(
            .notDocker, "\(label.place): ssh works, and what comes back does not speak HTTP (\(quoted(reason))).",
            hint:
                "What a login there prints (.bashrc, a forced command) comes before the engine's answer: \(destination.login) true must print nothing."
        )
    }

    private typealias Known = (code: Code, message: String, hint: String)

    /// By the words of OpenSSH, which ends with 255 when it fails itself.
    private static func ofSSH(_ words: String, _ destination: SSHDestination) -> Known? {
        func has(_ parts: String...) -> Bool { parts.contains { words.contains($0) } }
        let login = destination.login
        return switch true {
        case has("host identification has changed"):
            (
                .sshHostKey, "the host shows another key than the one that is known: somebody else may be answering",
                "Ask the host's owner whether its key has changed. Only then: ssh-keygen -R '\(destination.knownName)', and \(login) once."
            )
        case has("host key verification failed", "host key is known for"):
            (
                .sshHostKey, "ssh does not know the host's key, and never accepts one by itself",
                "Accept it once by hand: \(login) shows the key's fingerprint; compare it with the host's own (there: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub; from here: ssh-keyscan)."
            )
        case has("could not resolve hostname"):
            (.hostNotFound, "the host's name has no address", "Check the spelling of the host, and ~/.ssh/config.")
        case has("too many authentication failures"):
            (
                .sshUnauthorized, "the host was shown too many keys, and not the right one in time",
                "Name the key for this host in ~/.ssh/config: IdentityFile, and IdentitiesOnly yes. Then try \(login)."
            )
        case has("permission denied ("):
            (
                .sshUnauthorized, "the host does not let us in",
                "No password is ever asked for: load a key (ssh-add), or name it in ~/.ssh/config (IdentityFile); ssh-copy-id puts it on the host. Then try \(login)."
            )
        case has("connection refused"):
            (
                .connectionRefused, "nobody listens there for ssh",
                "Check on the host that sshd runs, and its port: ssh://USER@HOST:PORT."
            )
        case has("timed out", "timeout, server"):
            (
                .connectTimeout, "no ssh connection in time",
                "Check the address, and that a firewall or security group lets this machine's address reach the ssh port."
            )
        case has("no route to host", "network is unreachable", "host is down"):
            (.noRoute, "the network does not lead there", "Check the address, the VPN and the routes of this machine.")
        case has("closed by remote host", "connection reset", "connection closed", "broken pipe"):
            (
                .connectionRefused, "the host ended the ssh connection",
                "Ask again. If it stays so, look at that host's log of sshd: too many at once (MaxStartups), a ban of this address (fail2ban), or no sshd on that port."
            )
        default: nil
        }
    }

    /// By the words of the other side's shell and docker command.
    private static func ofTheOtherSide(_ words: String, _ code: Int, _ login: String) -> Known? {
        func has(_ parts: String...) -> Bool { parts.contains { words.contains($0) } }
        return switch true {
        case has("docker.sock: connect: permission denied", "permission denied while trying to connect"),
            has("dial unix") && has("connect: permission denied"):
            (
                .permissionDenied, "ssh works, and that user may not open Docker's socket there",
                "On that host: sudo usermod -aG docker USER, then log in anew; or log in as a user that may."
            )
        case has("cannot connect to the docker daemon"),
            has("dial unix", "dial tcp") && has("no such file", "connection refused"):
            (
                .connectionRefused, "ssh works, and no Docker engine runs there",
                "On that host: sudo systemctl start docker; or name its socket: ssh://HOST/PATH/docker.sock."
            )
        case has("not a docker command", "unknown command", "unknown shorthand flag"):
            (
                .apiUnsupported, "the docker command there is too old to be a tunnel",
                "Install Docker 18.09 or newer on that host."
            )
        case code == 127 || has("command not found", "docker: not found", "is not recognized"):
            (
                .notDocker, "ssh works, and there is no docker command on that host",
                "Install Docker there, or put docker into the PATH of commands that ssh runs (see: \(login) 'echo $PATH')."
            )
        default: nil
        }
    }
}

extension SSHDestination {
    /// The command that logs in there, as a person types it.
    fileprivate var login: String {
        "ssh " + (port.map { "-p \($0) " } ?? "") + (user.map { "\($0)@" } ?? "") + host
    }

    /// As the files of known hosts name it.
    fileprivate var knownName: String {
        if let port, port != 22 { "[\(host)]:\(port)" } else { host }
    }
}
