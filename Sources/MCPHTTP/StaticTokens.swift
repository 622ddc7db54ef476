// Bearer tokens that the operator has chosen.

/// Lets in whoever shows one of several named tokens, so that a token can be replaced while the old one still works.
public struct StaticTokens: Gatekeeper {
    /// A token and the name that the audit gives its owner.
    public struct NamedToken: Sendable {
        /// The owner's name.
        public let name: String
        /// The secret.
        public let token: String

        /// A named token.
        public init(name: String, token: String) {
            self.name = name
            self.token = token
        }
    }

    /// A longer token is never accepted.
    public static let maximumTokenBytes = 512

    /// Padded to one length, so that comparing takes the same time whatever is shown.
    private let secrets: [(name: String, padded: [UInt8])]

    /// A gate for these tokens; an empty one, or one that no `Authorization` header can carry, opens it for nobody.
    public init(_ tokens: [NamedToken]) {
        secrets = tokens.compactMap { named in
            let bytes = Array(named.token.utf8)
            guard Self.canBeSent(bytes), let padded = Self.padded(bytes) else { return nil }
            return (named.name, padded)
        }
    }

    /// Looks at the `Authorization` header only, never at the query.
    public func admit(_ request: RequestHead) async -> Admission {
        guard let header = request.value(of: "authorization") else {
            return Self.refused("Bearer", "A token is needed: Authorization: Bearer <token>.")
        }
        guard let shown = Self.bearer(header), let padded = Self.padded(shown) else {
            return Self.refused("Bearer error=\"invalid_request\"", "The Authorization header holds no bearer token.")
        }
        var owner: String?
        // Every token is compared, so the time tells nothing of which one came near.
        for secret in secrets where Self.areEqual(secret.padded, padded) { owner = owner ?? secret.name }
        guard let owner else { return Self.refused("Bearer error=\"invalid_token\"", "The token is not accepted.") }
        return .admitted(Caller(name: owner))
    }

    private static func bearer(_ header: String) -> [UInt8]? {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        let token = Array(parts[1].utf8.drop { $0 == UInt8(ascii: " ") })
        return canBeSent(token) ? token : nil
    }

    private static func canBeSent(_ token: [UInt8]) -> Bool {
        !token.isEmpty && token.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// The last two bytes hold the length, so that no two tokens look alike.
    private static func padded(_ token: [UInt8]) -> [UInt8]? {
        guard token.count <= maximumTokenBytes else { return nil }
        let filling = [UInt8](repeating: 0, count: maximumTokenBytes - token.count)
        return token + filling + [UInt8(token.count >> 8), UInt8(token.count & 0xFF)]
    }

    /// Both are of one length.
    private static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        var difference: UInt8 = 0
        for (a, b) in zip(one, other) { difference |= a ^ b }
        return difference == 0
    }

    private static func refused(_ challenge: String, _ reason: String) -> Admission {
        .refused(status: 401, headers: [("WWW-Authenticate", challenge)], reason: reason)
    }
}
