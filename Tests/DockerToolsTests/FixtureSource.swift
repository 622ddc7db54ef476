// An engine made of recorded replies: the tools are tested without one, with what real ones said.
import CurlClient
import DockerEngine
import NIOConcurrencyHelpers

@testable import DockerSources

struct FixtureSource: Source {
    let label: SourceLabel
    let limits: SourceLimits
    let negotiatedAPI: APIVersion?
    let certificate: PeerCertificate?
    private let replies: Replies
    private let record = NIOLockedValueBox<[String]>([])

    /// A source of this name. Its limit is out of reach unless a test is about it.
    init(
        _ name: String, _ replies: Replies, kind: SourceKind = .localSocket, endpoint: String? = nil,
        limit: Duration = .seconds(3_600), tags: [String] = [], certificate: PeerCertificate? = nil,
        api: APIVersion = APIVersion(major: 1, minor: 41)
    ) {
        let standard = kind == .localSocket ? "unix:///run/\(name).sock" : "tcp://\(name).example:2375"
        label = SourceLabel(name: name, kind: kind, endpoint: endpoint ?? standard, tags: tags)
        limits = SourceLimits(total: limit)
        self.replies = replies
        self.certificate = certificate
        negotiatedAPI = api
    }

    /// The same source with other replies to some paths.
    func with(_ more: Replies) -> FixtureSource {
        FixtureSource(label.name, replies.with(more), kind: label.kind, endpoint: label.endpoint)
    }

    /// A source that answers nothing.
    static func dead(_ name: String, _ code: SourceError.Code = .connectionRefused) -> FixtureSource {
        FixtureSource(name, ["": .failure(code)])
    }

    /// The paths that were asked, in order of arrival.
    var asked: [String] { record.withLockedValue { $0 } }

    func reply<Reply>(to endpoint: Endpoint<Reply>) async throws(SourceError) -> Reply {
        let bytes: [UInt8]
        switch answer(to: endpoint.path) {
        case .body(let body): bytes = body
        case let other: throw await failure(other)
        }
        do throws(ReplyError) { return try endpoint.reply(from: bytes) } catch { throw SourceError(error, at: label) }
    }

    func stream(_ endpoint: StreamEndpoint) async throws(SourceError) -> ByteStream {
        switch answer(to: endpoint.path) {
        case .body(let body): return stream(of: [body], .proper)
        case .chunks(let chunks, let end): return stream(of: chunks, end)
        case let other: throw await failure(other)
        }
    }

    private func answer(to path: String) -> DockerToolsTests.Reply {
        record.withLockedValue { $0.append(path) }
        return replies[path] ?? replies[String(path.prefix { $0 != "?" })] ?? replies[""]
            ?? .refusal(404, #"{"message":"No such object"}"#)
    }

    private func failure(_ reply: DockerToolsTests.Reply) async -> SourceError {
        switch reply {
        case .refusal(let status, let body): return SourceError(status: status, body: Array(body.utf8), at: label)
        case .failure(let code): return failure(code)
        case .hang: return await hang()
        // A stream's reply to a plain question, or the other way round, is a mistake of the test.
        case .body, .chunks: return failure(.replyMalformed)
        }
    }

    private func failure(_ code: SourceError.Code) -> SourceError {
        SourceError(code, "Source \(label.name) (\(label.endpoint)): \(code.rawValue).", hint: "Mend \(label.name).")
    }

    private func hang() async -> SourceError {
        do { try await Task.sleep(for: .seconds(3_600)) } catch {}
        return failure(.cancelled)
    }

    private func stream(of chunks: [[UInt8]], _ end: DockerToolsTests.Reply.End) -> ByteStream {
        let rest = NIOLockedValueBox(chunks[...])
        return ByteStream { () throws(SourceError) in
            if let chunk = rest.withLockedValue({ $0.popFirst() }) { return chunk }
            switch end {
            case .proper: return nil
            case .failure(let code): throw failure(code)
            case .hang: throw await hang()
            }
        }
    }
}
