// Examines one source step by step, from the nearest to the farthest; the first failure makes the rest pointless.
import CurlClient
import DockerEngine
import DockerSources

/// Examines sources on this machine.
struct Examiner: Sendable {
    let look: Look
    /// For the one question that goes to a port of its own.
    let client: CurlClient

    /// The steps of one source, and what its engine said of itself.
    func examine(_ patient: Patient) async -> (steps: [Step], facts: EngineFacts) {
        var chart = Chart(patient.source)
        switch patient.way {
        case .localSocket(let paths): await examine(paths, &chart)
        case .tcp(let host, let port, nil): await examine(host, port, &chart)
        case .tcp(let host, let port, let options?): await examine(host, port, options, &chart)
        case .ssh(let destination): await examine(destination, &chart)
        }
        return (chart.steps, chart.facts)
    }

    private func examine(_ paths: [String], _ chart: inout Chart) async {
        let findings = paths.map(look.path)
        guard chart.goesOn(.socket(findings)), let used = findings.first(where: \.isSocket) else {
            return chart.skip([.access, .connect, .ping, .latency, .version, .info])
        }
        guard chart.goesOn(.access(used, user: look.user(), others: findings.filter { $0.isSocket && $0 != used }))
        else {
            return chart.skip([.connect, .ping, .latency, .version, .info])
        }
        let start = ContinuousClock.now
        let error = await look.connection(.unixSocket(path: used.path), chart.source.limits.connect)
        let connected = Step.connect(
            ConnectFinding(address: nil, error: error), to: chart.source.label, time: start.duration(to: .now))
        guard chart.goesOn(connected) else { return chart.skip([.ping, .latency, .version, .info]) }
        await ask(&chart)
    }

    private func examine(_ host: String, _ port: Int, _ chart: inout Chart) async {
        guard let addresses = await reach(host, port, isTLS: false, &chart) else {
            return chart.skip([.ping, .latency, .version, .info])
        }
        let source = chart.source
        await ask(&chart, addresses: addresses) { error in
            // Some servers of TLS end the connection without a word when they are asked in plain HTTP.
            guard [.replyMalformed, .notDocker].contains(error.code) else { return error }
            let options = TLSOptions(verifiesServer: false)
            let handshake = await look.handshake(.tls(host: host, port: port, options), source.limits.connect)
            return handshake.version == nil && handshake.chain.isEmpty
                ? error : SourceError(.tlsExpected, at: source.label)
        }
    }

    private func examine(_ host: String, _ port: Int, _ options: TLSOptions, _ chart: inout Chart) async {
        let label = chart.source.label, limit = chart.source.limits.connect
        var start = ContinuousClock.now
        let files = look.files(options)
        // The files and the network are two matters: one may be at fault beside the other.
        let areFilesGood = chart.goesOn(
            .certificateFiles(files, options, at: label, now: look.now(), time: start.duration(to: .now)))
        guard let addresses = await reach(host, port, isTLS: true, &chart), areFilesGood else {
            return chart.skip([.handshake, .ping, .latency, .version, .info])
        }
        start = .now
        let handshake = await look.handshake(.tls(host: host, port: port, options), limit)
        let step = Step.handshake(
            handshake, options, host: host, port: port, at: label, now: look.now(), time: start.duration(to: .now))
        if chart.goesOn(step) {
            await ask(&chart, addresses: addresses)
        } else {
            chart.skip([.ping, .latency, .version, .info])
        }
        await lookAtPlainPort(of: host, beside: port, &chart)
    }

    private func examine(_ destination: SSHDestination, _ chart: inout Chart) async {
        let label = chart.source.label
        let command = destination.command(chart.source.limits)
        guard chart.goesOn(.ssh(path: look.program("ssh"), command: command)) else {
            return chart.skip([.tunnel, .latency, .version, .info])
        }
        let (failure, time) = await ping(chart.source)
        let step = failure.map { Step.failure(.tunnel, $0, at: label, time: time) } ?? .tunnel(time: time)
        guard chart.goesOn(step) else { return chart.skip([.latency, .version, .info]) }
        await askFurther(&chart)
    }

    /// Addresses of the host, and a connection; nil when there is none.
    private func reach(_ host: String, _ port: Int, isTLS: Bool, _ chart: inout Chart) async -> [String]? {
        let limit = chart.source.limits.connect
        var start = ContinuousClock.now
        let names = await look.addresses(host, limit)
        guard chart.goesOn(.resolve(host, names, time: start.duration(to: .now))),
            case .addresses(let addresses) = names
        else {
            chart.skip([.connect])
            return nil
        }
        start = .now
        let connections = await connections(to: Array(addresses.prefix(Self.mostAddresses)), port, limit)
        let step = Step.connect(
            connections, host: host, port: port, isTLS: isTLS, at: chart.source.label, time: start.duration(to: .now))
        return chart.goesOn(step) ? addresses : nil
    }

