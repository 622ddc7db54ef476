// What the tests of TLS say again and again.
import CurlClient
import TestSupport

extension TLSOptions {
    /// Trusts the authority of the tests, and shows the certificate of the folder `client`, if one is named.
    static func trusting(
        _ authority: String? = "ca", client: String? = nil, serverName: String? = nil, verifies: Bool = true
    ) throws -> TLSOptions {
        TLSOptions(
            authority: try authority.map { try Certificates.path("\($0).pem") },
            certificate: try client.map { try Certificates.path("\($0)/cert.pem") },
            key: try client.map { try Certificates.path("\($0)/key.pem") }, serverName: serverName,
            verifiesServer: verifies)
    }
}

extension TLSServer {
    /// The way to this server.
    func route(_ options: TLSOptions, host: String = "127.0.0.1") -> Route { .tls(host: host, port: port, options) }
}

extension HTTPRequest {
    /// A request with a limit that only a failing test meets.
    static func to(_ route: Route, _ path: String = "/") -> HTTPRequest {
        HTTPRequest(route: route, path: path, connectTimeout: .seconds(60), deadline: .seconds(60))
    }
}

extension HTTPReply {
    /// What stands after `"NAME": ` in the body, which `TLSServer` writes: a text, a number, or null.
    func said(_ name: String) -> String? {
        let text = String(decoding: body, as: UTF8.self)
        guard let mark = text.firstRange(of: "\"\(name)\": ") else { return nil }
        return text[mark.upperBound...].prefix { $0 != "," && $0 != "}" }.filter { $0 != "\"" }
    }
}
