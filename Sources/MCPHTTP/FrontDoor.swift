// Takes every request: checks that need no body, the way to an endpoint, and the writing of what it says.
import HTTPTypes
import HummingbirdCore
import JSON
import Logging
import MCP
import NIOCore

struct FrontDoor: Sendable {
    let core: Core

    func serve(_ request: Request, _ writer: consuming ResponseWriter, _ connection: Connection) async throws {
        let head = RequestHead(request.head, peerAddress: connection.peerAddress)
        let outcome: Outcome
        switch await admission(of: head) {
        case .success(let caller):
            if head.method == "POST", head.value(of: "expect")?.lowercased() == "100-continue" {
                try await writer.writeInformationalHead(HTTPResponse(status: .continue))
            }
            outcome = await route(Visit(request: request, head: head, caller: caller, connection: connection))
        case .failure(let refusal):
            // Nothing that the client chose is logged.
            core.logger.info(
                "request refused",
                metadata: ["status": "\(refusal.answer.status)", "peer": "\(head.peerAddress ?? "unknown")"])
            outcome = .answer(refusal.answer)
        }
        switch outcome {
        case .answer(let answer):
            // HEAD is answered with what GET would say, which is a refusal everywhere, but without its body.
            if head.method == "HEAD" { return try await writer.writeResponse(answer.head) }
            try await writer.write(response: answer.head, body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
        case .stream(let stream):
            try await write(stream, writer, connection)
        }
    }

    private func write(
        _ stream: EventAnswer, _ writer: consuming ResponseWriter, _ connection: Connection
    ) async throws {
        core.openFeeds.insert(stream.feed)
        connection.watch(stream.onLeave)
        defer {
            connection.unwatch()
            core.openFeeds.remove(stream.feed)
            stream.onEnd()
        }
        do {
            var body = try await writer.writeHead(stream.head)
            if !stream.opening.isEmpty { try await body.write(ByteBuffer(bytes: stream.opening)) }
            for await item in stream.feed.items {
                if case .event(let bytes) = item { try await body.write(ByteBuffer(bytes: bytes)) }
            }
            try await body.finish(nil)
        } catch {
            stream.onLeave()
            throw error
        }
    }

    private func route(_ visit: Visit) async -> Outcome {
        guard let place = core.requests.take() else {
            return .answer(.tooMuch("Too many requests at once.", retryAfter: 1))
        }
        defer { place.giveBack() }
        let pair = EventPairEndpoint(core: core)
        switch (visit.head.path, visit.head.method) {
        case ("/mcp", "POST"): return await MCPEndpoint(core: core).post(visit)
        case ("/mcp", "GET"): return SessionEndpoint(core: core).get(visit)
        case ("/mcp", "DELETE"): return .answer(SessionEndpoint(core: core).delete(visit))
        case ("/mcp", _): return .answer(.wrongMethod(allowed: "POST, GET, DELETE"))
        case ("/sse", "GET") where core.settings.offersEventPair: return pair.get(visit)
        case ("/sse", _) where core.settings.offersEventPair: return .answer(.wrongMethod(allowed: "GET"))
        case ("/messages", "POST") where core.settings.offersEventPair: return await pair.post(visit)
        case ("/messages", _) where core.settings.offersEventPair: return .answer(.wrongMethod(allowed: "POST"))
        case ("/health", "GET"): return .answer(.json(core.health))
        case ("/tools", "GET"): return .answer(.json(core.toolList))
        case ("/health", _), ("/tools", _): return .answer(.wrongMethod(allowed: "GET"))
        default: return .answer(.refusal(404, "There is nothing at this path."))
        }
    }

    /// Host and Origin first, then who asks, then how often. Wrong tokens are counted by address.
    private func admission(of head: RequestHead) async -> Result<Caller, Refused> {
        guard core.hosts.accepts(host: head.host) else {
            return .failure(Refused(.refusal(421, "This Host is not served; add it to the allowed hosts.")))
        }
        guard core.hosts.accepts(origins: head.values(of: "origin")) else {
            return .failure(Refused(.refusal(403, "Pages of this Origin may not use the server.")))
        }
        guard !core.isDraining else {
            return .failure(
                Refused(.refusal(503, "The server is stopping.", headers: [("Retry-After", "5")], closes: true)))
        }
        let address = "address \(head.peerAddress ?? "")"
        if head.path == "/health" { return paced(Caller(name: nil), address) }
        switch await core.gatekeeper.admit(head) {
        case .admitted(let caller):
            return paced(caller, caller.name.map { "caller \($0)" } ?? address)
        case .refused(let status, let headers, let reason):
            return paced(Caller(name: nil), address).flatMap { _ in
                .failure(Refused(.refusal(status, reason, headers: headers)))
            }
        }
    }

    private func paced(_ caller: Caller, _ key: String) -> Result<Caller, Refused> {
        guard let seconds = core.rate?.refusal(of: key) else { return .success(caller) }
        return .failure(Refused(.tooMuch("Too many requests; slow down.", retryAfter: seconds)))
    }

    /// Why a request isn't let in.
    private struct Refused: Error {
        let answer: Answer

        init(_ answer: Answer) { self.answer = answer }
    }
}

/// A request that was let in.
struct Visit: Sendable {
    let request: Request
    let head: RequestHead
    let caller: Caller
    let connection: Connection
}

extension Core {
    fileprivate var health: JSON { ["status": "ok", "version": .string(registry.server.version)] }

    /// The tool list for people.
    fileprivate var toolList: JSON {
        let tools = registry.tools.map { tool -> JSON in
            ["name": .string(tool.name), "title": .string(tool.title), "description": .string(tool.description)]
        }
        return ["tools": .array(tools)]
    }
}
