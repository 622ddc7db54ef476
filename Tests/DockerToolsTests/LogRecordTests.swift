// Which lines of a log are one record: traces as languages write them, kept together by searches, limits and merging.
import DockerEngine
import DockerSources
import JSON
import Testing

@testable import DockerTools

@Suite struct LogRecordTests {
    /// Traces as they were seen, each one record.
    static let traces: [String: String] = [
        "Java": """
        Exception in thread "main" java.lang.IllegalStateException: no stock
        \tat shop.Cart.check(Cart.java:41)
        \tat shop.Main.main(Main.java:9)
        Caused by: java.io.IOException: closed
        \tat shop.Disk.read(Disk.java:7)
        \t... 2 more
        """,
        "Python": """
        ERROR:root:cannot serve
        Traceback (most recent call last):
          File "/app/shop.py", line 12, in serve
            total = price / count
        ZeroDivisionError: division by zero
        """,
        "Python, one after another": """
        Traceback (most recent call last):
          File "/app/shop.py", line 3, in load
        KeyError: 'price'

        During handling of the above exception, another exception occurred:

        Traceback (most recent call last):
          File "/app/shop.py", line 5, in load
        ValueError: no price
        """,
        "Go": """
        panic: runtime error: index out of range [5] with length 3

        goroutine 1 [running]:
        main.pick(...)
        \t/app/main.go:8
        main.main()
        \t/app/main.go:4 +0x1d
        exit status 2
        """,
        "Node": """
        TypeError: Cannot read properties of undefined (reading 'id')
            at serve (/app/shop.js:10:22)
            at node:internal/main/run_main_module:28:49 {
          code: 'E1'
        }
        """,
        "Rust": """
        thread 'main' panicked at src/main.rs:4:5: no stock
        stack backtrace:
           0: rust_begin_unwind
           1: shop::main
        note: run with `RUST_BACKTRACE=full` for a verbose backtrace.
        """,
        ".NET": """
        Unhandled exception. System.InvalidOperationException: no stock
         ---> System.IO.IOException: closed
           at Shop.Disk.Read() in /app/Disk.cs:line 7
           --- End of inner exception stack trace ---
           at Shop.Main() in /app/Main.cs:line 3
        """,
    ]

    private func heads(_ texts: [String], pause: Int64 = 0) -> [String] {
        var reader = LogRecordReader()
        var time: Int64 = 1_000_000_000_000
        return texts.filter { text in
            time += pause
            return !reader.goesOn(text, at: Timestamp(nanoseconds: time))
        }
    }

    @Test(
        "A trace is one record, between lines that are none of it",
        arguments: ["Java", "Python", "Python, one after another", "Go", "Node", "Rust", ".NET"])
    func traces(language: String) throws {
        let lines = try #require(Self.traces[language]).split(separator: "\n", omittingEmptySubsequences: false).map(
            String.init)
        #expect(
            heads(["INFO start", lines[0]] + lines.dropFirst() + ["INFO on", "plain"]).filter { !$0.isEmpty }
                == ["INFO start"] + (lines[0].hasPrefix("Traceback") ? [] : [lines[0]]) + ["INFO on", "plain"])
    }

    @Test("What comes later, and the first line of all, is a record of its own")
    func pauses() {
        let lines = ["ERROR x", "\tat a", "\tat b"]
        #expect(heads(lines, pause: 1_000_000_000) == ["ERROR x"])
        #expect(heads(lines, pause: 1_000_000_001) == lines)
        #expect(heads(["  indented", "  too"]) == ["  indented"])
        #expect(heads(["a", "", "b", "next (x)", "fmt.Println(x)"]) == ["a", "", "b", "next (x)", "fmt.Println(x)"])
    }

    private func source(_ frames: [(UInt8, String)], _ name: String = "local") throws -> FixtureSource {
        var replies = try Replies.docker()
        replies[log: "web"] = .body(
            Frames.bytes(
                frames.enumerated().map { index, frame in
                    (frame.0, "2026-11-27T10:00:00.\(String(index + 1_000).dropFirst())Z \(frame.1)\n")
                }))
        return FixtureSource(name, replies)
    }

    @Test("A search that finds one line of a trace keeps all of it, also when the other stream writes between")
    func search() async throws {
        let source = try source([
            (1, "INFO before"), (2, "ERROR boom"), (1, "INFO between"), (2, "\tat a.b(C.java:1)"), (1, "INFO again"),
            (2, "Caused by: closed"), (2, "\tat d.e(F.java:2)"), (1, "INFO after"), (2, "ERROR other"), (2, "\tat g"),
        ])
        func found(_ arguments: JSONObject) async throws -> [String] {
            try await ask(.logs, arguments.with("container_id", "web"), [source]).texts("lines", "text")
        }
        let trace = ["ERROR boom", "\tat a.b(C.java:1)", "Caused by: closed", "\tat d.e(F.java:2)"]
        #expect(try await found(["grep": "closed"]) == trace)
        #expect(try await found(["grep": "F.java"]) == trace)
        #expect(try await found(["grep": "boom"]) == trace)
        #expect(try await found(["grep": "closed", "context": 1]) == ["INFO before"] + trace + ["INFO after"])
        #expect(try await found(["min_level": "error"]) == trace + ["ERROR other", "\tat g"])
        #expect(try await found(["grep": "a|e|o", "invert": true]) == ["\tat g"].filter { !$0.contains("a") })
    }

    @Test("Merging puts no line of another container into a trace, and a limit cuts none in two")
    func merging() async throws {
        let sources = [
            try source([(1, "ERROR one"), (1, "\tat a"), (1, "\tat b"), (1, "INFO one")], "a"),
            try source([(1, "ERROR two"), (1, "\tat c"), (1, "\tat d"), (1, "INFO two")], "b"),
        ]
        let all = try await ask(.logs, ["container_id": "web"], sources)
        let texts = ["ERROR one", "\tat a", "\tat b", "ERROR two", "\tat c", "\tat d", "INFO one", "INFO two"]
        #expect(all.texts("lines", "text") == texts)
        let cut = try await ask(.logs, ["container_id": "web", "limit": 4], sources)
        #expect(cut.texts("lines", "text") == ["INFO one", "INFO two"])
        let next = try #require(cut.structured["next_cursor"])
        let rest = try await ask(.logs, ["container_id": "web", "limit": 6, "cursor": next], sources)
        #expect(rest.texts("lines", "text") == Array(texts.prefix(6)))
    }
}
