// `logs --follow` and `logs --tail all`: lines are printed as their turn comes, and in a terminal each container has its colour.
import DockerTools
import JSON

/// Prints what a question for streamed logs gives.
struct LogStream {
    let question: LogFollow
    let isJSON: Bool
    let showsTimes: Bool
    let isLabelled: Bool

    /// Runs until the logs end, or until somebody ends it. Returns the code for an end that is not well.
    func run() async throws(CallFailure) -> Int32? {
        let colours = Self.hasColours
        let (asked, failed) = try await question.run(note: Streams.note) { [isJSON, showsTimes, isLabelled] lines in
            let texts = lines.map { line in
                if isJSON { return line.json(showsTimes: showsTimes).text }
                let label = colours ? Self.coloured(line.label) : line.label
                return line.text(showsTimes: showsTimes, label: isLabelled ? label : nil)
            }
            Streams.output(texts.joined(separator: "\n"))
        }
        return failed == 0 ? nil : failed == asked ? 2 : 1
    }

    /// Only for people, and not for those who asked for none (https://no-color.org).
    private static var hasColours: Bool {
        guard Streams.outputWidth != nil, Launch.environment["TERM"] != "dumb" else { return false }
        return Launch.environment["NO_COLOR"].map(\.isEmpty) ?? true
    }

    /// The same container has the same colour in every window: it goes by the name.
    private static func coloured(_ label: String) -> String {
        // Five colours, plain and bright; without red, which means an error.
        let codes = [32, 33, 34, 35, 36, 92, 93, 94, 95, 96]
        let sum = label.utf8.reduce(5_381 as UInt32) { $0 &* 33 &+ UInt32($1) }
        return "\u{1B}[\(codes[Int(sum % UInt32(codes.count))])m\(label)\u{1B}[0m"
    }
}
