// A listed container as a row: its fields, which of them are shown by themselves, and the two tables that show them.
import DockerEngine
import DockerSources
import JSON
import SafeText

extension ContainerSummary {
    private static let usualFields = [
        "source", "id", "name", "image", "state", "status", "health", "exit_code", "created_at", "ports", "project",
        "service",
    ]
    /// What only `detail` adds.
    private static let detailFields = ["full_id", "image_id", "command", "labels", "networks", "mounts"]
    /// Each row has these.
    private static let identity = ["source", "id", "name"]

    /// What `fields` may name.
    static let knownFields = FieldChoice.Known(
        fields: usualFields + detailFields,
        words: "The fields are \((usualFields + detailFields).joined(separator: ", ")).")

    /// The chosen fields; without a choice the usual ones, and the others when `isDetailed`.
    func json(source: SourceLabel, _ choice: FieldChoice?, isDetailed: Bool) -> JSONObject {
        guard let choice else { return json(source: source, isDetailed: isDetailed) }
        return choice.narrowed(json(source: source, isDetailed: true), keeping: Self.identity)
    }

    private func json(source: SourceLabel, isDetailed: Bool) -> JSONObject {
        var row: JSONObject = ["source": .string(source.name)]
        row.set("id", text: String(id.prefix(12)))
        row.set("name", text: name)
        row.set("image", text: image)
        row.set("state", text: state)
        row.set("status", text: status)
        row.set("health", text: health)
        row.set("exit_code", exitCode)
        row.set("created_at", createdAt)
        row.set("ports", texts: ports.map(\.text), keepsEmpty: true)
        row.set("project", text: labels[Compose.project])
        row.set("service", text: labels[Compose.service])
        guard isDetailed else { return row }
        row.set("full_id", text: id)
        row.set("image_id", text: imageID)
        row.set("command", text: command)
        row.set("labels", labels: labels)
        row["networks"] = networks.json
        row["mounts"] = mounts.json
        return row
    }

    /// The usual columns.
    static func table(_ rows: [(source: SourceLabel, row: ContainerSummary)]) -> TextTable {
        var table = TextTable(columns: [
            .init(heading: "SOURCE"), .init(heading: "ID"), .init(heading: "NAME", minimumWidth: 12),
            .init(heading: "IMAGE", minimumWidth: 10),
            .init(heading: "STATUS", minimumWidth: 10), .init(heading: "PORTS", minimumWidth: 6),
        ])
        table.rows = rows.map { source, container in
            [
                source.name, String(container.id.prefix(12)), SafeText.line(container.name ?? ""),
                SafeText.shortened(SafeText.line(container.image ?? ""), to: 40),
                SafeText.line(container.status ?? container.state ?? ""),
                SafeText.shortened(PortText.brief(container.ports.map { SafeText.line($0.text) }), to: 40),
            ]
        }
        return table
    }

    /// A column for each chosen field, behind those of the identity.
    static func table(_ rows: [JSONObject], of choice: FieldChoice) -> TextTable {
        let fields = identity + choice.fields.filter { !identity.contains($0) }
        var table = TextTable(
            columns: fields.map { .init(heading: $0.uppercased().replacing("_", with: " "), minimumWidth: 12) })
        table.rows = rows.map { row in fields.map { cell($0, row[$0]) } }
        return table
    }

    /// A field as the structured result has it; lists are put on one line and cut.
    private static func cell(_ field: String, _ value: JSON?) -> String {
        let text: String
        switch value {
        case nil: return "-"
        case .string(let value)?: return field == "command" ? SafeText.shortened(value, to: 100) : value
        case .object(let members)?: text = members.map { "\($0.key)=\($0.value.string ?? "")" }.joined(separator: ", ")
        case .array(let elements)?:
            switch field {
            case "networks": text = elements.map(\.networkText).joined(separator: ", ")
            case "mounts": text = elements.map(\.mountText).joined(separator: ", ")
            default: text = PortText.brief(elements.compactMap(\.string))
            }
        case .some(let other): return other.text
        }
        return text.isEmpty ? "-" : SafeText.shortened(text, to: 100)
    }
}

/// Published ports in few words.
enum PortText {
    /// `8080->80/tcp` for what every address of the host answers to, which engines tell of twice; other addresses are kept.
    static func brief(_ ports: [String]) -> String {
        let everywhere = "0.0.0.0:"
        let everywhereToo = "[::]:"
        let published = Set(ports.lazy.filter { $0.hasPrefix(everywhere) }.map { $0.dropFirst(everywhere.count) })
        return ports.compactMap { port -> String? in
            if port.hasPrefix(everywhere) { return String(port.dropFirst(everywhere.count)) }
            let isTwin = port.hasPrefix(everywhereToo) && published.contains(port.dropFirst(everywhereToo.count))
            return isTwin ? nil : port
        }.joined(separator: ", ")
    }
}

extension [Network] {
    var json: JSON {
        .array(
            map { network in
                var json = JSONObject()
                json.set("name", text: network.name)
                json.set("ip", text: network.address)
                json.set("aliases", texts: network.aliases)
                return .object(json)
            })
    }
}

extension [Mount] {
    var json: JSON {
        .array(
            map { mount in
                var json = JSONObject()
                json.set("type", text: mount.type)
                json.set("source", text: mount.source)
                json.set("destination", text: mount.destination)
                json["read_only"] = .bool(mount.isReadOnly)
                return .object(json)
            })
    }
}

extension JSON {
    /// An element of a row's `networks` for reading: `shop_default 172.18.0.2 (web, 2d6cb06af10f)`.
    var networkText: String {
        let aliases = (self["aliases"]?.array ?? []).compactMap(\.string)
        return
            ([self["name"]?.string, self["ip"]?.string].compactMap(\.self)
            + (aliases.isEmpty ? [] : ["(\(aliases.joined(separator: ", ")))"])).joined(separator: " ")
    }

    /// An element of a row's `mounts` for reading: `bind /srv -> /data read-only`.
    var mountText: String {
        let places = [self["source"]?.string, self["destination"]?.string].compactMap(\.self)
        return "\(self["type"]?.string ?? "") \(places.joined(separator: " -> "))"
            + (self["read_only"]?.bool == true ? " read-only" : "")
    }
}
