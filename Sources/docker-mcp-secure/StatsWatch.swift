// `stats --watch`: the same answer again and again, drawn over itself in a terminal.
import ArgumentParser
import DockerTools
import JSON

struct StatsWatch {
    let asking: Asking
    let arguments: JSONObject
    let pause: Duration

    /// Runs until somebody ends it. The cursor is never hidden and the screen never swapped, so there is nothing to restore then.
    func run() async throws {
        while true {
            let frame: [String]
            do throws(CallFailure) {
                let document = try await DockerTool.stats.call(arguments, asking: asking)
                frame = document.notes + document.bodyLines(width: Streams.outputWidth)
            } catch {
                // What no engine can answer in this moment it may in the next; what is wrong stays wrong.
                guard error.code != "invalid_argument", error.code != "not_configured" else { throw error }
                frame = error.text.split(separator: "\n").map(String.init)
            }
            Self.draw(frame)
            do { try await Task.sleep(for: pause) } catch { return }
        }
    }

    private static func draw(_ lines: [String]) {
        guard let size = Streams.terminalSize else { return Streams.output(lines.joined(separator: "\n") + "\n") }
        // The table fits already, wherever it may be narrowed. Each line is cut, so that none wraps, and its rest is cleared;
        // what is left of a longer frame goes.
        let shown = lines.prefix(max(1, size.rows - 1)).map { DisplayWidth.cut($0, to: size.columns) + "\u{1B}[K" }
        Streams.output("\u{1B}[H" + shown.joined(separator: "\n") + "\u{1B}[J")
    }
}
