// Why a whole call has no answer; one source's failure is no reason while another answers.
public import DockerSources
import SafeText

/// A call that nothing could be answered to.
public struct CallFailure: Error, Hashable, Sendable {
    /// A stable word: `invalid_argument`, `not_configured`, `not_found`, `ambiguous`, or a `SourceError.Code`.
    public let code: String
    /// What is wrong; holds no secrets and no control characters.
    public let message: String
    /// What to do next.
    public let hint: String
    /// The sources that were asked, and how each did.
    public let sources: [SourceReport]

    init(_ code: String, _ message: String, hint: String, sources: [SourceReport] = []) {
        self.code = code
        self.message = message
        self.hint = hint
        self.sources = sources
    }

    /// An argument that can't be used.
    static func invalidArgument(_ message: String, hint: String) -> CallFailure {
        CallFailure("invalid_argument", message, hint: hint)
    }

    /// Every source failed: the first one's failure, with the others named.
    static func unanswered(_ sources: [SourceReport]) -> CallFailure {
        let errors = sources.compactMap(\.error)
        guard let first = errors.first else {
            return CallFailure(
                "engine_error", "No source answered.", hint: "Ask docker_connection_status.", sources: sources)
        }
        let named = errors.prefix(Envelope.namedSources)
        var messages = named.map(\.message)
        if errors.count > named.count { messages.append("So did \(errors.count - named.count) more sources.") }
        let hints = named.map(\.hint).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return CallFailure(
            first.code.rawValue, messages.joined(separator: " "), hint: hints.joined(separator: " "), sources: sources)
    }

    /// `CODE: message`, and the hint on the next line.
    public var text: String { "\(code): \(message)\nhint: \(hint)" }
}
