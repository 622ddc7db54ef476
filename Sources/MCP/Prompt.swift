// A prompt as a value: a conversation's beginning that a person chooses.
import JSON

/// A prompt: what a client is told of it, and what makes its messages.
public struct Prompt: Sendable {
    /// What makes the messages, from the checked arguments.
    public typealias Handler =
        @Sendable (_ arguments: [String: String], _ context: CallContext) async throws(HandlerFailure) -> [Message]

    /// One thing that a person fills in.
    public struct Argument: Hashable, Sendable {
        /// Name for programs.
        public let name: String
        /// Name for people.
        public let title: String?
        /// What to fill in.
        public let description: String?
        /// Whether the prompt has no meaning without it.
        public let isRequired: Bool

        /// An argument.
        public init(name: String, title: String? = nil, description: String? = nil, isRequired: Bool = false) {
            self.name = name
            self.title = title
            self.description = description
            self.isRequired = isRequired
        }

        func json(for revision: ProtocolRevision) -> JSON {
            var argument: JSONObject = ["name": .string(name)]
            argument.add(title: title, icons: [], for: revision)
            argument["description"] = description.map(JSON.string)
            argument["required"] = .bool(isRequired)
            return .object(argument)
        }
    }

    /// One message of the conversation.
    public struct Message: Hashable, Sendable {
        /// Who says it.
        public enum Role: String, Sendable {
            /// The person.
            case user
            /// The model.
            case assistant
        }

        /// Who says it.
        public let role: Role
        /// What is said.
        public let content: Content

        /// A message.
        public init(role: Role = .user, content: Content) {
            self.role = role
            self.content = content
        }
    }

    /// Unique.
    public let name: String
    /// Name for people.
    public let title: String?
    /// What it is for.
    public let description: String
    /// What a person fills in.
    public let arguments: [Argument]
    /// Icons of the prompt.
    public let icons: [Icon]
    /// What makes the messages.
    public let handler: Handler

    /// A prompt.
    public init(
        name: String, title: String? = nil, description: String, arguments: [Argument] = [], icons: [Icon] = [],
        handler: @escaping Handler
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.arguments = arguments
        self.icons = icons
        self.handler = handler
    }

    func json(for revision: ProtocolRevision) -> JSON {
        var prompt: JSONObject = ["name": .string(name)]
        prompt.add(title: title, icons: icons, for: revision)
        prompt["description"] = .string(description)
        prompt["arguments"] = .array(arguments.map { $0.json(for: revision) })
        return .object(prompt)
    }
}
