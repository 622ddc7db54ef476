// A call's answer: one document for programs, and the same for reading.
public import DockerSources
public import JSON

/// What a call answers.
public struct Document: Sendable {
    /// The structured result, envelope and rows.
    public let structured: JSONObject
    /// How each source did.
    public let sources: [SourceReport]
    /// What is missing and why, a line each; first in any text.
    public let notes: [String]
    /// What the body shows.
    public let heading: String?
    let body: Body

    enum Body: Sendable {
        case table(TextTable)
        case lines([String])
    }

    /// The text for a model: what is missing, the heading, the rows.
    public var text: String {
        let aligned = text(of: bodyLines(width: nil))
        // One name of 255 characters makes every row of its table as long. A model that pays for the text must not pay more
        // than for the structured result.
        guard case .table(let table) = body, aligned.utf8.count > JSON.object(structured).text.utf8.count else {
            return aligned
        }
        return text(of: table.lines(width: nil, isAligned: false))
    }

    private func text(of lines: [String]) -> String {
        (notes + [heading].compactMap(\.self) + lines).joined(separator: "\n")
    }

    /// The rows as lines of at most `width` columns where they can be narrowed; nil for no limit.
    public func bodyLines(width: Int?) -> [String] {
        switch body {
        case .table(let table): table.lines(width: width)
        case .lines(let lines): lines
        }
    }
}
