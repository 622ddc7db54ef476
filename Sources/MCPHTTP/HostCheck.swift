// Keeps web pages of other origins out: DNS rebinding arrives with a foreign Host or a foreign Origin.

/// The names that a request's `Host` and `Origin` may carry.
struct HostCheck: Sendable {
    private static let loopbackNames: Set<String> = ["localhost", "127.0.0.1", "[::1]"]
    private static let wildcards: Set<String> = ["0.0.0.0", "::", "[::]", "*", ""]
    private let hosts: Set<String>
    private let origins: Set<String>

    init(_ settings: HTTPServerSettings) {
        var hosts = Self.loopbackNames
        if !Self.wildcards.contains(settings.host) { hosts.insert(Self.bracketed(settings.host).lowercased()) }
        for host in settings.allowedHosts { hosts.insert(Self.bracketed(host).lowercased()) }
        self.hosts = hosts
        origins = Set(settings.allowedOrigins.map { Self.trimmed($0.lowercased()) })
    }

    func accepts(host: String?) -> Bool {
        guard let host = host?.lowercased(), let name = Self.name(of: host) else { return false }
        return hosts.contains(name) || hosts.contains(host)
    }

    /// No origin is a good one: only browsers send it.
    func accepts(origins shown: [String]) -> Bool {
        shown.allSatisfy { origin in
            let origin = origin.lowercased()
            if origins.contains(origin) { return true }
            for scheme in ["http://", "https://"] where origin.hasPrefix(scheme) {
                return accepts(host: String(origin.dropFirst(scheme.count)))
            }
            return false
        }
    }

    /// The name in front of the port; nil when it is neither.
    private static func name(of host: String) -> String? {
        let end = host.hasPrefix("[") ? host.firstIndex(of: "]").map(host.index(after:)) : host.firstIndex(of: ":")
        guard let end else { return host.hasPrefix("[") ? nil : host }
        let port = host[end...]
        let isPort = port.first == ":" && port.count > 1 && port.dropFirst().allSatisfy { ("0"..."9").contains($0) }
        return port.isEmpty || isPort ? String(host[..<end]) : nil
    }

    /// A bare IPv6 address, as an operator writes it, stands in brackets in a header.
    private static func bracketed(_ host: String) -> String {
        !host.hasPrefix("[") && host.utf8.filter { $0 == UInt8(ascii: ":") }.count > 1 ? "[\(host)]" : host
    }

    private static func trimmed(_ origin: String) -> String {
        origin.hasSuffix("/") ? String(origin.dropLast()) : origin
    }
}
