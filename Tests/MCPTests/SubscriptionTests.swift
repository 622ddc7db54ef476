// Being told of changes: resources/subscribe in sessions, subscriptions/listen in 2026-07-28.
import JSON
import MCP
import NIOConcurrencyHelpers
import Testing

/// A watcher whose changes a test makes.
final class Bell: Sendable {
    private struct State {
        var next = 0
        var watches: [Int: (uris: Set<String>, changed: ResourceWatcher.Changed)] = [:]
    }

    private let state = NIOLockedValueBox(State())

    /// What is watched, once for each watch.
    var watched: [Set<String>] { state.withLockedValue { $0.watches.sorted { $0.key < $1.key }.map(\.value.uris) } }

    func ring(_ uri: String) {
        for watch in state.withLockedValue({ Array($0.watches.values) }) where watch.uris.contains(uri) {
            watch.changed(uri)
        }
    }

    var watcher: ResourceWatcher {
        ResourceWatcher(canWatch: { !$0.hasSuffix("broken") }) { [self] uris, changed in
            let number = state.withLockedValue { state in
                state.next += 1
                state.watches[state.next] = (uris, changed)
                return state.next
            }
            do { try await Task.sleep(for: .seconds(3600)) } catch {}
            state.withLockedValue { $0.watches[number] = nil }
        }
    }
}

extension Fixture {
    func watched(by bell: Bell) -> Registry {
        let plain = registry
        return Registry(
            server: plain.server, tools: plain.tools, resources: plain.resources, templates: plain.templates,
            watcher: bell.watcher)
    }
}

/// What a session says by itself.
private final class Notes: Sendable {
    private let notes = NIOLockedValueBox<[JSON]>([])

    var all: [JSON] { notes.withLockedValue { $0 } }
    func add(_ note: JSON) { notes.withLockedValue { $0.append(note) } }
}

@Suite struct SubscriptionTests {
    private static let item = "test://local/items/1"
    private static let legacy = ProtocolRevision.allCases.filter { $0.era == .legacy }
    private static let key = "io.modelcontextprotocol/subscriptionId"

    @Test("Offered when something can be watched", arguments: ProtocolRevision.allCases)
    func capability(revision: ProtocolRevision) async {
        let offers: [(Registry, JSON)] = [
            (Fixture().watched(by: Bell()), ["subscribe": true]), (Fixture().registry, [:]),
        ]
        for (registry, resources) in offers {
            let client = await Client(registry, nil)
            let heard =
                revision.era == .legacy
                ? await client.initialize(revision.rawValue) : await client.askModern("server/discover")
            #expect(heard.result?["capabilities"]?["resources"] == resources)
        }
    }

    @Test("Without a watcher the methods are unknown, and each era knows its own only")
    func unknown() async {
        let plain = await Client()
        for method in ["resources/subscribe", "resources/unsubscribe", "subscriptions/listen"] {
            #expect(await plain.ask(method, ["uri": "test://static"]).code == -32601)
            #expect(await plain.askModern(method, ["uri": "test://static"]).code == -32601)
        }
        let watched = await Client(Fixture().watched(by: Bell()))
        #expect(await watched.ask("subscriptions/listen", ["notifications": [:]]).code == -32601)
        #expect(await watched.askModern("resources/subscribe", ["uri": "test://static"]).code == -32601)
    }

