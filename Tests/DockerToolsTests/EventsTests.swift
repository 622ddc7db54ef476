// docker_events: what happened, ordered by time, from streams that end, hang and break.
import DockerEngine
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct EventsTests {
    private func event(_ action: String, at seconds: Int, name: String = "web", _ attributes: JSONObject = [:])
        -> String
    {
        var all = attributes
        all["name"] = .string(name)
        return JSON.object([
            "Type": "container", "Action": .string(action), "timeNano": .integer(Int64(seconds) * 1_000_000_000),
            "Actor": ["ID": .string(String(repeating: "ab", count: 32)), "Attributes": .object(all)],
        ]).text + "\n"
    }

    private func source(_ name: String, _ events: [String], end: Reply.End = .proper) -> FixtureSource {
        FixtureSource(name, ["/events": .chunks(events.map { Array($0.utf8) }, end)], limit: .milliseconds(200))
    }

    @Test("Recorded events: exec events are counted and left out unless asked for")
    func recorded() async throws {
        let local = FixtureSource("local", try .docker())
        let document = try await ask(.events, [:], [local])
        let exec = document.structured["hidden_exec_events"]?.int ?? 0
        #expect(exec == 6 && document.rows("events").count == 12)
        #expect(document.heading?.contains("6 exec events are left out") == true)
        #expect(
            document.rows("events").contains {
                $0["action"] == "die" && $0["exit_code"] == 1 && $0["name"] == "restarting"
            })
        let all = try await ask(.events, ["exec": true], [local])
        #expect(all.rows("events").count == 18 && all.structured["hidden_exec_events"] == 0)
    }

    @Test("Sources are merged by time")
    func merged() async throws {
        let document = try await ask(
            .events, [:],
            [source("a", [event("start", at: 10), event("die", at: 30)]), source("b", [event("oom", at: 20)])])
        #expect(document.texts("events", "action") == ["start", "oom", "die"])
        #expect(document.texts("events", "source") == ["a", "b", "a"])
        #expect(document.rows("events")[0]["time"] == "1970-01-01T00:00:10.000Z")
    }

    @Test("A limit keeps the newest and says how to get those before")
    func limit() async throws {
        let document = try await ask(.events, ["limit": 2], [source("a", (1...5).map { event("start", at: $0) })])
        #expect(
            document.rows("events").map { $0["time"]?.string?.prefix(19) } == [
                "1970-01-01T00:00:04", "1970-01-01T00:00:05",
            ])
        #expect(document.gaps.first?.hasPrefix("limit 2 of 5: ") == true && document.structured["total"] == 5)
    }

    @Test(
        "Narrowing",
        arguments: [
            (["action": "die"], ["die"]), (["action": "health_status"], ["health_status: unhealthy"]),
            (["container": "DB"], ["die"]), (["container": "abab"], ["start", "health_status: unhealthy", "die"]),
            (["action": "nosuch"], []),
        ] as [(JSONObject, [String])])
    func narrowed(arguments: JSONObject, actions: [String]) async throws {
        let events = [
            event("start", at: 1), event("health_status: unhealthy", at: 2), event("die", at: 3, name: "my-db"),
        ]
        #expect(try await ask(.events, arguments, [source("a", events)]).texts("events", "action") == actions)
    }

    @Test("What came before a stream hung or broke is kept, and told")
    func cut() async throws {
        for end in [Reply.End.hang, .failure(.connectionRefused)] {
            let document = try await ask(.events, [:], [source("a", [event("start", at: 1)], end: end)])
            #expect(document.rows("events").count == 1 && document.isComplete == false)
        }
        let broken = await failure(.events, [:], [source("a", ["{]\n"])])
        #expect(broken?.code == "reply_malformed")
    }

    @Test("The span is asked of the engine to the nanosecond, never beyond now")
    func span() async throws {
        let local = source("a", [])
        _ = try await ask(.events, ["since": "1000", "until": "2200-01-01T00:00:00Z", "type": "image"], [local])
        let path = try #require(local.asked.first)
        #expect(
            path.hasPrefix("/events?since=1000.000000000&until=") && path.hasSuffix("%22type%22%3A%5B%22image%22%5D%7D")
        )
        let until = path.split(separator: "=")[2].prefix { $0 != "." }
        #expect((Int(until) ?? .max) <= Int(Timestamp.now.nanoseconds / 1_000_000_000) + 1)
    }

    @Test(
        "Moments that are none",
        arguments: [
            (["since": "yesterday"], "no moment"), (["since": "10x"], "no moment"),
            (["since": "1h", "until": "2h"], "later than"),
            (["since": "2200-01-01T00:00:00Z"], "now"), (["until": ""], "empty"), (["since": "-5"], "no moment"),
        ] as [(JSONObject, String)])
    func wrong(arguments: JSONObject, words: String) async throws {
        let failure = await failure(.events, arguments, [source("a", [])])
        #expect(
            failure?.code == "invalid_argument" && failure?.message.contains(words) == true, "\(failure?.message ?? "")"
        )
    }

    @Test("Names of a hostile engine are cleaned and masked")
    func hostile() async throws {
        let document = try await ask(
            .events, [:],
            [
                source(
                    "a",
                    [
                        event(
                            "start\u{1b}[31m", at: 1, name: "x\u{202E}y",
                            ["exitCode": "password=hunter2", "signal": "password=hunter2"])
                    ])
            ])
        let text = document.text + document.json.text
        #expect(!text.contains("\u{1b}") && !text.contains("\u{202E}") && !text.contains("hunter2"))
    }
}

@Suite struct MomentTextTests {
    private static let now = Timestamp(nanoseconds: 1_000_000_000_000_000)

    @Test(
        "Ages",
        arguments: [("90s", 90), ("15m", 900), ("2h30m", 9_000), ("1d", 86_400), ("1d2h3m4s", 93_784), ("0s", 0)])
    func ages(text: String, seconds: Int) {
        #expect(MomentText.moment(text, now: Self.now) == Self.now.earlier(bySeconds: seconds))
    }

    @Test("RFC 3339 and seconds since 1970")
    func points() {
        #expect(MomentText.moment("1970-01-01T00:00:05Z", now: Self.now)?.nanoseconds == 5_000_000_000)
        #expect(MomentText.moment("5", now: Self.now)?.nanoseconds == 5_000_000_000)
    }

    @Test(
        "What is no moment",
        arguments: [
            "", "m", "30m2h", "1h1h", "1.5h", "-1h", "1 h", "1H", "9999999d", "99999999999999999999s", "1h-", "now",
            "٣h",
        ])
    func none(text: String) { #expect(MomentText.moment(text, now: Self.now) == nil) }
}
