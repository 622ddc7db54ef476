// A container's log that grows and ends as a test wants, read as engines do: made by hand, since no real engine writes lines at chosen
// nanoseconds between two questions.
import DockerEngine
import DockerSources
import NIOConcurrencyHelpers

@testable import DockerTools

/// The log of the container `web` of a recorded engine, replaced by lines that the test adds.
struct GrowingLog: Source {
    struct Entry: Sendable {
        var stream: UInt8 = 1
        let nanoseconds: Int64
        let text: String
    }

    private let engine: FixtureSource
    private let entries = NIOLockedValueBox<[Entry]>([])
    private let depths = NIOLockedValueBox<[Int]>([])

    init(_ name: String) throws { engine = FixtureSource(name, try .docker()) }

    func add(_ new: [Entry]) { entries.withLockedValue { $0 += new } }

    /// How many lines were asked for, one number for each time that the log was read.
    var asked: [Int] { depths.withLockedValue { $0 } }

    var label: SourceLabel { engine.label }
    var limits: SourceLimits { engine.limits }
    var negotiatedAPI: APIVersion? { engine.negotiatedAPI }

    func reply<Reply>(to endpoint: Endpoint<Reply>) async throws(SourceError) -> Reply {
        try await engine.reply(to: endpoint)
    }

    /// The last lines as `tail` has it, those before `since` left out of them.
    func stream(_ endpoint: StreamEndpoint) async throws(SourceError) -> ByteStream {
        let tail = number("tail", in: endpoint.path).flatMap { Int($0) } ?? .max
        let since = number("since", in: endpoint.path).flatMap { Int64($0.filter { $0 != "." }) } ?? .min
        depths.withLockedValue { $0.append(tail) }
        let bytes = entries.withLockedValue { entries in
            Frames.bytes(
                entries.suffix(tail).filter { $0.nanoseconds >= since }.map { entry in
                    let seconds = entry.nanoseconds / 1_000_000_000
                    let time = Timestamp(nanoseconds: seconds * 1_000_000_000).rfc3339.dropLast(5)
                    let fraction = String(entry.nanoseconds % 1_000_000_000 + 1_000_000_000).dropFirst()
                    return (entry.stream, "\(time).\(fraction)Z \(entry.text)\n")
                })
        }
        let chunk = NIOLockedValueBox<[UInt8]?>(bytes.isEmpty ? nil : bytes)
        return ByteStream { () throws(SourceError) in
            chunk.withLockedValue { chunk in
                defer { chunk = nil }
                return chunk
            }
        }
    }

    func forgetConnections() {}

    private func number(_ name: String, in path: String) -> Substring? {
        path.split { "?&".contains($0) }.first { $0.hasPrefix("\(name)=") }?.dropFirst(name.count + 1)
    }
}
