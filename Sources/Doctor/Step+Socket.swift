// The steps that look at a socket of this machine.
import DockerSources
import JSON

extension Step {
    /// The paths that were looked at. The first socket is the one that is used, as `LocalSocketSource` does.
    static func socket(_ paths: [PathFinding]) -> Step {
        let facts: JSONObject = ["paths": .array(paths.map { .object($0.facts) })]
        if let used = paths.first(where: \.isSocket) {
            let others = paths.filter { $0.isSocket && $0 != used }.map { shown($0.path) }
            let more = others.isEmpty ? "" : "; not used, since it comes first: \(others.joined(separator: ", "))"
            return Step(.socket, .ok, "\(used.description)\(more)", facts: facts)
        }
        if let hidden = paths.first(where: \.isHidden) {
            return Step(
                .socket, .failed, hidden.description, code: SourceError.Code.permissionDenied.rawValue,
                hints: [
                    "Let this user enter the folders above it (ls -ld shows their modes), or name a socket that it may open: DOCKER_SOCKET."
                ], facts: facts)
        }
        if let wrong = paths.first(where: { $0.kind != .missing }) {
            if case .deadLink = wrong.kind {
                return Step(
                    .socket, .failed, wrong.description, code: SourceError.Code.socketMissing.rawValue,
                    hints: ["Docker Desktop leaves such a link when it is not running."] + Advice.noSocket, facts: facts
                )
            }
            return Step(
                .socket, .failed, wrong.description, code: "not_a_socket",
                hints: [
                    "Set DOCKER_SOCKET (or DOCKER_HOST=unix://...) to the socket itself, which is usually /var/run/docker.sock.",
                    "A folder at that place is often left by a container that mounted it before Docker ran: remove it, and restart Docker.",
                ], facts: facts)
        }
        let places = paths.map { shown($0.path) }.joined(separator: ", ")
        return Step(
            .socket, .failed, "no socket at \(places)", code: SourceError.Code.socketMissing.rawValue,
            hints: Advice.noSocket, facts: facts)
    }

    /// Whether this user may open the socket. `others` are sockets that were found, too, and are not used.
    static func access(_ path: PathFinding, user: String, others: [PathFinding] = []) -> Step {
        let (user, group) = (shown(user), shown(path.group ?? "?"))
        if path.isWritable { return Step(.access, .ok, "user \(user) may open it") }
        let groupMayWrite = (path.mode ?? 0) & 0o020 != 0
        let found = "user \(user) may not open it: it is for \(groupMayWrite ? "group \(group)" : "its owner alone")"
        var hints: [String] =
            if !groupMayWrite {
                [
                    "It belongs to \(shown(path.owner ?? "?")) with mode \(path.modeText): restart Docker, which makes it mode 660 for the "
                        + "group docker, or run this program as its owner."
                ]
            } else if path.listsUser, !path.processIsMember {
                [
                    "\(user) is in group \(group) now, and was not when this session began: log out and in again, or run newgrp \(group) "
                        + "(programs that start this one, such as an AI assistant, must be started anew, too)."
                ]
            } else if group == "root" {
                [
                    "The socket's group is root: sudo groupadd -f docker && sudo systemctl restart docker gives it to the group docker; "
                        + "then sudo usermod -aG docker \(user), and log in again."
                ]
            } else {
                [
                    "Linux: sudo usermod -aG \(group) \(user), then log out and in again. Members of that group are as mighty as root; "
                        + "rootless Docker needs none.",
                    "macOS: Docker Desktop > Settings > Advanced > Allow the default Docker socket to be used; its own is ~/.docker/run/docker.sock.",
                ]
            }
        if let other = others.first(where: \.isWritable) {
            hints.append("Or use the one that \(user) may open: DOCKER_SOCKET=\(shown(other.path)).")
        }
        return Step(
            .access, .failed, found, code: SourceError.Code.permissionDenied.rawValue, hints: hints)
    }

    /// A connection to the socket.
    static func connect(_ finding: ConnectFinding, to label: SourceLabel, time: Duration) -> Step {
        guard let error = finding.error else { return Step(.connect, .ok, "connected", time: time) }
        let reason = SourceError(error, at: label)
        let hints: [String] =
            switch reason.code {
            case .connectionRefused: ["The socket is there, and no engine behind it.", Advice.restart]
            case .permissionDenied: [reason.hint]
            case .connectTimeout: Advice.hung
            default: [reason.hint]
            }
        return Step(
            .connect, .failed, reason.words(at: label), code: reason.code.rawValue, hints: hints, time: time)
    }
}

extension PathFinding {
    var isSocket: Bool { kind == .socket }
    var isHidden: Bool { if case .hidden = kind { true } else { false } }

    /// As `chmod` takes it.
    var modeText: String { mode.map { String($0, radix: 8) } ?? "?" }

    /// In one line.
    var description: String {
        let path = shown(path)
        return switch kind {
        case .missing: "\(path) is missing"
        case .deadLink(let target): "\(path) is a link to \(shown(target)), and nothing is there"
        case .other(let what): "\(path) is \(what) and no socket"
        case .hidden(let why): "\(path) can't be looked at: \(shown(why))"
        case .socket: "\(path) is a socket of \(shown(owner ?? "?")), group \(shown(group ?? "?")), mode \(modeText)"
        }
    }

    var facts: JSONObject {
        let word: String =
            switch kind {
            case .socket: "socket"
            case .missing: "missing"
            case .deadLink: "dead_link"
            case .other: "not_a_socket"
            case .hidden: "hidden"
            }
        var facts: JSONObject = ["path": .string(shown(path)), "state": .string(word)]
        facts["owner"] = owner.map { .string(shown($0)) }
        facts["group"] = group.map { .string(shown($0)) }
        facts["mode"] = mode.map { _ in .string(modeText) }
        return facts
    }
}

extension SourceError {
    /// What happened, without the source's name, which stands above the step, and without the period.
    func words(at label: SourceLabel) -> String {
        var words = message[...]
        for start in ["\(label.place): ", "Source \(label.name): "] where words.hasPrefix(start) {
            words = words.dropFirst(start.count)
        }
        return String(words.last == "." ? words.dropLast() : words)
    }
}
