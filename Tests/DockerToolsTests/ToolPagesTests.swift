// Each tool has a page in docs/tools whose first part is what the code says, so that it can't drift.
// UPDATE_TOOL_PAGES=1 swift test --filter ToolPagesTests   writes that part anew and keeps the rest.
import FoundationEssentials
import JSON
import Testing

@testable import DockerTools

@Suite struct ToolPagesTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/tools")

    private func page(_ name: String) -> URL { Self.folder.appending(path: "\(name).md") }

    private func written(_ name: String) -> String {
        (try? Data(contentsOf: page(name))).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    @Test("The page is what the code says, and an example follows", arguments: DockerTool.allNames)
    func page(of name: String) throws {
        let text = ToolPage(tool: try DockerTool.named(name)).text
        let parts = written(name).split(separator: ToolPage.end, maxSplits: 1, omittingEmptySubsequences: false)
        let rest = parts.count > 1 ? String(parts[1]) : "\n"
        if ProcessInfo.processInfo.environment["UPDATE_TOOL_PAGES"] == "1" {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try Data((text + rest).utf8).write(to: page(name))
        }
        #expect(parts.first.map { $0 + ToolPage.end } == Substring(text), "run with UPDATE_TOOL_PAGES=1")
        #expect(rest.contains("## Example") && rest.contains("```json") && rest.contains("```text"))
    }

    @Test("The JSON of each example keeps the schema", arguments: DockerTool.allNames)
    func example(of name: String) throws {
        let block = written(name).split(separator: "```json\n", maxSplits: 1).dropFirst().first?
            .split(separator: "\n```", maxSplits: 1).first
        let json = try JSON(parsing: Array(try #require(block).utf8))
        #expect(SchemaCheck.problems(in: json, against: try DockerTool.named(name).outputSchema) == [])
    }

    @Test("No page is left of a tool that is gone, and the index links to each")
    func pages() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(files.sorted() == DockerTool.allNames.map { "\($0).md" }.sorted())
        let index = String(
            decoding: try Data(contentsOf: Self.folder.deletingLastPathComponent().appending(path: "tools.md")),
            as: UTF8.self)
        for name in DockerTool.allNames { #expect(index.contains("(tools/\(name).md)"), "\(name)") }
    }
}
