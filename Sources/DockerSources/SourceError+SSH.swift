// What the end of an ssh means for the person who configured the source.
import SSHTunnel
import SafeText

extension SourceError {
    /// The failure that an ssh's exit code and words tell of.
    init(_ ending: ChildEnding, at label: SourceLabel, _ destination: SSHDestination) {
        let place = label.place
        let said = SafeText.shortened(
            Secrets.masked(
                SafeText.line(ending.words.split(whereSeparator: \.isNewline).suffix(3).joined(separator: " "))),
            to: 300)
        let login = "ssh \(destination.login)"
        switch ending.how {
        case .notStarted(let reason):
            self.init(
                .sshFailed, "\(place): ssh can't be started: \(SafeText.shortened(SafeText.line(reason), to: 200)).",
                hint: "Install the OpenSSH client, and see that ssh is in the PATH that this program gets.")
            return
        case .signalled(let signal):
            self.init(
                .sshFailed, "\(place): ssh was ended by signal \(signal).", hint: "Try \(login) by hand, and ask again."
            )
            return
        case .exited(let code):
            if let (kind, what, hint) = Self.known(ending.words, code, login, destination) {
                self.init(kind, "\(place): \(what)\(said.isEmpty ? "" : " (\(said))").", hint: hint)
            } else {
                self.init(
                    .sshFailed,
                    "\(place): ssh ended with code \(code)\(said.isEmpty ? ", without a word" : ": \(said)").",
                    hint: "Try by hand: \(login) docker version.")
            }
        }
    }

    /// The failures that have a code of their own, by the words of OpenSSH and docker CLI.
    private static func known(
        _ words: String, _ code: Int, _ login: String, _ destination: SSHDestination
    ) -> (Code, String, String)? {
        let words = words.lowercased()
        func has(_ parts: String...) -> Bool { parts.contains { words.contains($0) } }
        let names = destination.port.map { "-p \($0) " } ?? ""
        return switch true {
        case has("host identification has changed"):
            (
                .sshHostKey, "the host shows another key than the one that is known: somebody else may be answering",
                "Ask the host's owner whether its key has changed. Only then: ssh-keygen -R \(destination.host), and \(login) once."
            )
        case has("host key verification failed", "host key is known for"):
            (
                .sshHostKey, "ssh does not know the host's key, and never accepts one by itself",
                "Compare the fingerprint (ssh-keyscan \(names)\(destination.host) | ssh-keygen -lf -) with the host's, then accept it once: \(login)."
            )
        case has("could not resolve hostname"):
            (.hostNotFound, "the host's name has no address", "Check the spelling of the host, and ~/.ssh/config.")
        case has("permission denied while trying to connect to the docker", "dial unix") && has("permission denied"):
            (
                .permissionDenied, "ssh works, and that user may not open Docker's socket there",
                "On that host: sudo usermod -aG docker USER, then log in anew; or log in as a user that may."
            )
        case has("permission denied ("):
            (
                .sshUnauthorized, "the host does not let us in",
                "No password is ever asked for: load a key (ssh-add), or name it in ~/.ssh/config (IdentityFile); ssh-copy-id puts it on the host. Then try \(login)."
            )
        case has("cannot connect to the docker daemon"), has("dial unix") && has("no such file", "connection refused"):
            (
                .connectionRefused, "ssh works, and no Docker engine runs there",
                "On that host: sudo systemctl start docker; or name its socket: ssh://HOST/PATH/docker.sock."
            )
        case has("connection refused"):
            (
                .connectionRefused, "nobody listens there for ssh",
                "Check on the host that sshd runs, and its port: ssh://USER@HOST:PORT."
            )
        case has("connection timed out", "operation timed out", "connection to") && has("timed out"):
            (
                .connectTimeout, "no ssh connection in time",
                "Check the address, and that a firewall or security group lets this machine's address reach the ssh port."
            )
        case has("no route to host", "network is unreachable"):
            (.noRoute, "the network does not lead there", "Check the address, the VPN and the routes of this machine.")
        case has("not a docker command", "unknown command", "unknown shorthand flag"):
            (
                .apiUnsupported, "the docker command there is too old to be a tunnel",
                "Install Docker 18.09 or newer on that host."
            )
        case code == 127 || has("command not found", "docker: not found"):
            (
                .notDocker, "ssh works, and there is no docker command on that host",
                "Install Docker there, or put docker into the PATH of commands that ssh runs (see: \(login) 'echo $PATH')."
            )
        default: nil
        }
    }
}

extension SSHDestination {
    /// As a person types it after `ssh`.
    fileprivate var login: String {
        (port.map { "-p \($0) " } ?? "") + (user.map { "\($0)@" } ?? "") + host
    }
}
