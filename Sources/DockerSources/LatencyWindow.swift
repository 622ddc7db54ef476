// How long the last replies of one source took.

/// The last hundred times, in 400 bytes.
struct LatencyWindow: Sendable {
    /// Microseconds; the oldest at `oldest` once it is full.
    private var times: [UInt32] = []
    private var oldest = 0

    static let size = 100

    /// Takes one more in, and lets the oldest go.
    mutating func add(_ time: Duration) {
        let microseconds = time.components.seconds.multipliedReportingOverflow(by: 1_000_000)
        let sum = microseconds.partialValue + time.components.attoseconds / 1_000_000_000_000
        let value = UInt32(clamping: microseconds.overflow ? .max : sum)
        if times.isEmpty { times.reserveCapacity(Self.size) }
        if times.count < Self.size { return times.append(value) }
        times[oldest] = value
        oldest = (oldest + 1) % Self.size
    }

    var isEmpty: Bool { times.isEmpty }

    /// The least time within which `percent` of the replies came; nil when there is none.
    func percentile(_ percent: Int) -> Duration? {
        guard !times.isEmpty else { return nil }
        let rank = (times.count * percent + 99) / 100
        return .microseconds(times.sorted()[min(max(rank, 1), times.count) - 1])
    }

    /// How many of the last `count` took longer than `limit`.
    func slow(ofLast count: Int, over limit: Duration) -> Int {
        (0..<min(count, times.count)).count { age in
            let index = (oldest - 1 - age + 2 * times.count) % times.count
            return .microseconds(times[index]) > limit
        }
    }
}
