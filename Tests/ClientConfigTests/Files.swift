// Short ways to say what a file held and what it holds after a merge.
import ClientConfig
import JSON
import Testing

/// An entry whose text is short: the program is `/b`, A is 1, and B is a variable that it decides about and does not set.
func entry(_ name: String = "me") throws -> Entry {
    try Entry(name: name, path: "/b", arguments: ["serve"], variables: [Entry.Variable("A", "1")], known: ["A", "B"])
}

/// What a merge makes of `text`. Merging again must change nothing.
func merged(_ text: String, _ client: Client, _ merge: Merge? = nil) throws -> String {
    let merge = try merge ?? .write(entry())
    let bytes = try merge.applied(to: Array(text.utf8), client.shape, client: client, file: "f")
    #expect(try merge.applied(to: bytes, client.shape, client: client) == bytes)
    return String(decoding: bytes, as: UTF8.self)
}

/// Without the entry.
func removed(_ text: String, _ client: Client) throws -> String {
    try merged(text, client, .remove(name: "me"))
}

/// The error that a merge ends with; nil when it ends well.
func refusal(_ text: String, _ client: Client) throws -> ConfigError? {
    do throws(ConfigError) {
        _ = try Merge.write(try entryOrFail()).applied(to: Array(text.utf8), client.shape, client: client, file: "f")
        return nil
    } catch { return error }
}

private func entryOrFail() throws(ConfigError) -> Entry {
    try Entry(name: "me", path: "/b", arguments: ["serve"], variables: [Entry.Variable("A", "1")], known: ["A", "B"])
}
