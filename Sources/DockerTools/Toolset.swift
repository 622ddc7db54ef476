// Which tools are listed: fewer cost a model fewer tokens.

/// A part of the tools.
public enum Toolset: String, Hashable, Sendable, CaseIterable {
    /// The seven tools: what is there, and what it says.
    case core
    /// The tools that look for what is wrong.
    case diagnose
}
