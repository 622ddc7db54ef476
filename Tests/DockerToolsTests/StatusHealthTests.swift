// What docker_connection_status tells beyond the check of the moment: history, certificate, clocks, versions.
import CurlClient
import DockerEngine
import JSON
import NIOConcurrencyHelpers
import TestSupport
import Testing

@testable import DockerSources
@testable import DockerTools

@Suite struct StatusHealthTests {
    private func warnings(_ source: FixtureSource) async throws -> [String] {
        let document = try await ask(.connectionStatus, [:], [source])
        #expect(document.isComplete == true)
        let warnings = document.rows("sources")[0]["warnings"]?.array?.compactMap(\.string) ?? []
        #expect(document.lines.filter { $0.hasPrefix("warning: ") } == warnings.map { "warning: local: \($0)" })
        #expect(SchemaCheck.problems(in: document.json, against: DockerTool.connectionStatus.outputSchema) == [])
        return warnings
    }

    private static let day = 86_400

    private static func certificate(from start: Int?, to end: Int?) -> PeerCertificate {
        let now = Int(Timestamp.now.nanoseconds / 1_000_000_000)
        return PeerCertificate(
            subject: "CN = engine.example", issuer: "CN = ca\u{1b}[31m", notBefore: start.map { Int64(now + $0) },
            notAfter: end.map { Int64(now + $0) }, names: ["engine.example", "203.0.113.7"])
    }

    @Test(
        "A certificate that ends soon, has ended, or has not begun is warned of",
        arguments: [
            (-day, 31 * day, nil), (-day, 29 * day + 60, "the engine's certificate ends in 29 days, on "),
            (-day, day + 60, "the engine's certificate ends in 1 day, on "),
            (-day, 60, "the engine's certificate ends within a day, on "),
            (-day, -60, "the engine's certificate has ended on "),
            (-day, -400 * day, "the engine's certificate has ended on "),
            (60, 400 * day, "the engine's certificate is not valid before "), (nil, nil, nil), (-day, nil, nil),
            (nil, Int.max / 4, nil), (nil, Int.min / 4, nil),
        ] as [(Int?, Int?, String?)])
    func certificateWarnings(start: Int?, end: Int?, words: String?) async throws {
        let found = try await warnings(
            FixtureSource("local", try .docker(), certificate: Self.certificate(from: start, to: end)))
        #expect(found.count == (words == nil ? 0 : 1))
        #expect(words.map { found.first?.hasPrefix($0) == true } ?? true)
    }

    @Test("The certificate's facts are told, its words cleaned")
    func certificateFacts() async throws {
        let source = FixtureSource(
            "local", try .docker(), tags: ["prod", "eu"], certificate: Self.certificate(from: -1, to: 100 * Self.day))
        let row = try await ask(.connectionStatus, [:], [source]).rows("sources")[0]
        #expect(row["tls"]?["subject"] == "CN = engine.example")
        #expect(row["tls"]?["issuer"]?.string?.contains("\u{1b}") == false)
        #expect(row["tls"]?["names"] == ["engine.example", "203.0.113.7"])
        #expect(row["tls"]?["expires_at"]?.string?.hasSuffix("Z") == true)
        #expect(row["tags"] == ["prod", "eu"])
    }

