// The parts that can be tested apart from a connection.
import MCP
import Testing

@testable import MCPHTTP

@Suite struct PartsTests {
    @Test(
        "Base64",
        arguments: [
            ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("5aSn", "大"), ("Z", nil),
            ("Zg=", nil), ("Zg", nil), ("Z===", nil), ("Zh==", nil), ("Zm9-", nil), ("Zg==Zg==", nil), ("====", nil),
        ] as [(String, String?)])
    func base64(text: String, decoded: String?) {
        #expect(Base64.decode(Array(text.utf8)) == decoded.map { Array($0.utf8) })
    }

    @Test("A bucket fills again, and one caller's doesn't empty another's")
    func bucket() throws {
        let limiter = try #require(RateLimiter(perSecond: 2, burst: 3))
        let start = ContinuousClock.now
        for _ in 0..<3 { #expect(limiter.refusal(of: "a", at: start) == nil) }
        #expect(limiter.refusal(of: "a", at: start) == 1)
        #expect(limiter.refusal(of: "b", at: start) == nil)
        #expect(limiter.refusal(of: "a", at: start + .milliseconds(499)) == 1)
        #expect(limiter.refusal(of: "a", at: start + .milliseconds(500)) == nil)
        #expect(limiter.refusal(of: "a", at: start + .milliseconds(500)) == 1)
        for _ in 0..<3 { #expect(limiter.refusal(of: "a", at: start + .seconds(3600)) == nil) }
        #expect(limiter.refusal(of: "a", at: start + .seconds(3600)) == 1)
        #expect(RateLimiter(perSecond: nil, burst: 1) == nil)
    }

    @Test("With too many addresses at once the newcomers share a bucket; later there is room again")
    func manyBuckets() throws {
        let limiter = try #require(RateLimiter(perSecond: 1, burst: 1))
        let start = ContinuousClock.now
        for number in 0..<4096 { #expect(limiter.refusal(of: "\(number)", at: start) == nil) }
        #expect(limiter.refusal(of: "new", at: start) == nil)
        #expect(limiter.refusal(of: "newer", at: start) == 1)
        #expect(limiter.refusal(of: "newest", at: start + .seconds(1)) == nil)
        #expect(limiter.refusal(of: "last", at: start + .seconds(1)) == nil)
    }

    @Test("A gauge never gives more than it has")
    func gauge() throws {
        let gauge = Gauge(limit: 2)
        let first = try #require(gauge.take())
        #expect(gauge.take(2) == nil && gauge.take() != nil && gauge.take() == nil)
        first.giveBack()
        first.giveBack()
        #expect(gauge.count == 1 && gauge.take(2) == nil && gauge.take() != nil)
    }

    @Test("Only what is unused for long enough is swept away")
    func sweep() throws {
        let limits = HTTPServerSettings.Limits()
        let table = SessionTable(limits)
        let registry = Registry(server: ServerDescription(name: "x", version: "1"))
        let caller = Caller(name: "a")
        let idle = try #require(table.open(Session(registry: registry), for: caller))
        let busy = try #require(table.open(Session(registry: registry), for: caller))
        busy.beginUse()
        table.sweep(at: .now + limits.sessionIdleTime - .seconds(60))
        #expect(table.count == 2)
        table.sweep(at: .now + limits.sessionIdleTime)
        #expect(table.find(idle.id, for: caller) == nil && table.find(busy.id, for: caller) != nil)
        busy.endUse()
        table.sweep(at: .now + limits.sessionIdleTime)
        #expect(table.count == 0)
    }

    private func texts(_ feed: EventFeed) async -> [String] {
        feed.finish()
        var texts: [String] = []
        for await item in feed.items {
            if case .event(let bytes) = item { texts.append(String(decoding: bytes, as: UTF8.self)) }
        }
        return texts
    }

    private func event(_ id: String, _ text: String) -> String { "id: \(id)\nevent: message\ndata: \(text)\n\n" }

    @Test("A session keeps a bounded number of events, the newest ones")
    func historyCount() async {
        var limits = HTTPServerSettings.Limits()
        limits.replayEvents = 3
        let history = History(limits)
        for number in 1...5 { history.say(Array("\(number)".utf8), on: History.serverStream) }
        let feed = EventFeed()
        #expect(history.resume(after: .init(stream: 0, number: 1), feed))
        #expect(await texts(feed) == [event("0-3", "3"), event("0-4", "4"), event("0-5", "5")])
    }

    @Test("... and of bytes")
    func historyBytes() async {
        var limits = HTTPServerSettings.Limits()
        limits.replayBytes = 100
        let history = History(limits)
        let long = String(repeating: "x", count: 50)
        for _ in 1...3 { history.say(Array(long.utf8), on: History.serverStream) }
        let feed = EventFeed()
        #expect(history.resume(after: .init(stream: 0, number: 0), feed))
        #expect(await texts(feed) == [event("0-3", long)])
        history.say(Array(String(repeating: "y", count: 200).utf8), on: History.serverStream)
        let second = EventFeed()
        #expect(history.resume(after: .init(stream: 0, number: 3), second))
        #expect(await texts(second) == [])
    }

    @Test("What one stream said is never said on another")
    func historyStreams() async {
        let history = History(HTTPServerSettings.Limits())
        let (first, second) = (EventFeed(), EventFeed())
        let (one, two) = (history.open(first), history.open(second, primes: true))
        history.say([0x61], on: one)
        history.say([0x62], on: two)
        history.say([0x63], on: one, isLast: true)
        history.say([0x64], on: one)
        #expect(await texts(first) == [event("1-1", "a"), event("1-2", "c")])
        #expect(await texts(second) == ["id: 2-0\nretry: 1000\ndata: \n\n", event("2-1", "b")])
        let again = EventFeed()
        #expect(history.resume(after: .init(stream: 1, number: 1), again))
        #expect(await texts(again) == [event("1-2", "c")])
        history.end()
        #expect(history.resume(after: .init(stream: 1, number: 1), EventFeed()) == false)
        #expect(history.resume(after: nil, EventFeed()) == false)
    }

    @Test("A finished stream of which nothing is kept any more is unknown")
    func historyForgets() {
        var limits = HTTPServerSettings.Limits()
        limits.replayEvents = 1
        let history = History(limits)
        let number = history.open(EventFeed())
        history.say([0x61], on: number, isLast: true)
        #expect(history.resume(after: .init(stream: number, number: 0), EventFeed()))
        history.say([0x62], on: History.serverStream)
        let isKnown = history.resume(after: .init(stream: number, number: 0), EventFeed())
        #expect(!isKnown)
    }

    @Test("A reader that is too slow loses its stream, not single events")
    func slowFeed() async {
        let feed = EventFeed()
        for number in 0...EventFeed.capacity { feed.send(.event(Array("\(number)".utf8))) }
        feed.send(.event(Array("late".utf8)))
        let all = await texts(feed)
        #expect(all == (0..<EventFeed.capacity).map { "\($0)" })
    }

    @Test("The host that is listened at is allowed, wildcards are not")
    func boundHost() {
        for (host, shown, isAccepted) in [
            ("192.0.2.7", "192.0.2.7:3000", true), ("fd00::1", "[fd00::1]:3000", true), ("0.0.0.0", "0.0.0.0", false),
            ("::", "[::]", false), ("Docker.Example", "docker.example", true),
        ] {
            var settings = HTTPServerSettings()
            settings.host = host
            #expect(HostCheck(settings).accepts(host: shown) == isAccepted, "\(host)")
        }
    }

    @Test("Tokens of any length are compared whole; none is accepted that is too long to be one")
    func longTokens() async {
        let longest = String(repeating: "x", count: StaticTokens.maximumTokenBytes)
        let gate = StaticTokens([.init(name: "long", token: longest), .init(name: "never", token: longest + "x")])
        func name(_ token: String) async -> String? {
            let head = RequestHead(headers: [("authorization", "Bearer \(token)")])
            guard case .admitted(let caller) = await gate.admit(head) else { return nil }
            return caller.name
        }
        #expect(await name(longest) == "long")
        #expect(await name(longest + "x") == nil)
        #expect(await name(String(longest.dropLast())) == nil)
        #expect(await name(String(longest.dropLast()) + "y") == nil)
        let twice = RequestHead(headers: [("Authorization", "Bearer \(longest)"), ("authorization", "Bearer x")])
        guard case .refused(let status, _, _) = await gate.admit(twice) else { return #expect(Bool(false)) }
        #expect(status == 401)
    }
}
