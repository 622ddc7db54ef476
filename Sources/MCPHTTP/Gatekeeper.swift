// The seam for authentication: a request's head becomes a caller or a refusal.

/// Decides who may talk to the server. Runs before a request's body is read.
public protocol Gatekeeper: Sendable {
    /// The caller behind the request, or why it isn't let in.
    func admit(_ request: RequestHead) async -> Admission
}

/// A gatekeeper's decision.
public enum Admission: Sendable {
    /// Let in.
    case admitted(Caller)
    /// Not let in; the status, headers and text are sent as they are.
    case refused(status: Int, headers: [(name: String, value: String)], reason: String)
}

/// Who asks.
public struct Caller: Hashable, Sendable {
    /// A name for the audit, such as the token's; nil when nothing is known.
    public let name: String?

    /// A caller.
    public init(name: String?) { self.name = name }
}

/// Lets everybody in: for a server that only this host can reach, or that a proxy guards.
public struct OpenGate: Gatekeeper {
    /// The open gate.
    public init() {}

    /// Always lets in, as nobody in particular.
    public func admit(_ request: RequestHead) async -> Admission { .admitted(Caller(name: nil)) }
}
