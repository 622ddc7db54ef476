// Files that are there for a test only, and settings read from them.
import FoundationEssentials
import Settings

/// Files by path; a folder is what a path leads through.
struct MadeFiles {
    var texts: [String: String] = [:]
    /// There, and can't be read.
    var locked: Set<String> = []

    var files: Files {
        let (texts, locked) = (texts, locked)
        let paths = Set(texts.keys).union(locked)
        return Files(
            read: { path in
                if locked.contains(path) { return .failure(.unreadable("Permission denied")) }
                return texts[path].map { .success(Array($0.utf8)) } ?? .failure(.missing)
            },
            list: { folder in
                Set(
                    paths.filter { $0.hasPrefix("\(folder)/") }.compactMap {
                        $0.dropFirst(folder.count + 1).split(separator: "/").first.map(String.init)
                    }
                ).sorted()
            },
            exists: { path in paths.contains { $0 == path || $0.hasPrefix("\(path)/") } })
    }

    /// A docker context's entry in the store at `/d`.
    static func context(_ name: String, _ host: String) -> (String, String) {
        (
            "/d/contexts/meta/\(name)/meta.json",
            #"{"Name":"\#(name)","Metadata":{},"Endpoints":{"docker":{"Host":"\#(host)"}}}"#
        )
    }

    /// A document of the repository.
    static func document(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
    }
}

/// The settings of a file `/c/config.yaml` that holds `yaml`, beside `others`.
func settings(
    _ yaml: String, _ environment: [String: String] = [:], _ flags: Flags = Flags(), others: [String: String] = [:]
) throws(SettingsError) -> Settings {
    var variables = ["DOCKER_MCP_CONFIG": "/c/config.yaml", "HOME": "/home/u", "DOCKER_CONFIG": "/d"]
    variables.merge(environment) { _, new in new }
    let made = MadeFiles(texts: others.merging(["/c/config.yaml": yaml]) { _, new in new })
    return try Settings(environment: variables, flags: flags, files: made.files)
}

/// What is wrong with such a file, the file's own path cut off.
func problems(_ yaml: String, _ environment: [String: String] = [:], others: [String: String] = [:]) -> [String] {
    do throws(SettingsError) {
        _ = try settings(yaml, environment, others: others)
        return []
    } catch {
        return error.problems.map { $0.hasPrefix("/c/config.yaml:") ? String($0.dropFirst(15)) : $0 }
    }
}
