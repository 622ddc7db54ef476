// What each failure of a transfer means for the person who configured the source.
public import CurlClient
import SafeText

extension SourceError {
    /// The failure of one transfer to the source of this label, made with these TLS options, if any.
    public init(_ failure: TransferError, at label: SourceLabel, tls: TLSOptions? = nil) {
        let place = label.place
        switch failure {
        case .socketMissing:
            self.init(
                .socketMissing, "\(place): there is no socket at that path.",
                hint: Self.startDocker)
        case .permissionDenied:
            self.init(
                .permissionDenied, "\(place): this user may not open the socket.",
                hint:
                    "Add the user to the group that owns the socket (usermod -aG docker USER, then log in again), or use rootless Docker."
            )
        case .connectionRefused:
            self.init(.connectionRefused, "\(place): nobody listens there.", hint: Self.refusedHint(label))
        case .hostNotFound:
            self.init(
                .hostNotFound, "\(place): the host's name has no address.",
                hint: "Check the spelling of the host in DOCKER_HOST, and that this machine can resolve it.")
        case .noRoute:
            self.init(
                .noRoute, "\(place): the network does not lead there.",
                hint: "Check the address, the VPN and the routes of this machine.")
        case .connectTimedOut(let limit):
            self.init(
                .connectTimeout, "\(place): no connection within \(limit.text).",
                hint:
                    "Check that the firewall or security group lets this machine's address reach the port, and that the address is right."
            )
        case .deadlineExceeded(let limit):
            self = .deadlineExceeded(at: label, limit: limit)
        case .tlsExpected:
            self.init(
                .tlsExpected, "\(place): the engine speaks TLS there, and was asked in plain HTTP.",
                hint:
                    "Set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem (or tls: in the config file); the TLS port is 2376."
            )
        case .plainExpected:
            self.init(
                .plainExpected, "\(place): the engine speaks plain HTTP there, and was asked over TLS.",
                hint:
                    "Ask its TLS port (2376), after starting it with --tlsverify. If the plain port is meant, unset DOCKER_TLS_VERIFY and DOCKER_TLS (or remove tls: in the config file): whoever reaches such a port controls that host."
            )
        case .tlsUntrusted(let reason, let certificate): self = .untrusted(reason, certificate, at: label, tls)
        case .tlsHostname(let name, let certificate): self = .wrongHost(name, certificate, at: label)
        case .tlsClientCertificate(let refusal): self = .clientRefused(refusal, at: label, tls)
        case .tlsFile(let error): self = .badFile(error, at: label)
        case .tlsFailed(let reason): self = .handshakeFailed(reason, at: label)
        case .connectionClosed(let reason):
            self.init(
                .replyMalformed, "\(place): the connection ended in the middle of an answer (\(Self.quoted(reason))).",
                hint: "Look at the engine's own log, and at proxies between; ask again.")
        case .malformedReply(let reason):
            self.init(
                .notDocker, "\(place): what answers there does not speak HTTP (\(Self.quoted(reason))).",
                hint: "Check the port: the Docker API is on 2375, or 2376 with TLS.")
        case .replyTooLarge(let limit):
            self.init(
                .replyTooLarge, "\(place): the reply has more than \(limit >> 20) MiB.",
                hint: "Ask for less: one state, one label, fewer lines.")
        case .cancelled:
            self.init(.cancelled, "\(place): the question was cancelled.", hint: "Ask again if you still want to know.")
        case .other(let code, let message):
            self.init(
                .engineError, "\(place): the transfer failed: \(Self.quoted(message)) (libcurl \(code)).",
                hint: "Look at the engine's own log, and ask again.")
        }
    }

    /// No answer within the source's limit.
    public static func deadlineExceeded(at label: SourceLabel, limit: Duration) -> SourceError {
        SourceError(
            .deadlineExceeded, "\(label.place): no answer within \(limit.text).",
            hint:
                "Look at the engine's load and its log, and at the network between; or raise the limit (--timeout, DOCKER_MCP_DEADLINE)."
        )
    }

    /// libcurl's words may repeat what a hostile engine sent.
    static func quoted(_ words: String, limit: Int = 200) -> String {
        SafeText.shortened(Secrets.masked(SafeText.line(words)), to: limit)
    }

    /// What to do where there is no socket.
    static let startDocker =
        "Start Docker (Docker Desktop, or systemctl start docker), or set DOCKER_SOCKET to the path of its socket."

    private static func refusedHint(_ label: SourceLabel) -> String {
        switch label.kind {
        case .localSocket: "Start Docker: the socket is there, and no engine behind it."
        case .ssh: "Check on the host that Docker runs, and that this user may open its socket."
        case .remoteTLS:
            "Check on the host that Docker runs and listens with TLS (ss -tlnp | grep 2376), and that daemon.json and systemd do not both set hosts."
        case .remoteTCP:
            "Check on the host that Docker runs and listens on TCP (ss -tlnp | grep 2375), and that daemon.json and systemd do not both set hosts."
        }
    }
}

extension Duration {
    /// `500 ms`, `5 s`, `1.5 s`.
    public var text: String {
        let (seconds, attoseconds) = components
        let milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
        if milliseconds < 1_000 { return "\(milliseconds) ms" }
        return milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000) s" : "\(Double(milliseconds) / 1_000) s"
    }
}
