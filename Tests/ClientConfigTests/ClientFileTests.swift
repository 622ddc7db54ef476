// A file is replaced whole or not at all, and never over what another program wrote meanwhile.
import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import ClientConfig

@Suite("ClientConfig: files") struct ClientFileTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    @Test("The file, its backup, and nothing else") func replaced() throws {
        let path = try folder.write("old", to: "f")
        let backup = try ClientFile(reading: path).replace(with: Array("new".utf8), now: 1_795_435_200)
        #expect(backup == "\(path).bak-docker-mcp-secure-20261123T120000Z")
        #expect(try text(path) == "new")
        #expect(try text(backup ?? "") == "old")
        _ = try ClientFile(reading: path).replace(with: [], now: 1_795_435_200)
        #expect(
            try names() == [
                "f", "f.bak-docker-mcp-secure-20261123T120000Z", "f.bak-docker-mcp-secure-20261123T120000Z-2",
            ])
    }

    @Test("Five backups stay, and only ours go") func backups() throws {
        let path = try folder.write("0", to: "f")
        try folder.write("", to: "f.bak-docker-mcp-secure-my own")
        try folder.write("", to: "g.bak-docker-mcp-secure-20200101T000000Z")
        for round in 1...9 {
            _ = try ClientFile(reading: path).replace(with: Array("\(round)".utf8), now: 1_795_435_200 + round / 4)
            usleep(20_000)  // the clock of files is coarse
        }
        let kept = try names().filter { $0.hasPrefix("f.bak") && !$0.hasSuffix("own") }
        #expect(try kept.map { try text(folder.path(to: $0)) }.sorted() == ["4", "5", "6", "7", "8"])
        #expect(try names().count == 5 + 3)
    }

    @Test(
        "Another program's change is not lost",
        arguments: ["written", "replaced", "removed", "made", "made a folder"])
    func changedMeanwhile(how: String) throws {
        let path = folder.path(to: "f")
        if !how.hasPrefix("made") { try folder.write("{\"a\": 1}", to: "f") }
        let file = try ClientFile(reading: path)
        usleep(20_000)
        switch how {
        case "written": try folder.write("{\"a\": 2}", to: "f")
        case "replaced": rename(try folder.write("{\"a\": 1}", to: "g"), path)
        case "removed": unlink(path)
        case "made": try folder.write("new", to: "f")
        default: mkdir(path, 0o700)
        }
        let before = try names()
        let content = try? text(path)
        #expect(throws: ConfigError.changedMeanwhile(file: path)) { try file.replace(with: [1], now: 0) }
        #expect(try names() == before)
        #expect((try? text(path)) == content)
    }

    @Test("A folder that can't be written: the file stays") func readOnlyFolder() throws {
        guard geteuid() != 0 else { return }  // root may write everywhere; Tests/e2e has this with another user
        let path = try folder.write("old", to: "f")
        chmod(folder.path, 0o500)
        defer { chmod(folder.path, 0o700) }
        #expect(throws: ConfigError.self) { try ClientFile(reading: path).replace(with: [], now: 0) }
        #expect(try text(path) == "old")
    }

    @Test("What is no file") func noFile() throws {
        symlink("nowhere", folder.path(to: "link"))
        #expect(throws: ConfigError.notAFile(folder.path(to: "link"))) {
            try ClientFile(reading: folder.path(to: "link"))
        }
        #expect(throws: ConfigError.notAFile("/dev/null")) { try ClientFile(reading: "/dev/null") }
        #expect(throws: ConfigError.notAFile(folder.path)) { try ClientFile(reading: folder.path) }
        let missing = try ClientFile(reading: folder.path(to: "a/b/f"))
        #expect(missing.bytes.isEmpty)
        #expect(throws: ConfigError.folderMissing(file: folder.path(to: "a/b/f"))) {
            try missing.replace(with: [], now: 0)
        }
    }
}
