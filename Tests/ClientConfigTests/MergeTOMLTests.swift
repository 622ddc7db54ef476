// Our entry comes into TOML as tables, dotted names or inline tables: as the file has its own.
import ClientConfig
import Testing

@Suite("ClientConfig: TOML files") struct MergeTOMLTests {
    private static let tables = """
        [mcp_servers.me]
        command = "/b"
        args = ["serve"]

        [mcp_servers.me.env]
        A = "1"

        """
    private static let inline = #"{ command = "/b", args = ["serve"], env = { A = "1" } }"#

    @Test(
        "Where there was no entry",
        arguments: [
            ("", tables), ("\n", "\n\(tables)"), ("a = 1\n", "a = 1\n\n\(tables)"), ("a = 1\n\n", "a = 1\n\n\(tables)"),
            ("# c", "# c\n\n\(tables.dropLast())"), ("[mcp_servers]\n", "[mcp_servers]\n\n\(tables)"),
            ("[mcp_servers]\nx.command = 1\n", "[mcp_servers]\nx.command = 1\n\n\(tables)"),
            ("[mcp_servers.x]\ny = 1\n[z]\n", "[mcp_servers.x]\ny = 1\n[z]\n\n\(tables)"),
            ("s = '''\n[mcp_servers.me]\n'''\n", "s = '''\n[mcp_servers.me]\n'''\n\n\(tables)"),
            ("mcp_servers = {}\n", "mcp_servers = { me = \(inline) }\n"),
            ("mcp_servers = {x={}} # c\n", "mcp_servers = {x={}, me = \(inline)} # c\n"),
            ("mcp_servers = {\n  x = 1, # c\n}\n", "mcp_servers = {\n  x = 1, me = \(inline), # c\n}\n"),
            ("mcp_servers.x.y = 1\n[z]\n", "mcp_servers.x.y = 1\nmcp_servers.me = \(inline)\n[z]\n"),
            ("mcp_servers.x.y = 1", "mcp_servers.x.y = 1\nmcp_servers.me = \(inline)"),
        ] as [(String, String)])
    func absent(before: String, after: String) throws {
        #expect(try merged(before, .codex) == after)
        let lines = before.replacing("\n", with: "\r\n")
        if before.contains("\n") { #expect(try merged(lines, .codex) == after.replacing("\n", with: "\r\n")) }
    }

    @Test(
        "What we decide about changes, and nothing else",
        arguments: [
            (
                "[mcp_servers.me]\ncommand = '/a' # c\nenabled = false\n\n[mcp_servers.me.env]\nB = '2'\nP = 'q'\n[z]\n",
                "[mcp_servers.me]\ncommand = \"/b\" # c\nenabled = false\nargs = [\"serve\"]\n\n[mcp_servers.me.env]\nP = 'q'\nA = \"1\"\n[z]\n"
            ),
            (
                "[mcp_servers.me]\nt = 1\nurl = 'u' # url\n# last\n[z]",
                "[mcp_servers.me]\nt = 1\ncommand = \"/b\"\nargs = [\"serve\"]\nenv = { A = \"1\" }\n# last\n[z]"
            ),
            (
                "[mcp_servers.me]\nurl = 'u'",
                "[mcp_servers.me]\ncommand = \"/b\"\nargs = [\"serve\"]\nenv = { A = \"1\" }\n"
            ),
            (
                "[mcp_servers.me.env]\nP = 'q'\n",
                "[mcp_servers.me.env]\nP = 'q'\nA = \"1\"\n\n[mcp_servers.me]\ncommand = \"/b\"\nargs = [\"serve\"]\n"
            ),
            (
                "mcp_servers = {me={url='u',t=1}}",
                "mcp_servers = {me={t=1, command = \"/b\", args = [\"serve\"], env = { A = \"1\" }}}"
            ),
            (
                "mcp_servers = {me={url='u'}}",
                "mcp_servers = {me={ command = \"/b\", args = [\"serve\"], env = { A = \"1\" }}}"
            ),
            (
                "mcp_servers.me.command = '/a'\nx = 1\n",
                "mcp_servers.me.command = \"/b\"\nx = 1\nmcp_servers.me.args = [\"serve\"]\nmcp_servers.me.env = { A = \"1\" }\n"
            ),
            (
                "[mcp_servers.me]\ncommand = \"\"\"\n/b\"\"\"\nargs = [ # c\n  'serve',\n]\nenv.\"A\" = '1'\n",
                "[mcp_servers.me]\ncommand = \"\"\"\n/b\"\"\"\nargs = [ # c\n  'serve',\n]\nenv.\"A\" = '1'\n"
            ),
            ("[mcp_servers]\nme = 3 # c\n", "[mcp_servers]\nme = \(inline) # c\n"),
            (
                "[mcp_servers.me]\nenv = 3\n",
                "[mcp_servers.me]\nenv = { A = \"1\" }\ncommand = \"/b\"\nargs = [\"serve\"]\n"
            ),
        ] as [(String, String)])
    func present(before: String, after: String) throws {
        #expect(try merged(before, .codex) == after)
    }

    @Test(
        "Taking it out",
        arguments: [
            ("a = 1\n\n\(tables)", "a = 1\n"), ("\(tables)\n[z]\n", "\n[z]\n"), (tables, ""), ("", ""),
            ("# c\n[mcp_servers.me]\nx = 1 # d\n# e\n[z]\n", "# c\n# e\n[z]\n"),
            ("mcp_servers = {me = 1, b = 2}", "mcp_servers = {b = 2}"),
            ("mcp_servers = {b = 2, me.x = 1}", "mcp_servers = {b = 2}"),
            ("mcp_servers.me.x = 1\na = 2\nmcp_servers.me.y = {}\n", "a = 2\n"),
            ("[mcp_servers]\nme.x = 1\nb.x = 1\n", "[mcp_servers]\nb.x = 1\n"),
            ("[mcp_servers.mexico]\n[mcp_servers.me.tools.a]\nx = 1\n", "[mcp_servers.mexico]\n"),
        ] as [(String, String)])
    func removal(before: String, after: String) throws {
        #expect(try removed(before, .codex) == after)
    }

    @Test(
        "What can't be read is refused, with the place",
        arguments: [
            ("a\n", 1, 2, "an equals sign"), ("a = 1 b = 2", 1, 7, "a line break"), ("a = \"x", 1, 5, "does not end"),
            ("a = '''x''", 1, 5, "does not end"), ("a = {b = 1", 1, 11, "a comma or }"),
            ("a = {b = 1 c = 2}", 1, 12, "a comma or }"),
            ("[a]]\n", 1, 4, "a line break"), ("a = \"\\u12\"", 1, 8, "hexadecimal"), ("é = 1", 1, 1, "a name"),
            ("\nmcp_servers = 1", 2, 15, "should be a table"), ("[[mcp_servers]]", 1, 1, "should be one table"),
            ("[mcp_servers.me]\n[mcp_servers.me]", 1, 1, "is defined twice"),
            ("a = \"\u{1}\"", 1, 6, "a control character"),
            ("[mcp_servers.me.command]", 1, 1, "should be no table"), ("a = nope", 1, 5, "no value begins here"),
        ] as [(String, Int, Int, String)])
    func unreadable(text: String, line: Int, column: Int, reason: String) throws {
        guard case .fileUnusable("f", let found, line, column)? = try refusal(text, .codex) else {
            Issue.record("\(String(describing: try refusal(text, .codex)))")
            return
        }
        #expect(found.contains(reason))
    }
}
