// Disk usage: docker CLI's arithmetic, on recorded replies and on what none here would send.
import DockerEngine
import Testing

@Suite("Engine: disk usage") struct DiskUsageTests {
    private func usage(_ text: String) throws -> DiskUsage {
        try Endpoint<DiskUsage>.diskUsage.reply(from: Array(text.utf8))
    }

    @Test("Docker: what docker system df showed for the same reply")
    func docker() throws {
        let usage = try Endpoint<DiskUsage>.diskUsage.reply(from: try Replies.docker("disk-usage"))
        #expect([usage.images.count, usage.images.active] == [4, 1])
        #expect([usage.images.bytes, usage.images.reclaimableBytes] == [1_985_911, 1_985_911])
        #expect([usage.containers.count, usage.containers.active] == [12, 10])
        #expect([usage.volumes.count, usage.volumes.active] == [1, 1])
        #expect(usage.buildCache == DiskShare())
    }

    @Test("Podman names no size of all layers, so images are summed")
    func podman() throws {
        let usage = try Endpoint<DiskUsage>.diskUsage.reply(from: try Replies.podman("disk-usage"))
        #expect([usage.images.bytes, usage.images.reclaimableBytes] == [2_141_255, 0])
        #expect([usage.containers.bytes, usage.containers.reclaimableBytes] == [24, 12])
    }

    @Test("Used images keep what they do not share; stopped containers, unused volumes and idle cache could go")
    func arithmetic() throws {
        let usage = try usage(
            """
            {"LayersSize":1000,"Images":[{"Containers":1,"Size":600,"SharedSize":200},{"Containers":0,"Size":500,"SharedSize":200}],
             "Containers":[{"SizeRw":10,"State":"running"},{"SizeRw":7,"State":"exited"},{"SizeRw":5,"State":"paused"},{"State":"created"}],
             "Volumes":[{"UsageData":{"Size":30,"RefCount":1}},{"UsageData":{"Size":40,"RefCount":0}},{"UsageData":{"Size":-1,"RefCount":0}}],
             "BuildCache":[{"Size":3,"InUse":true},{"Size":4,"InUse":false},{"Size":50,"Shared":true}]}
            """)
        #expect([usage.images.bytes, usage.images.reclaimableBytes, usage.images.active] == [1_000, 600, 1])
        #expect([usage.containers.count, usage.containers.active, usage.containers.bytes] == [4, 2, 22])
        #expect(usage.containers.reclaimableBytes == 7)
        #expect(
            [usage.volumes.count, usage.volumes.active, usage.volumes.bytes, usage.volumes.reclaimableBytes] == [
                3, 1, 70, 40,
            ])
        #expect([usage.buildCache.count, usage.buildCache.active, usage.buildCache.bytes] == [3, 1, 7])
        #expect(usage.buildCache.reclaimableBytes == 4)
    }

    @Test("An engine that did not compute sizes, an old builder's sum, and numbers beyond 64 bits")
    func odd() throws {
        let unknown = try usage(
            #"{"LayersSize":10,"Images":[{"Containers":1,"Size":-1,"SharedSize":-1}],"BuilderSize":9}"#)
        #expect(
            [unknown.images.reclaimableBytes, unknown.buildCache.bytes, unknown.buildCache.reclaimableBytes] == [
                10, 9, 9,
            ])
        let huge = try usage(
            #"{"Containers":[{"SizeRw":9223372036854775807,"State":"exited"},{"SizeRw":9223372036854775807,"State":"dead"}]}"#
        )
        #expect([huge.containers.bytes, huge.containers.reclaimableBytes] == [Int.max, Int.max])
        #expect(throws: ReplyError.self) { try usage("[]") }
    }
}
