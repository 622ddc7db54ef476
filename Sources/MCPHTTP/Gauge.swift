// Counts what is going on, up to a limit.
import NIOConcurrencyHelpers

/// A number of places, taken and given back.
final class Gauge: Sendable {
    private let limit: Int
    private let taken = NIOLockedValueBox(0)

    init(limit: Int) { self.limit = limit }

    /// How many places are taken.
    var count: Int { taken.withLockedValue { $0 } }

    /// Takes a place; nil when there is none.
    func take() -> Place? {
        let isFree = taken.withLockedValue { taken in
            guard taken < limit else { return false }
            taken += 1
            return true
        }
        return isFree ? Place(self) : nil
    }

    /// A place, until it is given back; giving it back twice is once.
    final class Place: Sendable {
        private let gauge: Gauge
        private let isHeld = NIOLockedValueBox(true)

        init(_ gauge: Gauge) { self.gauge = gauge }

        func giveBack() {
            let wasHeld = isHeld.withLockedValue { isHeld in
                defer { isHeld = false }
                return isHeld
            }
            if wasHeld { gauge.taken.withLockedValue { $0 -= 1 } }
        }
    }
}
