// How often one caller may ask: a token bucket each.
import NIOConcurrencyHelpers

/// Buckets by caller or address; a full one is the same as none, so it can be forgotten.
final class RateLimiter: Sendable {
    private struct Bucket {
        var tokens: Double
        var filledAt: ContinuousClock.Instant
    }

    /// With as many buckets, full ones are cleared away; when none is full, newcomers share one.
    private static let maximumBuckets = 4096
    private static let sharedKey = ""
    private let perSecond: Double
    private let burst: Double
    private let buckets = NIOLockedValueBox<[String: Bucket]>([:])

    init?(perSecond: Double?, burst: Double) {
        guard let perSecond, perSecond > 0 else { return nil }
        self.perSecond = perSecond
        self.burst = max(1, burst)
    }

    /// Nil when the request may pass, else the seconds after which one would.
    func refusal(of key: String, at now: ContinuousClock.Instant = .now) -> Int? {
        buckets.withLockedValue { buckets in
            var key = key
            if buckets[key] == nil, buckets.count >= Self.maximumBuckets {
                buckets = buckets.filter { level(of: $0.value, at: now) < burst }
                if buckets.count >= Self.maximumBuckets { key = Self.sharedKey }
            }
            let tokens = buckets[key].map { level(of: $0, at: now) } ?? burst
            guard tokens >= 1 else {
                buckets[key] = Bucket(tokens: tokens, filledAt: now)
                return max(1, Int(((1 - tokens) / perSecond).rounded(.up)))
            }
            buckets[key] = Bucket(tokens: tokens - 1, filledAt: now)
            return nil
        }
    }

    private func level(of bucket: Bucket, at now: ContinuousClock.Instant) -> Double {
        min(burst, bucket.tokens + (now - bucket.filledAt) / .seconds(1) * perSecond)
    }
}
