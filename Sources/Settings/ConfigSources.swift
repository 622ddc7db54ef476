// The sources of the configuration file: its own list, and those that other files list.
import CurlClient
import DockerSources

/// Makes sources of the file's values, and collects what is wrong with them.
struct ConfigSources {
    let reader: EndpointReader
    /// For sources that say nothing else.
    let limits: SourceLimits
    let files: Files
    /// `~`; nil where there is none.
    let home: String?
    private(set) var sources: [SourceSetting] = []
    private var problems: [(file: String, list: ProblemList)] = []
    /// The lists that have a fault of their own, such as `source_lists[2]`.
    private let faulty: Set<String>
    /// Where each name stands.
    private var places: [String: String] = [:]
    /// Whether it was said that there are too many: once is enough.
    private var hasRefusedMore = false

    /// More sources than any installation has; a list that grows without end is cut here.
    static let maximumCount = 10_000

    init(_ file: ConfigFile, _ reader: EndpointReader, _ limits: SourceLimits, _ files: Files, home: String?) {
        self.reader = reader
        self.limits = limits
        self.files = files
        self.home = home
        faulty = Set(file.problems.map { String($0.path.prefix { $0 != "." }) })
        refuse(file.problems, in: file.path)
        for value in file.root["sources"]?.elements ?? [] where !isFull { add(value, file.path) }
        for value in file.root["source_lists"]?.elements ?? [] where !isFull { addList(value, file.path) }
    }

    /// All problems as sentences, file by file.
    var sentences: [String] { problems.flatMap { ConfigFile.sentences($0.list.all, in: $0.file) } }

    /// Whether so much is wrong that nobody looks for more.
    var isFull: Bool { problems.contains { $0.list.isFull } }

    mutating func refuse(_ value: ConfigValue, in file: String, _ text: String) {
        refuse([PlacedProblem(place: value.place, path: value.path, text: text)], in: file)
    }

    mutating func refuse(_ found: [PlacedProblem], in file: String) {
        guard !found.isEmpty else { return }
        // The newest file is the one that is read, or the first.
        if let index = problems.lastIndex(where: { $0.file == file }) {
            problems[index].list.add(found)
        } else {
            problems.append((file, ProblemList()))
            problems[problems.count - 1].list.add(found)
        }
    }

    /// One of `sources`.
    private mutating func add(_ value: ConfigValue, _ file: String) {
        // What is missing or wrong here was said by the check; the rest is looked at too.
        guard let endpoint = value["endpoint"] else { return }
        let reach = ConfigReach(value, self)
        guard
            let setting = self.endpoint(
                endpoint.text ?? "", named: endpoint, reach, ssh: value["ssh"], file), let name = value["name"]
        else { return }
        add(
            SourceSetting(name: name.text ?? "", endpoint: setting, limits: reach.limits, tags: reach.tags), at: name,
            file)
    }

    /// `source`, whose name, or what it is made of, stands at `value`.
    mutating func add(_ source: SourceSetting, at value: ConfigValue, _ file: String) {
        if let place = places[source.name] {
            return refuse(
                value, in: file, "the name \(source.name) is taken by \(place); each source has a name of its own")
        }
        guard sources.count < Self.maximumCount else {
            if !hasRefusedMore {
                refuse(value, in: file, "there are more than \(Self.maximumCount) sources; list fewer")
            }
            hasRefusedMore = true
            return
        }
        places[source.name] = ConfigFile.place(value.place, value.path, in: file)
        sources.append(source)
    }

    /// The endpoint of `text` with what is said of its TLS and ssh; nil when it is none, which is said then.
    mutating func endpoint(
        _ text: String, named value: ConfigValue, _ reach: ConfigReach, ssh: ConfigValue? = nil, _ file: String
    ) -> EndpointSetting? {
        let setting: EndpointSetting
        do throws(EndpointProblem) { setting = try reader.endpoint(text, tls: reach.wish) } catch {
            refuse(value, in: file, "\(ConfigFile.shown(text, isQuoted: true)): \(error.advice)")
            return nil
        }
        if let tls = reach.tls, reach.wish != .off, !setting.isOverTLS {
            refuse(tls, in: file, "TLS is for tcp:// and https://; leave tls out, or correct the endpoint")
        }
        guard let ssh else { return setting }
        guard case .ssh(var destination) = setting else {
            refuse(
                ssh, in: file, "this is for endpoints that begin with ssh://; leave it out, or correct the endpoint")
            return setting
        }
        destination.identityFile = ssh["identity_file"]?.text
        return .ssh(destination)
    }

    private mutating func addList(_ value: ConfigValue, _ file: String) {
        let reach = ConfigReach(value, self)
        switch (value["file_sd"], value["contexts"]) {
        case (let patterns?, nil):
            let patterns = patterns.text == nil ? patterns.elements : [patterns]
            for pattern in patterns where !isFull { addTargets(pattern, reach, file) }
        case (nil, let contexts?): addContexts(contexts, reach, file)
        // What is there and wrong was said to be.
        case (nil, nil) where faulty.contains(value.path): break
        default:
            refuse(value, in: file, "a list has one of file_sd and contexts; write two lists for both")
        }
    }

    private mutating func addContexts(_ value: ConfigValue, _ reach: ConfigReach, _ file: String) {
        var wanted = value.elements
        if value.text != nil {
            let names: [String]
            do throws(EndpointProblem) { names = try reader.contexts.names } catch {
                return refuse(value, in: file, error.advice)
            }
            wanted = names.map { ConfigValue(kind: .text($0), place: value.place, path: value.path) }
        }
        for context in wanted where !isFull {
            let name = context.text ?? ""
            guard let setting = endpoint("context:\(name)", named: context, reach, file) else { continue }
            add(
                SourceSetting(name: Self.name(of: name), endpoint: setting, limits: reach.limits, tags: reach.tags),
                at: context, file)
        }
    }

    /// A name that a source may have, as near to `text` as can be.
    static func name(of text: String) -> String {
        let letters = text.unicodeScalars.map { scalar -> Character in
            SourceSetting.problem(withName: "a\(scalar)") == nil ? Character(scalar) : "-"
        }
        let name = String(letters.drop { "._-".contains($0) }.prefix(64))
        return name.isEmpty ? "source" : name
    }
}

/// What a source, or all of a list, say of how they are reached.
struct ConfigReach {
    let limits: SourceLimits
    let tags: [String]
    let wish: EndpointReader.TLSWish
    /// Where `tls` stands.
    let tls: ConfigValue?

    init(_ value: ConfigValue, _ all: ConfigSources) {
        func duration(_ key: String) -> Duration? { value[key]?.text.flatMap(SettingsReader.duration) }
        limits = SourceLimits(
            connect: duration("connect_timeout") ?? all.limits.connect, total: duration("deadline") ?? all.limits.total)
        tags = value["tags"]?.elements.compactMap(\.text) ?? []
        tls = value["tls"]
        wish = tls.map { Self.wish($0, all.files) } ?? .standard
    }

    private static func wish(_ tls: ConfigValue, _ files: Files) -> EndpointReader.TLSWish {
        if let folder = tls.text { return .options(TLSOptions(folder: folder, files: files)) }
        if let isOn = tls.boolean { return isOn ? .options(TLSOptions()) : .off }
        return .options(
            TLSOptions(
                authority: tls["ca"]?.text, certificate: tls["cert"]?.text, key: tls["key"]?.text,
                serverName: tls["server_name"]?.text, verifiesServer: tls["verify"]?.boolean ?? true))
    }
}
