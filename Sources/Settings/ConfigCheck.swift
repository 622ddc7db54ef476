// Checks a document against its keys, and collects everything that is wrong.

struct ConfigCheck {
    /// The folder of the file, by which its relative paths go.
    let folder: String
    /// `~`; nil where there is none.
    let home: String?
    private var list = ProblemList()

    /// The longest text that is taken.
    private static let maximumLength = 4_096

    init(folder: String, home: String?) {
        self.folder = folder
        self.home = home
    }

    /// What is wrong, so far.
    var problems: [PlacedProblem] { list.all }

    private mutating func refuse(
        _ place: FilePlace, _ path: @autoclosure () -> String, _ text: @autoclosure () -> String
    ) {
        list.add(PlacedProblem(place: place, path: path(), text: text()))
    }

    /// The value of `node`; nil when it is none of `shape`, which was said then.
    mutating func value(_ node: ConfigNode, _ shape: ConfigKey.Shape, _ path: String) -> ConfigValue? {
        if node.value == .refused || list.isFull { return nil }
        switch shape {
        case .either(let shapes):
            if let fitting = Self.choice(of: shapes, for: node) { return value(node, fitting, path) }
            refuse(node, shape, path)
            return nil
        case .list(let element): return list(node, element, shape, path)
        case .mapping(let keys): return mapping(node, keys, shape, path)
        case .labels: return labels(node, shape, path)
        default: return scalar(node, shape, path)
        }
    }

    private static func choice(of shapes: [ConfigKey.Shape], for node: ConfigNode) -> ConfigKey.Shape? {
        let isTruth = [ConfigNode.Value.scalar("true", isPlain: true), .scalar("false", isPlain: true)].contains(
            node.value)
        return shapes.first { shape in
            switch (shape, node.value) {
            case (.mapping, .mapping), (.list, .list): true
            case (.boolean, .scalar): isTruth
            case (.mapping, _), (.list, _), (.boolean, _): false
            case (_, .scalar): true
            default: false
            }
        }
    }

    private mutating func list(
        _ node: ConfigNode, _ element: ConfigKey.Shape, _ shape: ConfigKey.Shape, _ path: String
    ) -> ConfigValue? {
        guard case .list(let elements) = node.value else {
            // A key whose list is commented out.
            if node.isNull { return ConfigValue(kind: .list([]), place: node.place, path: path) }
            refuse(node, shape, path)
            return nil
        }
        var values: [ConfigValue] = []
        for (index, node) in elements.enumerated() {
            if let value = value(node, element, "\(path)[\(index)]") { values.append(value) }
        }
        return ConfigValue(kind: .list(values), place: node.place, path: path)
    }

    /// A mapping lacks those members that are wrong.
    private mutating func mapping(
        _ node: ConfigNode, _ keys: [ConfigKey], _ shape: ConfigKey.Shape, _ path: String
    ) -> ConfigValue? {
        guard case .mapping(let members) = node.value else {
            if node.isNull, !keys.contains(where: \.isRequired) {
                return ConfigValue(kind: .mapping([]), place: node.place, path: path)
            }
            refuse(node, shape, path)
            return nil
        }
        var values: [(key: String, value: ConfigValue)] = []
        for member in members {
            let place = path.isEmpty ? member.key : "\(path).\(member.key)"
            guard let key = keys.first(where: { $0.name == member.key }) else {
                refuse(member.place, ConfigFile.shown(place), Self.unknown(member.key, keys))
                continue
            }
            if let value = value(member.value, key.shape, place) { values.append((key.name, value)) }
        }
        for key in keys where key.isRequired && !members.contains(where: { $0.key == key.name }) {
            refuse(node.place, path, "\(key.name) is missing; write \(key.name): and \(key.shape.wanted)")
        }
        return ConfigValue(kind: .mapping(values), place: node.place, path: path)
    }

