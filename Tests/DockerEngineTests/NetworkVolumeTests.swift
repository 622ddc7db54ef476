// Networks and volumes: rows of their lists.
import DockerEngine
import Testing

@Suite("Engine: networks and volumes") struct NetworkVolumeTests {
    private func networks(_ bytes: [UInt8]) throws -> [NetworkSummary] {
        try Endpoint<[NetworkSummary]>.networks.reply(from: bytes)
    }
    private func volumes(_ bytes: [UInt8]) throws -> [VolumeSummary] {
        try Endpoint<[VolumeSummary]>.volumes.reply(from: bytes)
    }

    @Test("Docker's networks without a bridge")
    func docker() throws {
        let rows = try networks(try Replies.docker("networks"))
        #expect(Set(rows.map(\.name)) == ["host", "none"])
        #expect(rows.first { $0.name == "none" }?.driver == "null")
        #expect(rows.allSatisfy { $0.scope == "local" && $0.subnets.isEmpty && !$0.isInternal && !$0.hasIPv6 })
    }

    @Test("Podman's network has a range and a gateway")
    func podman() throws {
        let network = try #require(try networks(try Replies.podman("networks")).first)
        #expect(network.name == "bridge" && network.driver == "bridge")
        #expect(network.subnets == ["10.88.0.0/16"] && network.gateways == ["10.88.0.1"])
        #expect(network.createdAt == Timestamp(rfc3339: "2026-12-01T09:23:17.38395445Z"))
    }

    @Test(
        "A network needs an id and a name",
        arguments: [#"[{"Name":"a"}]"#, #"[{"Id":"ab"}]"#, #"[{"Id":"a/b","Name":"x"}]"#, "{}"])
    func malformed(text: String) {
        #expect(throws: ReplyError.self) { try networks(Array(text.utf8)) }
    }

    @Test("Docker's volume")
    func volume() throws {
        let volume = try #require(try volumes(try Replies.docker("volumes")).first)
        #expect(volume.name == "cache" && volume.driver == "local" && volume.scope == "local")
        #expect(volume.mountpoint == "/tmp/engines/1/data/volumes/cache/_data")
        #expect(volume.createdAt != nil && !volume.isAnonymous)
    }

    @Test("No volumes are null, an empty list, or absent", arguments: [#"{"Volumes":null}"#, #"{"Volumes":[]}"#, "{}"])
    func none(text: String) throws {
        #expect(try volumes(Array(text.utf8)).isEmpty)
    }

    @Test("A volume that nobody named has 64 hexadecimal digits")
    func anonymous() throws {
        let name = String(repeating: "0a", count: 32)
        let text = #"{"Volumes":[{"Name":"\#(name)"},{"Name":"\#(name.dropLast())g"}]}"#
        #expect(try volumes(Array(text.utf8)).map(\.isAnonymous) == [true, false])
        #expect(throws: ReplyError.self) { try volumes(Array(#"{"Volumes":[{}]}"#.utf8)) }
        #expect(throws: ReplyError.self) { try volumes(Array("[]".utf8)) }
    }
}
