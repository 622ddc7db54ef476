// The last sample of each container: with one remembered, the next answer needs one more and not two.
import DockerEngine
import NIOConcurrencyHelpers

/// Samples by source and container, for a minute.
final class SampleMemory: Sendable {
    private struct Key: Hashable {
        let source: String
        let container: String
    }

    private struct Remembered {
        let sample: ResourceSample
        let at: ContinuousClock.Instant
    }

    private let samples = NIOLockedValueBox<[Key: Remembered]>([:])

    /// An older one tells of another time.
    static let span = Duration.seconds(60)
    /// Beyond so many the oldest are not looked for: all that are too old go, and then the newcomer stays out.
    static let maximumCount = 20_000

    /// The sample of a container that is younger than a minute.
    func sample(of container: String, on source: String, now: ContinuousClock.Instant = .now) -> ResourceSample? {
        samples.withLockedValue { samples in
            samples[Key(source: source, container: container)].flatMap { now - $0.at < Self.span ? $0.sample : nil }
        }
    }

    func remember(
        _ sample: ResourceSample, of container: String, on source: String, now: ContinuousClock.Instant = .now
    ) {
        // A container that does not run has nothing to subtract from.
        guard sample.counters != nil else { return }
        samples.withLockedValue { samples in
            let key = Key(source: source, container: container)
            if samples.count >= Self.maximumCount, samples[key] == nil {
                samples = samples.filter { now - $0.value.at < Self.span }
                guard samples.count < Self.maximumCount else { return }
            }
            samples[key] = Remembered(sample: sample, at: now)
        }
    }
}