    @Test(
        "An engine whose clock is off by more than a few seconds is warned of",
        arguments: [
            (3_600, "60 min ahead of"), (-3_600, "min behind"), (300, "s ahead of"), (-300, "s behind"),
            (86_400 * 10, "10 days ahead of"), (-86_400 * 36_500, "days behind"),
        ])
    func skew(seconds: Int, words: String) async throws {
        let now = Int(Timestamp.now.nanoseconds / 1_000_000_000)
        let time = try #require(Timestamp(unixSeconds: now + seconds + (seconds > 0 ? 30 : 0)))
        let found = try await warnings(
            FixtureSource("local", try .docker().with(["/info": .json(try Replies.info(at: time))])))
        #expect(
            found.count == 1 && found[0].hasPrefix("the engine's clock is ") && found[0].contains(words), "\(found)")
    }

    @Test(
        "The clock's lead is the distance to the call, and 0 within it",
        arguments: [
            (Int64(5), Int64(0)), (3, 0), (8, 0), (10, 2), (1, -2), (.max, .max - 8), (.min, .min), (-10, -13),
        ])
    func lead(point: Int64, distance: Int64) { #expect(Checkup.distance(of: point, from: 3, to: 8) == distance) }

    @Test(
        "A version that nobody mends any more is warned of",
        arguments: [
            ("1.40", true), ("1.24", true), ("1.41", false), ("1.56", false), ("2.0", false), ("new", false),
            (nil, false),
        ] as [(String?, Bool)])
    func age(version: String?, isOld: Bool) async throws {
        var reply: JSONObject = ["Version": "19.03.1\u{1b}[2J"]
        reply["ApiVersion"] = version.map { .string($0) }
        let found = try await warnings(FixtureSource("local", try .docker().with(["/version": .json(.object(reply))])))
        #expect(found.count == (isOld ? 1 : 0))
        if isOld {
            #expect(found[0].hasPrefix("Docker 19.03.1"))
            #expect(found[0].contains("(API \(version ?? "")) is older than any release that is still supported"))
            #expect(!found[0].contains("\u{1b}"))
        }
    }

    // MARK: With a monitor

    /// Runs `test` beside a monitor; its `Asking` keeps the history from call to call.
    private func watching(_ sources: [any Source], _ test: @Sendable (Asking) async throws -> Void) async throws {
        let deployment = Deployment(
            aggregator: Aggregator(sources: sources), mode: "dual", adviceWhenNothingIsSet: "")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await HealthMonitor(deployment.aggregator).run() }
            #expect(await eventually { deployment.aggregator.watched.allSatisfy { $0.health.isWatched } })
            try await test(Asking(deployment, rowLimit: 100))
            group.cancelAll()
        }
    }

    /// Asks until a circuit is open: on a machine that is busy enough a missed deadline is no proof.
    private func isOpen(_ asking: Asking) async -> Bool {
        await eventually {
            _ = await asking.aggregator.gather { source throws(SourceError) in try await source.reply(to: .ping) }
            return asking.aggregator.watched.contains { $0.health.refusal != nil }
        }
    }

    private static let hung = FixtureSource("hung", ["": .hang], kind: .remoteTCP, limit: .milliseconds(50))

    @Test("A source whose circuit is open is told with its last error, and when it is tried again")
    func open() async throws {
        try await watching([FixtureSource("local", try .docker()), Self.hung]) { asking in
            #expect(await isOpen(asking))
            for tool in [DockerTool.listContainers, .connectionStatus] {
                let document = try await tool.call([:], asking: asking)
                #expect(document.gaps == ["source hung: circuit_open"])
                #expect(document.states == ["local connected", "hung unreachable"])
                let error = document.rows("sources")[1]["error"]
                #expect(error?["code"] == "circuit_open" && error?["cause"] == "deadline_exceeded")
                #expect((error?["retry_in_s"]?.double ?? 99) <= 1)
                #expect(error?["message"]?.string?.contains("deadline_exceeded: no answer within 50 ms.") == true)
                #expect(error?["hint"]?.string?.isEmpty == false)
                #expect(document.lines[0].hasPrefix("! hung failed: circuit_open: Source hung (tcp://"))
                #expect(SchemaCheck.problems(in: document.json, against: tool.outputSchema) == [])
            }
            let row = try await DockerTool.connectionStatus.call([:], asking: asking).rows("sources")[1]
            #expect((row["consecutive_failures"]?.int ?? 0) > 0)
            #expect(row["last_success_at"] == nil && row["latency_ms"] == nil)
        }
    }

    @Test("When every source's circuit is open the call fails with circuit_open")
    func allOpen() async throws {
        try await watching([Self.hung]) { asking in
            #expect(await isOpen(asking))
            do throws(CallFailure) {
                _ = try await DockerTool.listContainers.call([:], asking: asking)
                Issue.record("it answered")
            } catch {
                #expect(error.code == "circuit_open" && !error.hint.isEmpty)
            }
        }
    }

    @Test("A refresh asks those, too", arguments: [true, false])
    func refresh(isAsked: Bool) async throws {
        let hung = Self.hung
        try await watching([FixtureSource("local", try .docker()), hung]) { asking in
            #expect(await isOpen(asking))
            let document = try await DockerTool.connectionStatus.call(["refresh": .bool(isAsked)], asking: asking)
            #expect(document.gaps == ["source hung: \(isAsked ? "deadline_exceeded" : "circuit_open")"])
        }
    }

    @Test("A source that is slow is degraded, though it answers")
    func slow() async throws {
        let source = FixtureSource("local", try .docker(), limit: .seconds(2))
        try await watching([source]) { asking in
            let health = asking.aggregator.watched[0].health
            for _ in 0..<3 { health.answered(at: .now, latency: .seconds(1.5)) }
            let document = try await DockerTool.connectionStatus.call([:], asking: asking)
            #expect(document.states == ["local degraded"])
            #expect(document.isComplete == true)
            #expect(document.rows("sources")[0]["error"] == nil)
            #expect(document.structured["summary"]?["connected"] == 1)
            #expect(
                document.lines[0].hasPrefix("warning: local: slow, several of its last replies took more than half"))
        }
    }

    @Test("A source that goes and comes is degraded")
    func flapping() async throws {
        try await watching([FixtureSource("local", try .docker())]) { asking in
            let health = asking.aggregator.watched[0].health
            for _ in 0..<3 {
                health.answered(at: .now, latency: nil)
                health.failed(.stub(.connectionRefused), askedAt: .now)
            }
            let document = try await DockerTool.connectionStatus.call([:], asking: asking)
            #expect(document.states == ["local degraded"])
            #expect(document.lines[0] == "warning: local: it went away or came back 6 times in the last 5 minutes")
        }
    }

    @Test("The engines of a deployment that is replaced are watched no longer, and the new ones are")
    func replaced() async throws {
        func deployment() -> Deployment {
            Deployment(aggregator: Aggregator(sources: [Self.hung]), mode: "remote", adviceWhenNothingIsSet: "")
        }
        let (old, new) = (deployment(), deployment())
        func isWatched(_ deployment: Deployment) -> Bool { deployment.aggregator.watched[0].health.isWatched }
        let toolBox = ToolBox(old, audit: nil)
        let watching = Task { await toolBox.probeSources() }
        #expect(await eventually { isWatched(old) })
        toolBox.replaceDeployment(with: new)
        #expect(await eventually { isWatched(new) && !isWatched(old) })
        watching.cancel()
        await watching.value
        #expect(!isWatched(new))
    }
}
