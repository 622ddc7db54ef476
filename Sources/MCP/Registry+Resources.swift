// resources/list, resources/templates/list and resources/read.
import JSON

extension Registry {
    func listResources(_ params: JSONObject, for revision: ProtocolRevision) throws(ProtocolError) -> JSONObject {
        try list("resources/list", params, for: revision) {
            ["resources": .array(resources.map { $0.json(for: revision) })]
        }
    }

    func listTemplates(_ params: JSONObject, for revision: ProtocolRevision) throws(ProtocolError) -> JSONObject {
        try list("resources/templates/list", params, for: revision) {
            ["resourceTemplates": .array(templates.map { $0.json(for: revision) })]
        }
    }

    func readResource(_ params: JSONObject, for revision: ProtocolRevision) throws(ProtocolError) -> Work {
        let uri = try uri(params)
        let read = try reader(of: uri, for: revision)
        return { context throws(ProtocolError) in
            do throws(HandlerFailure) {
                return ["contents": .array(try await read(context).map(\.json))]
            } catch {
                throw error.error(revision, uri: uri)
            }
        }
    }

    func uri(_ params: JSONObject) throws(ProtocolError) -> String {
        guard let uri = params["uri"]?.string else {
            throw .invalidParams("uri must be a string: the resource's address")
        }
        return uri
    }

    /// The address of a resource that could be read.
    func knownResource(_ params: JSONObject, for revision: ProtocolRevision) throws(ProtocolError) -> String {
        let uri = try uri(params)
        _ = try reader(of: uri, for: revision)
        return uri
    }

    func hasResource(_ uri: String) -> Bool {
        resources.contains { $0.uri == uri } || templates.contains { $0.uriTemplate.match(uri) != nil }
    }

    private func reader(of uri: String, for revision: ProtocolRevision) throws(ProtocolError) -> Resource.Handler {
        if let resource = resources.first(where: { $0.uri == uri }) { return resource.handler }
        for template in templates {
            guard let variables = template.uriTemplate.match(uri) else { continue }
            return { context throws(HandlerFailure) in try await template.handler(uri, variables, context) }
        }
        throw .resourceNotFound(uri, "Resource not found: \(excerpt(uri))", revision)
    }
}