    @Test("A session is told of what it subscribed to, as long as it did", arguments: legacy)
    func subscribe(revision: ProtocolRevision) async throws {
        let bell = Bell()
        let notes = Notes()
        let client = await Client(Fixture().watched(by: bell), revision)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await client.session.watchSubscriptions { notes.add($0) } }
            for uri in [Self.item, Self.item, "test://static"] {
                #expect(await client.ask("resources/subscribe", ["uri": .string(uri)]).result == [:])
            }
            try await eventually("both are watched") { bell.watched.count == 2 }
            bell.ring(Self.item)
            let told: JSON = [
                "jsonrpc": "2.0", "method": "notifications/resources/updated", "params": ["uri": .string(Self.item)],
            ]
            #expect(notes.all == [told])
            #expect(await client.ask("resources/unsubscribe", ["uri": .string(Self.item)]).result == [:])
            #expect(await client.ask("resources/unsubscribe", ["uri": "test://never"]).result == [:])
            try await eventually("one is watched") { bell.watched == [["test://static"]] }
            client.session.end()
            try await group.waitForAll()
        }
        #expect(bell.watched.isEmpty && notes.all.count == 1)
    }

    @Test("What can't be watched is refused")
    func refused() async {
        let client = await Client(Fixture().watched(by: Bell()))
        #expect(await client.ask("resources/subscribe", ["uri": "test://nothing"]).code == -32002)
        #expect(await client.ask("resources/subscribe", ["uri": "test://broken"]).code == -32602)
        #expect(await client.ask("resources/subscribe", ["uri": 1]).code == -32602)
        #expect(await client.ask("resources/unsubscribe").code == -32602)
        for wanted: JSON in [nil, 1, ["resourceSubscriptions": 1], ["resourceSubscriptions": [1]]] {
            #expect(await client.askModern("subscriptions/listen", ["notifications": wanted]).code == -32602)
        }
        #expect(await client.askModern("subscriptions/listen").code == -32602)
    }

    @Test("At most 64 at a time, whichever way they came")
    func many() async {
        let bell = Bell()
        let client = await Client(Fixture().watched(by: bell))
        for number in 1...64 {
            let uri = JSON.string("test://local/items/\(number)")
            #expect(await client.ask("resources/subscribe", ["uri": uri]).result == [:])
        }
        #expect(await client.ask("resources/subscribe", ["uri": "test://static"]).code == -32600)
        #expect(await client.ask("resources/subscribe", ["uri": .string(Self.item)]).result == [:])
        let wanted: JSON = ["resourceSubscriptions": ["test://static"]]
        #expect(await client.askModern("subscriptions/listen", ["notifications": wanted]).code == -32600)
        let list = JSON.array((1...65).map { .string("test://local/items/\($0)") })
        let fresh = await Client(Fixture().watched(by: bell))
        let heard = await fresh.askModern("subscriptions/listen", ["notifications": ["resourceSubscriptions": list]])
        #expect(heard.code == -32600 && heard.notifications.isEmpty)
    }

    @Test(
        "listen says first what is agreed, then changes, and has a result at the end",
        arguments: [3, "three"] as [JSON])
    func listen(id: JSON) async throws {
        let bell = Bell()
        let client = await Client(Fixture().watched(by: bell), nil)
        async let heard = client.askModern(
            "subscriptions/listen",
            [
                "notifications": [
                    "toolsListChanged": true, "promptsListChanged": true, "resourcesListChanged": true,
                    "resourceSubscriptions": [.string(Self.item), "test://nothing", "test://broken", "test://static"],
                ]
            ], id: id)
        try await eventually("it is watched") { bell.watched == [[Self.item, "test://static"]] }
        bell.ring("test://static")
        client.session.endSubscriptions()
        let all = await heard
        let meta: JSON = .object([Self.key: id])
        #expect(all.notifications.map { $0["params"]?["_meta"] } == [meta, meta])
        #expect(all.notifications.first?["method"] == "notifications/subscriptions/acknowledged")
        let agreed: JSON = ["resourceSubscriptions": [.string(Self.item), "test://static"]]
        #expect(all.notifications.first?["params"]?["notifications"] == agreed)
        #expect(all.notifications.last?["method"] == "notifications/resources/updated")
        #expect(all.notifications.last?["params"]?["uri"] == "test://static")
        #expect(all.reply?["id"] == id && all.result?["resultType"] == "complete")
        #expect(all.result?["_meta"]?[Self.key] == id && all.result?["ttlMs"] == nil)
        #expect(all.result?["_meta"]?["io.modelcontextprotocol/serverInfo"] != nil)
        #expect(bell.watched.isEmpty)
    }

    @Test("Listening for nothing that is told waits as well, and is cancelled like any call")
    func listenForNothing() async throws {
        let bell = Bell()
        let client = await Client(Fixture().watched(by: bell), nil)
        async let heard = client.askModern("subscriptions/listen", ["notifications": ["toolsListChanged": true]], id: 5)
        try await eventually("it is in flight") {
            let other = await client.askModern("tools/list", id: 5)
            return other.code == -32600
        }
        _ = await client.send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}}"#)
        #expect(await heard.reply == nil)
        #expect(bell.watched.isEmpty)
    }

    @Test("Over stdio: both ways on one connection, and both end with it")
    func stdio() async throws {
        let bell = Bell()
        let registry = Fixture().watched(by: bell)
        try await withServer(registry: registry) { pipes, _ in
            try await pipes.ask(1, "resources/subscribe", ["uri": .string(Self.item)])
            #expect(try await pipes.next()["result"] == [:])
            let wanted: JSONObject = ["notifications": ["resourceSubscriptions": ["test://static"]]]
            try await pipes.ask(2, "subscriptions/listen", Client.modern(wanted))
            #expect(try await pipes.next()["method"] == "notifications/subscriptions/acknowledged")
            try await eventually("both are watched") { bell.watched.count == 2 }
            bell.ring(Self.item)
            #expect(try await pipes.next()["params"] == ["uri": .string(Self.item)])
            bell.ring("test://static")
            #expect(try await pipes.next()["params"]?["_meta"] == .object([Self.key: 2]))
            await pipes.endInput()
            #expect(try await pipes.next()["result"]?["resultType"] == "complete")
        }
        #expect(bell.watched.isEmpty)
    }
}
