// What to do next, for Linux, macOS, Windows and the consoles of the big clouds: the guide's trouble-shooting.

/// Lines of advice. Hosts and ports come from checked settings.
enum Advice {
    /// Packets vanish.
    static func timedOut(_ host: String, _ port: Int, at place: NetworkPlace) -> [String] {
        switch place {
        case .thisMachine:
            [
                "A program listens there and takes no connection, or a firewall of this machine drops them: \(listening(port)).",
                restart,
            ]
        case .privateNetwork:
            [
                "The host is off, the VPN or network is another one, or a firewall drops the packets. \(tryPort(host, port))",
                hostFirewall(port),
                "Between networks of a cloud the security group of the host must let this machine's private address reach TCP port \(port).",
            ]
        case .world:
            [
                "The address is wrong, or a security group or firewall drops the packets. \(tryPort(host, port))",
                "This machine's public address may have changed since it was let in. It is told by: curl https://api.ipify.org "
                    + "(Windows: (Invoke-WebRequest https://api.ipify.org).Content).",
                clouds(port),
                hostFirewall(port),
                "On the host, see that Docker listens on all its addresses and not on 127.0.0.1 alone: sudo ss -tlnp | grep \(port).",
            ]
        }
    }

    /// The host answers, and nothing listens.
    static func refused(_ host: String, _ port: Int, at place: NetworkPlace, isTLS: Bool) -> [String] {
        let there = place == .thisMachine ? "On this machine" : "On the host"
        var lines = [
            "\(there), see whether Docker runs, and on which address: sudo systemctl status docker; \(listening(port)).",
            "Docker listens on TCP only when told so: \"hosts\": [\"tcp://\(place == .thisMachine ? "127.0.0.1" : "0.0.0.0"):\(port)\", \"unix:///var/run/docker.sock\"]"
                + (isTLS ? " with \"tlsverify\": true, \"tlscacert\", \"tlscert\" and \"tlskey\"" : "")
                + " in /etc/docker/daemon.json.",
            "With systemd the -H of the unit must go, or Docker does not start: in /etc/systemd/system/docker.service.d/override.conf "
                + "write [Service], ExecStart= (empty) and ExecStart=/usr/bin/dockerd, a line each; then "
                + "sudo systemctl daemon-reload && sudo systemctl restart docker.",
        ]
        if place == .thisMachine {
            lines.append(
                "Docker Desktop (macOS, Windows): Settings > General > Expose daemon on tcp://localhost:2375 without TLS; "
                    + "or use its socket, with ALLOW_LOCAL_DOCKER=true.")
        } else {
            lines.append(
                "A firewall that rejects looks the same: sudo ufw status; sudo firewall-cmd --list-all. \(tryPort(host, port))"
            )
            if !isTLS {
                lines.append(
                    "Port 2375 gives root on that host to whoever reaches it: let only your address in (/32), "
                        + "or use TLS (2376) or ssh://USER@\(host).")
            }
        }
        return lines
    }

    /// The network does not lead there.
    static func noRoute(_ host: String) -> [String] {
        [
            "Look where packets go: ip route get \(host) (macOS: route -n get \(host); Windows: Find-NetRoute -RemoteIPAddress \(host)).",
            "Switch on the VPN that leads there; or, if only IPv6 fails, use the host's IPv4 address.",
            "A firewall that rejects with no-route looks the same: sudo ufw status; sudo firewall-cmd --list-all on the host.",
        ]
    }

    /// The name has no address.
    static func noAddress(_ host: String) -> [String] {
        [
            "Check the spelling. Ask by hand: getent hosts \(host) (macOS: dscacheutil -q host -a name \(host); "
                + "Windows: Resolve-DnsName \(host)).",
            "A name of a private network needs its VPN or DNS server; the IP address itself, or a line in /etc/hosts, does without.",
        ]
    }

    /// No socket on this machine.
    static let noSocket = [
        "Linux: sudo systemctl start docker (rootless: systemctl --user start docker; Podman: systemctl --user start podman.socket).",
        "macOS: open -a Docker (or colima start, or start OrbStack). Windows: start Docker Desktop, and for WSL switch on "
            + "Settings > Resources > WSL integration.",
        "If the socket is elsewhere, name it: DOCKER_SOCKET=/path/to/docker.sock; docker context ls shows where docker itself looks.",
    ]

    /// A socket that nobody listens at, or that answers nothing.
    static let restart =
        "Linux: sudo systemctl restart docker, and see why: sudo journalctl -u docker -n 50. macOS, Windows: restart Docker Desktop."

    /// An engine that takes connections and answers nothing.
    static let hung = [
        "The engine hangs, is stopped, or is very busy: look at its load (top) and log (sudo journalctl -u docker -n 50).",
        restart,
    ]

    /// The rules that let one address in.
    static func clouds(_ port: Int) -> String {
        "Let only that address (/32) reach TCP port \(port). AWS: EC2 > Security Groups > Edit inbound rules. "
            + "Azure: the VM > Networking > Add inbound port rule. Google Cloud: VPC network > Firewall > Create firewall rule. "
            + "Alibaba Cloud: ECS > Network & Security > Security Groups > Inbound. Tencent Cloud: CVM > Security Groups > Inbound rules."
    }

    static func hostFirewall(_ port: Int) -> String {
        "On the host: sudo ufw allow from YOUR-IP to any port \(port) proto tcp; or sudo firewall-cmd --permanent "
            + "--add-rich-rule='rule family=ipv4 source address=YOUR-IP port port=\(port) protocol=tcp accept' && sudo firewall-cmd --reload. "
            + "Windows: New-NetFirewallRule -DisplayName Docker -Direction Inbound -Protocol TCP -LocalPort \(port) -RemoteAddress YOUR-IP -Action Allow."
    }

    private static func listening(_ port: Int) -> String {
        "sudo ss -tlnp | grep \(port) (macOS: sudo lsof -nP -iTCP:\(port) -sTCP:LISTEN; Windows: Get-NetTCPConnection -LocalPort \(port))"
    }

    private static func tryPort(_ host: String, _ port: Int) -> String {
        "Try by hand: nc -vz \(host) \(port) (Windows: Test-NetConnection \(host) -Port \(port))."
    }
}
