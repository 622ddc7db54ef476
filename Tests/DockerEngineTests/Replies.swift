// Recorded and made-up replies, decoded by the endpoints that ask for them.
import DockerEngine
import TestSupport
import Testing

/// What the endpoints make of a reply's bytes.
enum Replies {
    static func containers(_ bytes: [UInt8]) throws -> [ContainerSummary] {
        try Endpoint<[ContainerSummary]>.containers(all: true).reply(from: bytes)
    }
    static func images(_ bytes: [UInt8]) throws -> [ImageSummary] {
        try Endpoint<[ImageSummary]>.images().reply(from: bytes)
    }

    static func container(_ bytes: [UInt8]) throws -> ContainerDetails {
        try Endpoint<ContainerDetails>.container(try #require(ContainerReference("x"))).reply(from: bytes)
    }

    static func image(_ bytes: [UInt8]) throws -> ImageDetails {
        try Endpoint<ImageDetails>.image(try #require(ImageReference("x"))).reply(from: bytes)
    }

    static func history(_ bytes: [UInt8]) throws -> [ImageHistoryEntry] {
        try Endpoint<[ImageHistoryEntry]>.history(of: try #require(ImageReference("x"))).reply(from: bytes)
    }

    static func stats(_ bytes: [UInt8]) throws -> ResourceSample {
        try Endpoint<ResourceSample>.stats(of: try #require(ContainerReference("x"))).reply(from: bytes)
    }

    static func version(_ bytes: [UInt8]) throws -> EngineVersion {
        try Endpoint<EngineVersion>.version.reply(from: bytes)
    }
    static func info(_ bytes: [UInt8]) throws -> EngineInfo { try Endpoint<EngineInfo>.info.reply(from: bytes) }

    static func docker(_ name: String) throws -> [UInt8] { try Fixture.bytes("engine/20.10.24/\(name).json") }
    static func podman(_ name: String) throws -> [UInt8] { try Fixture.bytes("engine/podman-4.3.1/\(name).json") }
}
