// Docker's context store: the engines that `docker context` knows (docker CLI, docs/reference/commandline/context.md).
import CurlClient
import JSON
import SafeText

/// The contexts in a folder such as `~/.docker`, read when they are asked for.
struct ContextStore {
    /// `DOCKER_CONFIG`, or `~/.docker`; nil where there is no home.
    let folder: String?
    let files: Files

    /// One context's engine.
    struct Context: Hashable {
        let name: String
        /// As it was given to `docker context create --docker host=…`.
        let host: String
        /// Its own certificates, when it has some or asks for TLS.
        let tls: TLSOptions?
    }

    /// The context that `docker context use` chose; nil when there is none, or it can't be read.
    var current: String? {
        guard let folder, case .success(let bytes) = files.read("\(folder)/config.json"),
            let name = (try? JSON(parsing: bytes))?["currentContext"]?.string, !name.isEmpty, name != "default"
        else { return nil }
        return name
    }

    /// The names of all contexts, sorted; those of `docker context ls` without `default`. Throws why a context can't be read.
    var names: [String] {
        get throws(EndpointProblem) {
            var names: [String] = []
            try search { (_, _, found) throws(EndpointProblem) in
                names.append(found)
                return false
            }
            return names.sorted()
        }
    }

    /// The context of this name. Throws why it can't be had, and which there are; what is wrong with another context counts
    /// only when this one is not found: it may be the one.
    func context(_ name: String) throws(EndpointProblem) -> Context {
        var names: [String] = []
        var context: Context?
        try search { (identifier, description, found) throws(EndpointProblem) in
            guard found == name else {
                names.append(SafeText.line(found))
                return false
            }
            context = try self.context(name, identifier, description)
            return true
        }
        if let context { return context }
        let known = (["default"] + names.sorted()).joined(separator: ", ")
        throw EndpointProblem(advice: "there is no such context; docker context ls shows them: \(known)")
    }

    private func context(
        _ name: String, _ identifier: String, _ description: JSON
    ) throws(EndpointProblem) -> Context {
        guard let folder, let engine = description["Endpoints"]?["docker"], let host = engine["Host"]?.string else {
            throw EndpointProblem(
                advice: "the context has no Docker endpoint (\(SafeText.line(path(identifier)))); \(Self.makeAnew)")
        }
        let skips = engine["SkipTLSVerify"]?.bool ?? false
        return Context(
            name: name, host: host, tls: material("\(folder)/contexts/tls/\(identifier)/docker", verifies: !skips))
    }

    private func path(_ identifier: String) -> String { "\(folder ?? "")/contexts/meta/\(identifier)/meta.json" }

    /// Hands each context's folder, description and name to `isFound`, until it says so. Throws at the end what is wrong with
    /// one that can't be read.
    private func search(
        _ isFound: (_ identifier: String, _ description: JSON, _ name: String) throws(EndpointProblem) -> Bool
    ) throws(EndpointProblem) {
        guard let folder else {
            throw EndpointProblem(advice: "there is no context store: neither DOCKER_CONFIG nor HOME is set")
        }
        // A context's folder is named by the SHA-256 of its name; the name in it is what counts.
        var damage: EndpointProblem?
        for identifier in files.list("\(folder)/contexts/meta") {
            let description: JSON, found: String
            do throws(EndpointProblem) {
                guard let read = try meta(path(identifier)) else { continue }
                (description, found) = read
            } catch {
                damage = damage ?? error
                continue
            }
            if try isFound(identifier, description, found) { return }
        }
        if let damage { throw damage }
    }

    private static let makeAnew = "delete its folder, and make the context anew by docker context create"

    /// What a context's file says, and the name in it; nil when there is no file.
    private func meta(_ path: String) throws(EndpointProblem) -> (description: JSON, name: String)? {
        let shown = SafeText.line(path)
        let description: JSON
        switch files.read(path) {
        case .failure(.missing): return nil
        case .failure(.unreadable(let reason)):
            throw EndpointProblem(advice: "\(shown) can't be read: \(reason); let this user read it")
        case .success(let bytes):
            do throws(JSONError) { description = try JSON(parsing: bytes) } catch {
                throw EndpointProblem(advice: "\(shown) is no JSON: \(error.description); \(Self.makeAnew)")
            }
        }
        guard let name = description["Name"]?.string else {
            throw EndpointProblem(advice: "\(shown) names no context; \(Self.makeAnew)")
        }
        return (description, name)
    }

    /// The certificates in `folder`; nil when it holds none and the server is to be verified: that asks for no TLS.
    private func material(_ folder: String, verifies: Bool) -> TLSOptions? {
        let options = TLSOptions(folder: folder, files: files, verifiesServer: verifies)
        return options == TLSOptions() ? nil : options
    }
}
