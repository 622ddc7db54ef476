// How many files and connections this process may have open.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The system's limit on open descriptors, of which each connection to an engine takes one.
public enum DescriptorLimit {
    /// More than any number of engines needs; some programs that we start look at each descriptor that they might have.
    private static let enough: rlim_t = 65_536
    /// What a process needs beside its connections to engines: clients, logs, libraries.
    private static let reserve = 128

    /// Raises what is allowed now to what may be allowed at most. Call it once, at the start; nothing happens where the system refuses.
    public static func raise() {
        guard var limit = current else { return }
        let wanted = min(limit.rlim_max, enough)
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = wanted
        _ = setrlimit(resource, &limit)
    }

    /// Of the room for connections two thirds are for sources that are asked: a question, and the ping that looks whether
    /// the engine is still there. One third is for connections that wait for their next question.
    private static var third: Int {
        let allowed = current.map { Int(clamping: $0.rlim_cur) } ?? 1_024
        return max(16, (allowed - reserve) / 3)
    }

    /// How many sources may be asked at once, so that each of them can have two connections.
    static func sourcesAtOnce() -> Int { third }

    /// How many connections a client keeps for `sourceCount` sources: two for each, so that none of them is opened anew
    /// for each question, but no more than the limit has room for.
    public static func connectionsKept(for sourceCount: Int) -> Int { min(max(64, 2 * sourceCount), third) }

    private static var current: rlimit? {
        var limit = rlimit()
        return getrlimit(resource, &limit) == 0 ? limit : nil
    }

    #if canImport(Glibc)
        private static let resource = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
    #else
        private static let resource = RLIMIT_NOFILE
    #endif
}
