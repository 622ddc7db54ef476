// Which resources a client is told of when engines tell that something happened.
import DockerSources
import MCP
import NIOConcurrencyHelpers
import TestSupport
import Testing

@testable import DockerTools

@Suite struct ResourceWatchTests {
    private static let web = "00ccadb0faa8ec77b5721ad2b1a22d1c70343144c37f0311bc88884e606e72df"

    private static func event(_ action: String, type: String = "container", id: String = web, name: String = "web")
        -> String
    {
        #"{"Type":"\#(type)","Action":"\#(action)","Actor":{"ID":"\#(id)","Attributes":{"name":"\#(name)"}},"timeNano":1}"#
            + "\n"
    }

    private static func source(_ name: String, _ events: String, then end: Reply.End = .hang) -> FixtureSource {
        FixtureSource(name, ["/events": .chunks([Array(events.utf8)], end)])
    }

    /// What is told of until `isEnough`, and nothing more when the watch was cancelled then.
    private func changes(
        _ sources: [any Source], of addresses: Set<String>, until isEnough: @escaping @Sendable ([String]) -> Bool
    ) async -> [String] {
        let told = NIOLockedValueBox<[String]>([])
        let watch = ResourceWatch(hubs: sources.map(EventHub.init), addresses: addresses) { address in
            told.withLockedValue { $0.append(address) }
        }
        let running = Task { await watch.run() }
        let came = await eventually { isEnough(told.withLockedValue { $0 }) }
        running.cancel()
        await running.value
        #expect(came)
        return told.withLockedValue { $0 }
    }

    private static let last = "docker://local/containers/last"

    @Test(
        "A container that something happens to changes, and so does its log",
        arguments: [
            ("docker://local/containers/web", 1), ("docker://local/containers/web/logs", 1),
            ("docker://local/containers/00ccadb0faa8", 1), ("docker://local/containers/\(web)", 1),
            ("docker://sources", 2), ("docker://local/containers/db", 0), ("docker://local/containers/00c", 0),
            ("docker://remote/containers/web", 0), ("docker://local/containers/we", 0),
        ])
    func changes(address: String, count: Int) async {
        let events = Self.event("start") + Self.event("start", id: "ffff", name: "last")
        let told = await changes([Self.source("local", events)], of: [address, Self.last]) { $0.contains(Self.last) }
        #expect(told.count { $0 == address } == count)
    }

    @Test(
        "What changes nothing that is shown is not told of",
        arguments: [
            event("exec_start: sh"), event("exec_die"), event("pull", type: "image"), "\n",
        ])
    func silent(events: String) async {
        let watched: Set = ["docker://local/containers/web", Self.last]
        let told = await changes(
            [Self.source("local", events + Self.event("die", id: "ffff", name: "last"))], of: watched
        ) { $0.contains(Self.last) }
        #expect(told == [Self.last])
    }

    @Test("Events cut anywhere are whole again")
    func cut() async {
        let bytes = Array(
            (Self.event("start") + Self.event("die") + Self.event("start", id: "ffff", name: "last")).utf8)
        let source = FixtureSource("local", ["/events": .chunks(bytes.map { [$0] }, .hang)])
        let told = await changes([source], of: ["docker://local/containers/web", Self.last]) { $0.contains(Self.last) }
        #expect(told.count { $0 == "docker://local/containers/web" } == 2)
    }

    @Test("A source that nothing is watched of is not asked")
    func notConcerned() async {
        let other = Self.source("other", "")
        _ = await changes([Self.source("local", Self.event("die", id: "ffff", name: "last")), other], of: [Self.last]) {
            !$0.isEmpty
        }
        #expect(other.asked.isEmpty)
    }

    @Test(
        "After a break everything may have changed, and the source is asked again",
        arguments: [
            Reply.End.proper, .failure(.connectionRefused),
        ])
    func afterBreak(end: Reply.End) async {
        let source = Self.source("local", "", then: end)
        let told = await changes([source], of: ["docker://local/containers/web"]) { !$0.isEmpty }
        #expect(Set(told) == ["docker://local/containers/web"])
        #expect(source.asked.count > 1)
    }

    @Test("A source that stays dead is told of once")
    func dead() async {
        let dead = FixtureSource.dead("gone")
        let told = NIOLockedValueBox<[String]>([])
        let watch = ResourceWatch(hubs: [EventHub(dead)], addresses: ["docker://sources"]) { address in
            told.withLockedValue { $0.append(address) }
        }
        let running = Task { await watch.run() }
        #expect(await eventually { dead.asked.count > 1 })
        running.cancel()
        await running.value
        #expect(told.withLockedValue { $0 } == ["docker://sources"])
    }

    @Test("What is no event ends the stream, not the watch")
    func garbage() async {
        let source = Self.source("local", Self.event("start") + "garbage\n")
        let told = await changes([source], of: ["docker://local/containers/web"]) { $0.count > 1 }
        #expect(Set(told) == ["docker://local/containers/web"])
    }

    @Test("However many watch, an engine is asked for its events once; when the reader leaves, the next goes on")
    func shared() async {
        let source = Self.source("local", Self.event("start"))
        let hub = EventHub(source)
        let told = NIOLockedValueBox<[Int: Int]>([:])
        let watches = (0..<5).map { number in
            ResourceWatch(hubs: [hub], addresses: ["docker://local/containers/web"]) { _ in
                told.withLockedValue { $0[number, default: 0] += 1 }
            }
        }
        let first = Task { await watches[0].run() }
        #expect(await eventually { told.withLockedValue { $0[0] ?? 0 } > 0 })
        let others = watches[1...].map { watch in Task { await watch.run() } }
        try? await Task.sleep(for: .milliseconds(50))
        #expect(source.asked.count == 1)

        first.cancel()
        await first.value
        // The fixture's new stream begins with the event again; before it comes that anything may have changed.
        #expect(await eventually { told.withLockedValue { counts in (1..<5).allSatisfy { counts[$0] ?? 0 > 1 } } })
        #expect(source.asked.count == 2)
        #expect(told.withLockedValue { $0[0] } == 1)
        for task in others { task.cancel() }
        for task in others { await task.value }
    }

    @Test("When the engines are replaced, all that is watched may be otherwise, and the new ones are watched")
    func replaced() async {
        let old = Self.source("local", ""), new = Self.source("local", Self.event("start"))
        func deployment(_ source: any Source) -> Deployment {
            Deployment(aggregator: Aggregator(sources: [source]), mode: "local", adviceWhenNothingIsSet: "")
        }
        let toolBox = ToolBox(deployment(old), audit: nil)
        let told = NIOLockedValueBox(0)
        let running = Task {
            await toolBox.watcher.watch(["docker://local/containers/web"]) { _ in told.withLockedValue { $0 += 1 } }
        }
        #expect(await eventually { !old.asked.isEmpty })
        #expect(told.withLockedValue { $0 } == 0)
        toolBox.replaceDeployment(with: deployment(new))
        #expect(await eventually { told.withLockedValue { $0 } == 2 })
        running.cancel()
        await running.value
    }

    @Test("A watch that is cancelled ends, whatever its sources do")
    func cancelled() async {
        let sources = [Self.source("local", ""), FixtureSource("hung", ["": .hang]), .dead("gone")]
        let watch = ResourceWatch(hubs: sources.map(EventHub.init), addresses: ["docker://sources"]) { _ in }
        let running = Task { await watch.run() }
        #expect(await eventually { sources.allSatisfy { !$0.asked.isEmpty } })
        running.cancel()
        await running.value
    }
}
