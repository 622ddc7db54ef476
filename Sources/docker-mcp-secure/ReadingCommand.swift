// How a command becomes a call of a tool, and its document becomes output and an exit code.
import ArgumentParser
import CurlClient
import DockerSources
import DockerTools
import JSON
import Settings

/// A command that asks engines and prints the answer.
protocol ReadingCommand: AsyncParsableCommand {
    var options: ReadingOptions { get }
    var tool: DockerTool { get }
    /// The tool's arguments beside `source`.
    var arguments: JSONObject { get }
}

extension ReadingCommand {
    func run() async throws { try await answerOnce() }

    /// Asks, prints the answer, and ends with the code that it deserves.
    func answerOnce() async throws {
        let settings = try Launch.settings(flags: options.flags).withStandardEngineIfNothingIsSet()
        let asking = Asking(Launch.deployment(settings, isServer: false), rowLimit: nil)
        var arguments = arguments
        arguments["source"] = options.chosen.map { .string($0) }
        let document: Document
        do throws(CallFailure) { document = try await tool.call(arguments, asking: asking) } catch {
            Streams.note(error.text)
            throw ExitCode(error.exitCode)
        }
        print(document)
        if let code = document.exitCode { throw ExitCode(code) }
    }

    private func print(_ document: Document) {
        guard !options.json else { return Streams.output(JSON.object(document.structured).text) }
        for note in document.notes { Streams.note(note) }
        let lines = document.bodyLines(width: Streams.outputWidth)
        if !lines.isEmpty {
            Streams.output(lines.joined(separator: "\n"))
        } else if let heading = document.heading {
            Streams.note(heading)
        }
    }
}

extension Document {
    /// 1 when some sources failed or one answered in part, 2 when all failed; nil when all is well.
    fileprivate var exitCode: Int32? {
        let silent = sources.count { $0.error != nil && $0.latency == nil }
        return sources.allSatisfy { $0.error == nil } ? nil : silent == sources.count ? 2 : 1
    }
}

extension CallFailure {
    /// 64 for a wrong argument, 2 when no source answered, 1 when they did and the thing is not there.
    var exitCode: Int32 {
        switch code {
        case "invalid_argument": 64
        case "not_configured": 2
        default: sources.contains { $0.error == nil } ? 1 : 2
        }
    }
}