    private mutating func labels(_ node: ConfigNode, _ shape: ConfigKey.Shape, _ path: String) -> ConfigValue? {
        guard case .mapping(let members) = node.value else {
            if node.isNull { return ConfigValue(kind: .mapping([]), place: node.place, path: path) }
            refuse(node, shape, path)
            return nil
        }
        var values: [(key: String, value: ConfigValue)] = []
        for member in members {
            let place = ConfigFile.shown("\(path).\(member.key)")
            if case .scalar(let text, _) = member.value.value {
                values.append((member.key, ConfigValue(kind: .text(text), place: member.value.place, path: place)))
            } else {
                refuse(member.value, .text(example: "prod"), place)
            }
        }
        return ConfigValue(kind: .mapping(values), place: node.place, path: path)
    }

    private mutating func scalar(_ node: ConfigNode, _ shape: ConfigKey.Shape, _ path: String) -> ConfigValue? {
        guard case .scalar(let text, let isPlain) = node.value, !node.isNull, let kind = kind(text, isPlain, shape)
        else {
            refuse(node, shape, path)
            return nil
        }
        return ConfigValue(kind: kind, place: node.place, path: path)
    }

    private func kind(_ text: String, _ isPlain: Bool, _ shape: ConfigKey.Shape) -> ConfigValue.Kind? {
        guard !text.isEmpty, text.utf8.count <= Self.maximumLength, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return nil }
        switch shape {
        case .boolean:
            return isPlain && ["true", "false"].contains(text) ? .boolean(text == "true") : nil
        case .integer(let range):
            guard isPlain, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text),
                range.contains(number)
            else { return nil }
            return .integer(number)
        case .duration: return SettingsReader.duration(text) == nil ? nil : .text(text)
        case .choice(let choices): return choices.contains(text) ? .text(text) : nil
        case .name, .tag: return SourceSetting.problem(withName: text) == nil ? .text(text) : nil
        case .host: return EndpointReader.isHost(text) ? .text(text) : nil
        case .path: return .text(Self.resolved(text, folder: folder, home: home))
        default: return .text(text)
        }
    }

    /// `path` from the file's folder, or from the home folder.
    static func resolved(_ path: String, folder: String, home: String?) -> String {
        let path = Settings.atHome(path, home: home)
        if path.hasPrefix("/") { return path }
        let inside = path.hasPrefix("./") ? path.dropFirst(2) : path[...]
        return folder == "/" ? "/\(inside)" : "\(folder)/\(inside)"
    }

    private mutating func refuse(_ node: ConfigNode, _ shape: ConfigKey.Shape, _ path: String) {
        let found =
            switch node.value {
            case _ where node.isNull: "there is no value"
            case .list: "this is a list"
            case .mapping: "this is a mapping"
            case .scalar(let text, let isPlain):
                "this is \(ConfigFile.shown(text, name: path, isQuoted: !isPlain))"
            case .refused: ""
            }
        refuse(node.place, path, "\(found); write \(shape.wanted)")
    }

    private static func unknown(_ key: String, _ keys: [ConfigKey]) -> String {
        if ["token", "tokens", "auth_token", "password", "secret"].contains(key.lowercased()) {
            return
                "secrets don't stand in this file; put tokens into a file of their own and name it in http.token_file, or set MCP_AUTH_TOKEN"
        }
        if let near = key.nearest(of: keys.map(\.name)) { return "there is no such key; did you mean \(near)?" }
        let homes = ConfigKey.homes(of: key)
        if !homes.isEmpty { return "there is no such key here; it belongs in \(homes.joined(separator: " or "))" }
        return "there is no such key; the keys here are \(keys.map(\.name).joined(separator: ", "))"
    }
}

extension ConfigKey {
    /// The places where a key of this name may stand.
    fileprivate static func homes(of name: String) -> [String] {
        func search(_ keys: [ConfigKey], _ place: String) -> [String] {
            (keys.contains { $0.name == name } ? [place] : [])
                + keys.flatMap { key -> [String] in
                    let inner = place.isEmpty ? key.name : "\(place).\(key.name)"
                    if case .list = key.shape { return search(key.shape.keys, "\(inner)[]") }
                    return search(key.shape.keys, inner)
                }
        }
        return search(all, "").map { $0.isEmpty ? "the top level" : $0 }
    }
}
