// What a gatekeeper may know of a request: everything but its body.
import HTTPTypes

/// A request's first part, before its body is read.
public struct RequestHead: Sendable {
    /// `GET`, `POST`, ... as it came.
    public let method: String
    /// The path without the query.
    public let path: String
    /// What follows the first `?`; nil without one.
    public let query: String?
    /// The `Host` header; nil when there is none or more than one.
    public let host: String?
    /// The address at the other end of the connection, without the port; a reverse proxy's own if there is one.
    public let peerAddress: String?
    private let fields: HTTPFields

    init(_ request: HTTPRequest, peerAddress: String?) {
        method = request.method.rawValue
        let target = request.path ?? ""
        let mark = target.firstIndex(of: "?")
        path = String(target[..<(mark ?? target.endIndex)])
        query = mark.map { String(target[target.index(after: $0)...]) }
        fields = request.headerFields
        self.peerAddress = peerAddress
        // The first Host header is the authority; a second one stays a field and makes the request ambiguous.
        host = fields.contains { $0.name.canonicalName == "host" } ? nil : request.authority
    }

    /// A head made by hand, for tests of a gatekeeper.
    public init(
        method: String = "POST", path: String = "/mcp", query: String? = nil, host: String? = "localhost",
        headers: [(name: String, value: String)] = [], peerAddress: String? = "127.0.0.1"
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.host = host
        self.peerAddress = peerAddress
        fields = HTTPFields(headers)
    }

    /// All values of a header, in order; the name's case doesn't matter.
    public func values(of name: String) -> [String] {
        let name = name.lowercased()
        return fields.compactMap { $0.name.canonicalName == name ? $0.value : nil }
    }

    /// The only value of a header; nil when there is none or more than one.
    public func value(of name: String) -> String? {
        let all = values(of: name)
        return all.count == 1 ? all[0] : nil
    }
}

extension HTTPFields {
    /// Names that can't be a header's are left out.
    init(_ headers: [(name: String, value: String)]) {
        self.init()
        for (name, value) in headers {
            guard let name = HTTPField.Name(name) else { continue }
            append(HTTPField(name: name, value: value))
        }
    }
}
