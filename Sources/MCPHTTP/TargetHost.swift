// Keeps the host that a request line may name by itself, so that it can be checked like the header.
import NIOCore
import NIOHTTP1

/// Sits on the parser. A line such as `POST http://name/mcp` (RFC 9112, section 3.2.2) reaches a responder as `/mcp`, and
/// `name` would be lost.
///
/// A name that differs from the `Host` header is added as a second one, which makes the request ambiguous: it is refused.
final class TargetHost: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data), let name = Self.host(in: head.uri),
            head.headers["Host"].map({ $0.lowercased() }) != [name.lowercased()]
        else { return context.fireChannelRead(data) }
        head.headers.add(name: "Host", value: name)
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    /// What a target that is no path names; empty when it is of a form that names nothing, nil for a path and for `*`.
    static func host(in target: String) -> String? {
        if target.hasPrefix("/") || target == "*" { return nil }
        guard let start = target.firstRange(of: "://")?.upperBound else { return "" }
        return String(target[start...].prefix { !"/?#".contains($0) })
    }
}

@available(*, unavailable)
extension TargetHost: Sendable {}
