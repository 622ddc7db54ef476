// Whatever a document holds: after a merge it holds that and our entry, and merging or taking out again does what it says.
import ClientConfig
import JSON
import TestSupport
import Testing

@Suite("ClientConfig: random files") struct MergePropertyTests {
    private static let names = ["mcpServers", "me", "command", "args", "env", "A", "B", "x", "\"\\/*", "//", "é"]

    private func value(_ random: inout SeededGenerator, depth: Int) -> JSON {
        switch Int.random(in: 0...(depth < 4 ? 8 : 5), using: &random) {
        case 0...2: return .string(Self.names.randomElement(using: &random) ?? "")
        case 3: return nil
        case 4: return .integer(Int64.random(in: -9...9, using: &random))
        case 5: return .bool(Bool.random(using: &random))
        case 6: return .array((0..<Int.random(in: 0...3, using: &random)).map { _ in value(&random, depth: depth + 1) })
        default: return .object(object(&random, depth: depth))
        }
    }

    private func object(_ random: inout SeededGenerator, depth: Int) -> JSONObject {
        JSONObject(
            (0..<Int.random(in: 0...4, using: &random)).map { _ in
                (Self.names.randomElement(using: &random) ?? "", value(&random, depth: depth + 1))
            })
    }

    /// The text of a document, on one line or on many, with either line break.
    private func text(_ value: JSON, _ style: Int, indent: String = "\n") -> String {
        let newline = style == 0 ? "" : indent + (style == 1 ? "  " : "\t")
        switch value {
        case .object(let members) where !members.isEmpty:
            let lines = members.map {
                "\(newline)\(JSON.string($0.key).text): \(text($0.value, style, indent: newline))"
            }
            return "{\(lines.joined(separator: ","))\(style == 0 ? "" : indent)}"
        case .array(let elements):
            return "[\(elements.map { text($0, style, indent: newline) }.joined(separator: style == 2 ? ", " : ","))]"
        default: return value.text
        }
    }

    /// What must come of it.
    private func expected(_ document: JSONObject) -> JSONObject {
        var document = document
        var servers = document["mcpServers"]?.object ?? [:]
        var entry = servers["me"]?.object ?? [:]
        var environment = entry["env"]?.object ?? [:]
        environment["A"] = "1"
        environment["B"] = nil
        entry["command"] = "/b"
        entry["args"] = ["serve"]
        entry["env"] = .object(environment)
        servers["me"] = .object(entry)
        document["mcpServers"] = .object(servers)
        return document
    }

    @Test("JSON: what it held, and our entry") func json() throws {
        for seed in 0..<1_000 {
            var random = SeededGenerator(seed: UInt64(seed))
            var document = object(&random, depth: 0)
            if Bool.random(using: &random) { document["mcpServers"] = .object(object(&random, depth: 1)) }
            let before = text(.object(document), seed % 3)
            if let servers = document["mcpServers"], servers.object == nil {
                #expect(try refusal(before, .cursor) != nil)
                continue
            }
            let after = try merged(before, .cursor)
            let made = try JSON(parsing: after).object
            #expect(made == expected(document), "seed \(seed): \(before)")
            var servers = document["mcpServers"]?.object ?? [:]
            servers["me"] = nil
            document["mcpServers"] = .object(servers)
            #expect(try JSON(parsing: try removed(after, .cursor)) == .object(document), "seed \(seed): \(before)")
        }
    }

    @Test(
        "Bytes changed or cut anywhere: refused, or understood and stable",
        arguments: [
            (
                Client.zed,
                "{ // c\r\n  \"context_servers\": {\n    \"me\": {\"command\": \"x\", /* d */ \"env\": {\"A\": \"\\u00e9\", \"B\": []}},\n  },\n  \"b\": [1, -2.5e3, {}, null]\n}\n"
            ),
            (
                Client.codex,
                "a = \"\"\"x\\\n  y\"\"\" # c\r\n[mcp_servers]\nb = { c = 1, d.e = [1, 'f', ] }\n[mcp_servers.me]\ncommand = 'x'\nenv.B = \"\\u00e9\"\n[[t]]\nu = 1979-05-27 07:32:00Z\n"
            ),
        ])
    func mutations(client: Client, text: String) throws {
        let merge = Merge.write(try entry())
        let original = Array(text.utf8)
        var random = SeededGenerator(seed: 7)
        let marks = Array("{}[],:\"'\\/*#=.\n\r\t a1\u{0}é".utf8)
        for round in 0..<4_000 {
            var bytes = round < original.count ? Array(original[..<round]) : original
            for _ in 0..<(round < original.count ? 0 : Int.random(in: 1...3, using: &random)) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[place] = marks.randomElement(using: &random) ?? 0
                case 1: bytes.insert(marks.randomElement(using: &random) ?? 0, at: place)
                default: bytes.remove(at: place)
                }
            }
            do throws(ConfigError) {
                let once = try merge.applied(to: bytes, client.shape, client: client)
                let again = try merge.applied(to: once, client.shape, client: client)
                #expect(again == once)
            } catch {
                guard case .fileUnusable = error else {
                    Issue.record("\(error): \(String(decoding: bytes, as: UTF8.self))")
                    continue
                }
            }
        }
    }
}
