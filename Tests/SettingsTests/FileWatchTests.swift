// A file that has changed is seen to have, in whatever way it was changed.
import Glibc
import TestSupport
import Testing

@testable import Settings

@Suite("Settings: following files") struct FileWatchTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func watch(_ path: String) -> FileWatch {
        let watch = FileWatch()
        _ = watch.watched(.system).read(path)
        return watch
    }

    @Test("Nothing happens, nothing is seen")
    func still() throws {
        let watch = watch(try folder.write("a", to: "f"))
        #expect(!watch.hasChanged && !watch.hasChanged && !FileWatch().hasChanged)
        #expect(!self.watch("/nowhere/at/all").hasChanged)
    }

    @Test("Written in place, with other text of the same length")
    func inPlace() throws {
        let watch = watch(try folder.write("a", to: "f"))
        let file = try #require(fopen(folder.path(to: "f"), "w"))
        fputs("b", file)
        fclose(file)
        #expect(watch.hasChanged)
    }

    @Test("Another file moved onto it; gone; there again")
    func moved() throws {
        let path = try folder.write("a", to: "f")
        var watch = watch(path)
        try folder.write("a", to: "g")
        #expect(!watch.hasChanged)
        #expect(rename(folder.path(to: "g"), path) == 0)
        #expect(watch.hasChanged)
        watch = self.watch(path)
        #expect(unlink(path) == 0 && watch.hasChanged)
        watch = self.watch(path)
        #expect(!watch.hasChanged)
        try folder.write("a", to: "f")
        #expect(watch.hasChanged)
    }

    @Test("A link that leads elsewhere, as a ConfigMap is updated")
    func link() throws {
        for version in ["..1", "..2"] {
            #expect(mkdir(folder.path(to: version), 0o755) == 0)
            try folder.write("same", to: "\(version)/config.yaml")
        }
        #expect(symlink("..1", folder.path(to: "..data")) == 0)
        #expect(symlink("..data/config.yaml", folder.path(to: "config.yaml")) == 0)
        let watch = watch(folder.path(to: "config.yaml"))
        #expect(!watch.hasChanged)
        #expect(symlink("..2", folder.path(to: "..next")) == 0)
        #expect(rename(folder.path(to: "..next"), folder.path(to: "..data")) == 0)
        #expect(watch.hasChanged)
    }

    @Test("A file that comes into a folder that was listed, and rights")
    func others() throws {
        let watch = FileWatch()
        #expect(watch.watched(.system).list(folder.path).isEmpty && !watch.hasChanged)
        try folder.write("x", to: "a.json")
        #expect(watch.hasChanged)
        let rights = self.watch(folder.path(to: "a.json"))
        #expect(chmod(folder.path(to: "a.json"), 0o600) == 0 && rights.hasChanged)
    }

    @Test("A pipe, a folder and a device are refused at once")
    func noFiles() throws {
        #expect(mkfifo(folder.path(to: "pipe"), 0o600) == 0)
        for (path, words) in [
            (folder.path(to: "pipe"), "it is no file"), (folder.path, "it is a folder"), ("/dev/zero", "it is no file"),
        ] {
            var flags = Flags()
            flags.config = path
            let error = #expect(throws: SettingsError.self) {
                try Settings(environment: [:], flags: flags, files: .system)
            }
            #expect(error?.problems.first?.hasPrefix("--config=\(path): it can't be read: \(words)") == true)
        }
    }

    @Test("What is otherwise in settings that were read anew")
    func change() throws {
        let old = try settings("sources: [{name: a, endpoint: auto}, {name: b, endpoint: \"tcp://b\"}]")
        let new = try settings(
            "sources: [{name: b, endpoint: \"tcp://b\", tags: [x]}, {name: c, endpoint: auto}]\nhttp: {port: 1, host: \"::1\"}\nlimits: {rows: 5}"
        )
        let change = SettingsChange(from: old, to: new, running: old)
        #expect(change.added == ["c"] && change.removed == ["a"] && change.altered == ["b"] && change.changesSources)
        #expect(change.summary == "1 added (c), 1 removed (a), 1 changed (b)")
        #expect(change.needsRestart == ["http.host", "http.port", "limits.rows"])
        let same = SettingsChange(from: new, to: new, running: new)
        #expect(same.summary == nil && !same.changesSources && same.needsRestart.isEmpty)
        // What was told before is told again, for as long as it waits for a restart.
        #expect(SettingsChange(from: new, to: new, running: old).needsRestart.count == 3)
    }
}
