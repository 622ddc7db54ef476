// The two ways in which a client speaks: sessions that begin with `initialize`, or requests that carry everything.
public import JSON

/// How a client speaks; chosen by each message.
public enum Era: Hashable, Sendable {
    /// Sessions agreed by `initialize`: 2024-11-05 to 2025-11-25.
    case legacy
    /// Stateless requests with an envelope in `_meta`: 2026-07-28.
    case modern

    /// The era that a message shows by itself: modern when `params._meta` names a protocol version, which older
    /// clients never do.
    ///
    /// `initialize` is legacy even with an envelope; an HTTP transport, whose header says more, passes its own
    /// finding instead.
    public init(of message: JSON) {
        let carriesEnvelope = message["params"]?["_meta"]?[Envelope.protocolVersionKey] != nil
        self = carriesEnvelope && message["method"]?.string != "initialize" ? .modern : .legacy
    }
}