    /// More are not tried: a name of that many is a balancer's.
    private static let mostAddresses = 8

    private func connections(to addresses: [String], _ port: Int, _ limit: Duration) async -> [ConnectFinding] {
        await withTaskGroup(of: (Int, ConnectFinding).self) { group in
            for (index, address) in addresses.enumerated() {
                group.addTask {
                    let error = await look.connection(.tcp(host: address, port: port), limit)
                    return (index, ConnectFinding(address: address, error: error))
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// `explain` may find out more about why the first ping failed.
    private func ask(
        _ chart: inout Chart, addresses: [String] = [], explain: ((SourceError) async -> SourceError)? = nil
    ) async {
        let label = chart.source.label
        var (failure, time) = await ping(chart.source)
        if let error = failure, let explain { failure = await explain(error) }
        let step =
            failure.map { Step.failure(.ping, $0, at: label, time: time) }
            ?? .ping(label, addresses: addresses, time: time)
        guard chart.goesOn(step) else { return chart.skip([.latency, .version, .info]) }
        await askFurther(&chart)
    }

    /// Why the source gives no ping of an engine, nil when it does; and how long the ping took.
    private func ping(_ source: any Source) async -> (failure: SourceError?, time: Duration) {
        let start = ContinuousClock.now
        do throws(SourceError) { try await source.reply(to: .ping) } catch {
            let time = start.duration(to: .now)
            // Only who agrees on a version finds out that something else than an engine says "not found".
            guard error.code == .notFound, let other = await failure(of: .version, source) else { return (error, time) }
            return (other, time)
        }
        let time = start.duration(to: .now)
        // Anything may answer a ping with 200.
        let error = await failure(of: .version, source)
        return (error.flatMap { [.notDocker, .apiUnsupported].contains($0.code) ? $0 : nil }, time)
    }

    private func failure<Reply>(of endpoint: Endpoint<Reply>, _ source: any Source) async -> SourceError? {
        do throws(SourceError) { _ = try await source.reply(to: endpoint) } catch { return error }
        return nil
    }

    private func askFurther(_ chart: inout Chart) async {
        let source = chart.source, label = source.label
        var times: [Duration] = []
        for _ in 0..<3 {
            let start = ContinuousClock.now
            do throws(SourceError) {
                try await source.reply(to: .ping)
                times.append(start.duration(to: .now))
            } catch {
                chart.steps.append(.failure(.latency, error, at: label, time: start.duration(to: .now)))
                return chart.skip([.version, .info])
            }
        }
        chart.steps.append(.latency(times))
        var start = ContinuousClock.now
        do throws(SourceError) {
            let version = try await source.reply(to: .version)
            chart.steps.append(
                .version(version, negotiated: source.negotiatedAPI, time: start.duration(to: .now)))
        } catch { chart.steps.append(.failure(.version, error, at: label, time: start.duration(to: .now))) }
        start = .now
        let before = Timestamp.now.nanoseconds
        do throws(SourceError) {
            let info = try await source.reply(to: .info)
            let after = Timestamp.now.nanoseconds
            chart.steps.append(.info(info, time: start.duration(to: .now)))
            chart.facts.info = info
            chart.facts.clockLead = info.systemTime.map {
                Step.clockLead(of: $0.nanoseconds, from: before, to: after)
            }
        } catch { chart.steps.append(.failure(.info, error, at: label, time: start.duration(to: .now))) }
    }

    /// Docker's port without TLS.
    private static let plainPort = 2375
    /// Who does not answer by then is no danger that a step should wait for.
    private static let plainLimits = SourceLimits(connect: .seconds(1), total: .seconds(2))

    /// Asks the same host, and no other, for its version without TLS.
    private func lookAtPlainPort(of host: String, beside port: Int, _ chart: inout Chart) async {
        guard port != Self.plainPort else { return }
        let source = RemoteTCPSource(
            name: chart.source.label.name, host: host, port: Self.plainPort, limits: Self.plainLimits, client: client)
        let start = ContinuousClock.now
        let error = await failure(of: .version, source)
        chart.steps.append(.plainPort(host, Self.plainPort, failure: error, time: start.duration(to: .now)))
    }
}

/// What is written down while a source is examined.
private struct Chart {
    let source: any Source
    var steps: [Step] = []
    var facts: EngineFacts

    init(_ source: any Source) {
        self.source = source
        facts = EngineFacts(name: source.label.name)
    }

    /// Adds a step; whether those that need it make sense.
    mutating func goesOn(_ step: Step) -> Bool {
        steps.append(step)
        return step.outcome != .failed
    }

    /// Adds steps that were not done because of the last failure.
    mutating func skip(_ names: [Step.Name]) {
        let reason = steps.last { $0.outcome == .failed }.map { "needs \($0.name.title)" } ?? "not done"
        steps += names.map { .skipped($0, because: reason) }
    }
}
