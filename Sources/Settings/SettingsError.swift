// What is wrong with the settings: all of it at once.

/// Settings that can't be used.
public struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence each: the variable or flag, its value (masked), and a good one.
    public let problems: [String]

    /// Settings that can't be used for these reasons.
    public init(problems: [String]) { self.problems = problems }

    /// All problems, a line each.
    public var description: String { problems.joined(separator: "\n") }
}
