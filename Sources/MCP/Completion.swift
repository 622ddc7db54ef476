// Suggestions while a person fills in an argument.
import JSON

/// What is being filled in.
public struct CompletionRequest: Hashable, Sendable {
    /// What the argument belongs to.
    public enum Reference: Hashable, Sendable {
        /// A prompt, by name.
        case prompt(String)
        /// A resource template, as it is written.
        case resource(String)
    }

    /// What the argument belongs to.
    public let reference: Reference
    /// The argument's name.
    public let argument: String
    /// What is written so far.
    public let value: String
    /// Arguments that are filled in already; empty before 2025-06-18.
    public let resolved: [String: String]

    /// A request.
    public init(reference: Reference, argument: String, value: String, resolved: [String: String] = [:]) {
        self.reference = reference
        self.argument = argument
        self.value = value
        self.resolved = resolved
    }
}

/// Suggests values, best first. An argument that it knows nothing of has none.
public typealias CompletionHandler =
    @Sendable (_ request: CompletionRequest, _ context: CallContext) async throws(HandlerFailure) -> [String]

extension Registry {
    func complete(_ params: JSONObject, for revision: ProtocolRevision) throws(ProtocolError) -> Work {
        guard let completion else { throw .unknownMethod("completion/complete") }
        let reference = try reference(params["ref"])
        guard let name = params["argument"]?["name"]?.string, let value = params["argument"]?["value"]?.string else {
            throw .invalidParams("argument must hold the strings name and value")
        }
        let request = CompletionRequest(
            reference: reference, argument: name, value: value,
            resolved: try strings(params["context"]?["arguments"], called: "context.arguments"))
        return { context throws(ProtocolError) in
            do throws(HandlerFailure) {
                return Self.completionResult(try await completion(request, context))
            } catch {
                throw error.error(revision)
            }
        }
    }

    private func reference(_ json: JSON?) throws(ProtocolError) -> CompletionRequest.Reference {
        switch json?["type"]?.string {
        case "ref/prompt":
            guard let name = json?["name"]?.string else { throw .invalidParams("ref.name must be a string") }
            _ = try prompt(named: name)
            return .prompt(name)
        case "ref/resource":
            guard let uri = json?["uri"]?.string else { throw .invalidParams("ref.uri must be a string") }
            let isKnown =
                templates.contains { $0.uriTemplate.text == uri } || resources.contains { $0.uri == uri }
            guard isKnown else { throw .invalidParams("unknown resource template \(excerpt(uri))") }
            return .resource(uri)
        default: throw .invalidParams("ref.type must be ref/prompt or ref/resource")
        }
    }

    /// The protocol lets at most 100 values through.
    private static func completionResult(_ values: [String]) -> JSONObject {
        [
            "completion": [
                "values": .array(values.prefix(100).map(JSON.string)), "total": .integer(Int64(values.count)),
                "hasMore": .bool(values.count > 100),
            ]
        ]
    }
}
