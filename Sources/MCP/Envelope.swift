// What a 2026-07-28 request says of itself in `params._meta`.
import JSON

/// The checked `_meta` of a modern request.
public struct Envelope: Sendable {
    /// Names the revision; a message that has it is a modern one.
    public static let protocolVersionKey = "io.modelcontextprotocol/protocolVersion"
    /// What the client can do.
    public static let clientCapabilitiesKey = "io.modelcontextprotocol/clientCapabilities"
    static let clientInfoKey = "io.modelcontextprotocol/clientInfo"
    static let serverInfoKey = "io.modelcontextprotocol/serverInfo"
    static let subscriptionKey = "io.modelcontextprotocol/subscriptionId"

    let revision: ProtocolRevision
    let client: String?

    init(_ params: JSONObject) throws(ProtocolError) {
        guard let meta = params["_meta"] else {
            throw .invalidParams(
                "params._meta is missing; it must hold \(Self.protocolVersionKey) and \(Self.clientCapabilitiesKey)")
        }
        guard let version = meta[Self.protocolVersionKey] else {
            throw .invalidParams("params._meta lacks the key \(Self.protocolVersionKey)")
        }
        guard let version = version.string else {
            throw .invalidParams("\(Self.protocolVersionKey) must be a string")
        }
        guard let capabilities = meta[Self.clientCapabilitiesKey] else {
            throw .invalidParams("params._meta lacks the key \(Self.clientCapabilitiesKey)")
        }
        guard capabilities.object != nil else {
            throw .invalidParams("\(Self.clientCapabilitiesKey) must be an object")
        }
        guard let revision = ProtocolRevision(rawValue: version), revision.era == .modern else {
            throw .unsupportedVersion(requested: version)
        }
        self.revision = revision
        client = clientName(meta[Self.clientInfoKey])
    }
}

/// `name/version` of a client's own description, for the audit; unverified, so cut and without control characters.
func clientName(_ info: JSON?) -> String? {
    guard let name = info?["name"]?.string, !name.isEmpty else { return nil }
    let full = info?["version"]?.string.map { "\(name)/\($0)" } ?? name
    let visible = full.unicodeScalars.filter { $0.properties.generalCategory != .control }
    return excerpt(String(String.UnicodeScalarView(visible)))
}

/// The beginning of a text that a client chose, short enough to be repeated in a message.
func excerpt(_ text: String, upTo limit: Int = 100) -> String {
    guard text.unicodeScalars.count > limit else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit))) + "..."
}
