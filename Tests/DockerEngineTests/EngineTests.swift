// What engines say of themselves, and while things happen.
import DockerEngine
import TestSupport
import Testing

@Suite("Engine: itself") struct EngineTests {
    @Test("Versions of Docker and Podman")
    func version() throws {
        let docker = try Replies.version(try Replies.docker("version"))
        #expect(
            [docker.name, docker.version, docker.apiVersion, docker.oldestAPIVersion] == [
                "Docker", "20.10.24+dfsg1", "1.41", "1.12",
            ])
        #expect([docker.os, docker.architecture] == ["linux", "amd64"])
        #expect(docker.kernel?.isEmpty == false)
        let podman = try Replies.version(try Replies.podman("version"))
        #expect(
            [podman.name, podman.version, podman.apiVersion, podman.oldestAPIVersion] == [
                "Podman", "4.3.1", "1.41", "1.24",
            ])
        #expect(try Replies.version(Array("{}".utf8)).version == nil)
    }

    @Test("Counts of Docker and Podman")
    func info() throws {
        let docker = try Replies.info(try Replies.docker("info"))
        #expect([docker.containers, docker.running, docker.paused, docker.stopped, docker.images] == [12, 8, 1, 3, 4])
        #expect((docker.id, docker.hostName) == ("AAAA:BBBB", "machine"))
        let podman = try Replies.info(try Replies.podman("info"))
        #expect([podman.containers, podman.running, podman.paused, podman.stopped, podman.images] == [2, 1, 0, 1, 1])
        #expect(docker.seemsSame(as: docker))
        #expect(!docker.seemsSame(as: podman))
        let nothing = try Replies.info(Array("{}".utf8))
        #expect(!nothing.seemsSame(as: nothing))
        #expect(
            [nothing.containers, nothing.running, nothing.paused, nothing.stopped, nothing.images]
                == Array(repeating: nil, count: 5))
    }

    @Test("Whatever a ping's body says, it is one", arguments: ["OK", "", "not JSON {"])
    func ping(body: String) throws {
        try Endpoint<Void>.ping.reply(from: Array(body.utf8))
    }

    @Test("Events, wherever the stream is cut")
    func events() throws {
        let text =
            #"{"status":"start","id":"ab","Type":"container","Action":"start","Actor":{"ID":"ab","Attributes":{"name":"web","image":"x"}},"scope":"local","time":1795774239,"timeNano":1795774239000000007}"#
            + "\n\r\n"
            + #"{"Type":"network","Action":"connect","id":"cd"}"# + "\n"
        let bytes = Array(text.utf8)
        for chunks in [[bytes]] + cuts(bytes) {
            var lines = EventLines()
            let events = try chunks.flatMap { try lines.read($0) }
            #expect(events.map(\.type) == ["container", "network"])
            #expect(events.map(\.action) == ["start", "connect"])
            #expect(events.map(\.id) == ["ab", "cd"])
            #expect(events.map(\.name) == ["web", nil])
            #expect(events.map(\.at) == [Timestamp(nanoseconds: 1_795_774_239_000_000_007), nil])
        }
    }

    @Test(
        "What is no event is refused",
        arguments: ["x\n", "[]\n", "{}\n", "{\"Type\":\"container\"}\n", "{\"Action\":\"start\"}\n", "null\n"])
    func noEvent(text: String) {
        var lines = EventLines()
        #expect(throws: ReplyError.self) { try lines.read(Array(text.utf8)) }
    }

    @Test("An event without an end is refused before it fills the memory")
    func endlessEvent() {
        var lines = EventLines()
        let chunk = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 18)
        #expect(throws: ReplyError.self) {
            for _ in 0..<8 { _ = try lines.read(chunk) }
        }
    }

    @Test("Many empty lines take no quadratic time")
    func emptyLines() {
        var lines = EventLines()
        var events: [EngineEvent]?
        let time = processorTime { events = try? lines.read([UInt8](repeating: 0x0A, count: 1 << 20)) }
        #expect(events?.isEmpty == true)
        #expect(time < .seconds(20))
    }
}
