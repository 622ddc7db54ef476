// The revisions of the Model Context Protocol that are served, and what each of them has.

/// A revision of the Model Context Protocol, named by its date.
///
/// What a revision doesn't have is never sent to it.
public enum ProtocolRevision: String, CaseIterable, Comparable, Sendable {
    /// 2024-11-05: the first one.
    case november2024 = "2024-11-05"
    /// 2025-03-26: annotations, audio, progress messages, JSON-RPC batches.
    case march2025 = "2025-03-26"
    /// 2025-06-18: titles and structured results; batches are gone.
    case june2025 = "2025-06-18"
    /// 2025-11-25: icons and a server's description.
    case november2025 = "2025-11-25"
    /// 2026-07-28: no sessions; every request carries the revision and the client's capabilities.
    case july2026 = "2026-07-28"

    /// The newest revision that a session agrees on by `initialize`.
    public static let latestLegacy = Self.november2025

    /// Older first.
    public static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }

    /// The era that the revision belongs to.
    public var era: Era { self == .july2026 ? .modern : .legacy }

    var hasAnnotations: Bool { self >= .march2025 }
    var hasAudio: Bool { self >= .march2025 }
    var hasBatches: Bool { self == .march2025 }
    var hasCompletionsCapability: Bool { self >= .march2025 }
    var hasProgressMessages: Bool { self >= .march2025 }
    var hasResourceLinks: Bool { self >= .june2025 }
    var hasStructuredContent: Bool { self >= .june2025 }
    var hasTitles: Bool { self >= .june2025 }
    var hasIcons: Bool { self >= .november2025 }
    var hasServerDetails: Bool { self >= .november2025 }
}
