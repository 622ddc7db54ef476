// Files of targets as Prometheus reads them: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#file_sd_config
import CurlClient
import DockerSources

extension ConfigSources {
    /// The sources that the files of one pattern list. A pattern that fits no file lists none, as in Prometheus; a file that
    /// is named without `*` and `?` must be there.
    mutating func addTargets(_ pattern: ConfigValue, _ reach: ConfigReach, _ configFile: String) {
        let text = pattern.text ?? ""
        let folder = SettingsReader.folder(of: text)
        let name = text.lastIndex(of: "/").map { String(text[text.index(after: $0)...]) } ?? text
        guard name.contains(where: { "*?".contains($0) }) else {
            return addTargets(in: text, pattern, reach, configFile)
        }
        for found in files.list(folder) where !isFull && found.first != "." && Self.fits(found, name) {
            addTargets(in: folder == "/" ? "/\(found)" : "\(folder)/\(found)", pattern, reach, configFile)
        }
    }

    private mutating func addTargets(
        in file: String, _ pattern: ConfigValue, _ reach: ConfigReach, _ configFile: String
    ) {
        let bytes: [UInt8]
        switch files.read(file) {
        case .success(let found): bytes = found
        case .failure(let failure):
            return refuse(pattern, in: configFile, "\(ConfigFile.shown(file)): \(failure.reason); correct the path")
        }
        // JSON is YAML.
        let (root, faults) = YAMLReader.read(bytes)
        var check = ConfigCheck(folder: SettingsReader.folder(of: file), home: home)
        let groups = root.flatMap { check.value($0, ConfigKey.targetGroups, "") }
        refuse(faults + check.problems, in: file)
        for group in groups?.elements ?? [] where !isFull { addGroup(group, reach, file) }
    }

    private mutating func addGroup(_ group: ConfigValue, _ reach: ConfigReach, _ file: String) {
        let labels = group["labels"]?.members.map { ($0.key, $0.value.text ?? "") } ?? []
        let targets = group["targets"]?.elements ?? []
        let name = labels.first { $0.0 == "name" }?.1
        let scheme = labels.first { $0.0 == "__scheme__" }?.1 ?? "tcp"
        // Values are what people choose by; Prometheus's own labels begin with two underscores.
        let tags = labels.filter { $0.0 != "name" && !$0.0.hasPrefix("__") && !$0.1.isEmpty }
            .map { Self.name(of: $0.1) }
        for target in targets where !isFull {
            let text = target.text ?? ""
            let address = text.contains("://") ? text : "\(scheme)://\(text)"
            guard let setting = endpoint(address, named: target, reach, file) else { continue }
            let host = text.firstRange(of: "://").map { String(text[$0.upperBound...]) } ?? text
            let own = name.map { targets.count == 1 ? $0 : "\($0)-\(host)" } ?? host
            add(
                SourceSetting(
                    name: Self.name(of: own), endpoint: setting, limits: reach.limits,
                    tags: reach.tags + tags.filter { !reach.tags.contains($0) }), at: target, file)
        }
    }

    /// Whether a file's name fits a pattern of `*` (any letters) and `?` (any one).
    static func fits(_ name: String, _ pattern: String) -> Bool {
        let name = Array(name.utf8), pattern = Array(pattern.utf8)
        var place = 0, other = 0
        var star: (pattern: Int, name: Int)?
        while place < name.count {
            if other < pattern.count, pattern[other] == UInt8(ascii: "*") {
                star = (other, place)
                other += 1
            } else if other < pattern.count, pattern[other] == name[place] || pattern[other] == UInt8(ascii: "?") {
                place += 1
                other += 1
            } else if let last = star {
                // The star takes one letter more.
                star = (last.pattern, last.name + 1)
                place = last.name + 1
                other = last.pattern + 1
            } else {
                return false
            }
        }
        return pattern[other...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
