// Counts what is going on, up to a limit.
import NIOConcurrencyHelpers

/// A number of places, or of bytes, taken and given back.
final class Gauge: Sendable {
    private let limit: Int
    private let taken = NIOLockedValueBox(0)

    init(limit: Int) { self.limit = limit }

    /// How many places are taken.
    var count: Int { taken.withLockedValue { $0 } }

    /// Takes places; nil when there are too few.
    func take(_ amount: Int = 1) -> Place? {
        let isFree = taken.withLockedValue { taken in
            guard taken + amount <= limit else { return false }
            taken += amount
            return true
        }
        return isFree ? Place(self, amount) : nil
    }

    /// What was taken, until it is given back; giving it back twice is once.
    final class Place: Sendable {
        private let gauge: Gauge
        private let held: NIOLockedValueBox<Int>

        init(_ gauge: Gauge, _ amount: Int) {
            self.gauge = gauge
            held = NIOLockedValueBox(amount)
        }

        func giveBack() {
            let amount = held.withLockedValue { held in
                defer { held = 0 }
                return held
            }
            gauge.taken.withLockedValue { $0 -= amount }
        }
    }
}
