// The circuit's states and pauses, moment by moment.
import TestSupport
import Testing

@testable import DockerSources

@Suite struct CircuitTests {
    private static let label = SourceLabel.stub("remote")
    private let start = ContinuousClock.now

    private static func failure(_ code: SourceError.Code = .connectTimeout) -> SourceError {
        SourceError(code, "\(label.place): no connection within 5 s.", hint: "Check the firewall.")
    }

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    /// A circuit that opened at 0.
    private func opened() -> Circuit {
        var circuit = Circuit()
        check(circuit.fail(Self.failure(), at: start, jitter: 0))
        return circuit
    }

    @Test("One failure opens it, and the failure is the answer then")
    func opens() throws {
        var circuit = Circuit()
        #expect(circuit.state == .closed && circuit.trouble == nil)
        #expect(circuit.refusal(at: start, of: Self.label) == nil)
        check(circuit.fail(Self.failure(), at: start, jitter: 0))
        #expect(circuit.state == .open)
        let refusal = try #require(circuit.refusal(at: at(0.25), of: Self.label))
        #expect(refusal.code == .circuitOpen && refusal.cause == .connectTimeout)
        #expect(refusal.retryIn == .milliseconds(750))
        #expect(
            refusal.message
                == "Source remote (tcp://remote.example:2375): not asked, since it failed with connect_timeout: "
                + "no connection within 5 s. It is tried again within 1 s.")
        #expect(refusal.hint == "Check the firewall.")
        #expect(refusal.isWellPut(for: Self.label))
    }

    @Test("The refusal says of the source what its cause says", arguments: SourceError.Code.allCases)
    func state(cause: SourceError.Code) {
        let refusal = SourceError.circuitOpen(.stub(cause), at: Self.label, retryIn: .seconds(3))
        #expect(refusal.state == SourceError.stub(cause).state)
        #expect(refusal.cause == cause && refusal.message.contains(cause.rawValue))
        #expect(refusal.isWellPut(for: Self.label))
    }

    @Test("Very long words are cut, and the time is told in whole seconds, never 0")
    func words() {
        let long = SourceError(.noRoute, String(repeating: "very ", count: 400), hint: "Wait.")
        #expect(SourceError.circuitOpen(long, at: Self.label, retryIn: .zero).isWellPut(for: Self.label))
        for (time, words) in [(Duration.zero, "1 s"), (.milliseconds(1_001), "2 s"), (.seconds(60), "60 s")] {
            #expect(
                SourceError.circuitOpen(long, at: Self.label, retryIn: time).message.hasSuffix("again within \(words).")
            )
        }
    }

    @Test("A question that was on its way brings newer words, and no longer pause")
    func failsWhileOpen() {
        var circuit = opened()
        for _ in 0..<10 {
            check(!circuit.fail(Self.failure(.deadlineExceeded), at: at(0.5), jitter: 0))
        }
        #expect(circuit.trouble?.error.code == .deadlineExceeded)
        #expect(circuit.trouble?.failures == 1)
        #expect(circuit.trouble?.since == start)
        #expect(circuit.trouble?.until == at(1))
    }

    @Test("An answer closes it, from each state")
    func succeeds() {
        for step in 0..<3 {
            var circuit = step == 0 ? Circuit() : opened()
            if step == 2 { check(circuit.reconsider(at: at(0.1))) }
            circuit.succeed()
            #expect(circuit.state == .closed && circuit.trouble == nil)
            #expect(circuit.refusal(at: at(0.2), of: Self.label) == nil)
        }
    }

    @Test("Pauses double from one second to sixty, and are shorter by up to a quarter")
    func pauses() {
        let expected: [Double] = [1, 2, 4, 8, 16, 32, 60, 60, 60]
        for (index, seconds) in expected.enumerated() {
            #expect(Circuit.pause(after: index + 1, jitter: 0) == .seconds(seconds))
            #expect(Circuit.pause(after: index + 1, jitter: 0.5) == .seconds(seconds * 0.875))
        }
        var generator = SeededGenerator(seed: 1)
        for failures in [-1, 0, 1, 5, 7, 1_000, .max] {
            for _ in 0..<100 {
                let pause = Circuit.pause(after: failures, jitter: .random(in: 0..<1, using: &generator))
                #expect(pause > .milliseconds(750) && pause <= .seconds(60))
            }
        }
    }

    @Test("Each probe that fails waits longer; while one runs, its end is when something may be known")
    func probes() throws {
        var circuit = opened()
        let number = try #require(circuit.trouble?.number)
        var time = 0.0
        for pause in [1.0, 2, 4, 8, 16, 32, 60, 60] {
            time += pause
            #expect(circuit.probeTime(of: number) == at(time))
            check(circuit.beginProbe(of: number, at: at(time), limit: .seconds(10)))
            #expect(circuit.refusal(at: at(time), of: Self.label)?.retryIn == .seconds(10))
            time += 10
            circuit.probeFailed(of: number, with: Self.failure(.noRoute), at: at(time), isCheap: false, jitter: 0)
            #expect(circuit.state == .open)
            #expect(circuit.refusal(at: at(time), of: Self.label)?.cause == .noRoute)
        }
        check(circuit.beginProbe(of: number, at: at(time), limit: .seconds(10)))
        circuit.probeSucceeded(of: number, at: at(time + 1))
        #expect(circuit.state == .closed && circuit.probeTime(of: number) == nil)
    }

    @Test("A probe that cost nothing lets questions through, and goes on")
    func cheapProbe() throws {
        var circuit = opened()
        let number = try #require(circuit.trouble?.number)
        circuit.probeFailed(of: number, with: Self.failure(.connectionRefused), at: at(1), isCheap: true, jitter: 0)
        #expect(circuit.state == .halfOpen)
        #expect(circuit.refusal(at: at(1), of: Self.label) == nil)
        #expect(circuit.probeTime(of: number) == at(3))
        // A question that costs time shuts it again, and the same prober goes on.
        check(!circuit.fail(Self.failure(), at: at(2), jitter: 0))
        #expect(circuit.state == .open)
        #expect(circuit.probeTime(of: number) == at(6))
    }

    @Test("A prober of an earlier trouble has nothing to say")
    func staleProber() throws {
        var circuit = opened()
        let old = try #require(circuit.trouble?.number)
        circuit.succeed()
        check(!circuit.beginProbe(of: old, at: at(1), limit: .seconds(1)))
        check(circuit.fail(Self.failure(), at: at(1), jitter: 0))
        let new = try #require(circuit.trouble?.number)
        #expect(new != old)
        #expect(circuit.probeTime(of: old) == nil && circuit.probeTime(of: new) == at(2))
        circuit.probeSucceeded(of: old, at: at(1))
        circuit.probeFailed(of: old, with: Self.failure(), at: at(1), isCheap: true, jitter: 0)
        #expect(circuit.state == .open)
        #expect(circuit.trouble?.failures == 1)
    }

    @Test("After a sleep the source is asked and probed at once; what comes first decides")
    func reconsiders() throws {
        var closed = Circuit()
        check(!closed.reconsider(at: start))
        #expect(closed.state == .closed)

        var circuit = opened()
        let old = circuit.trouble?.number
        check(circuit.reconsider(at: at(0.5)))
        #expect(circuit.state == .halfOpen)
        let new = try #require(circuit.trouble?.number)
        #expect(new != old && circuit.probeTime(of: new) == at(0.5))
        #expect(circuit.refusal(at: at(0.5), of: Self.label) == nil)
        check(!circuit.fail(Self.failure(), at: at(0.75), jitter: 0))
        #expect(circuit.state == .open)
        #expect(circuit.trouble?.since == start)
        #expect(circuit.probeTime(of: new) == at(2.75))
    }

    @Test(
        "Opening again within a minute after a mere ping goes on with the pauses; after an answer, or later, it begins anew"
    )
    func relapse() throws {
        func relapsed(after seconds: Double, answered: Bool) throws -> Int? {
            var circuit = opened()
            let number = try #require(circuit.trouble?.number)
            circuit.probeFailed(of: number, with: Self.failure(), at: at(1), isCheap: false, jitter: 0)
            circuit.probeSucceeded(of: number, at: at(3))
            if answered { circuit.succeed() }
            check(circuit.fail(Self.failure(), at: at(3 + seconds), jitter: 0))
            return circuit.trouble?.failures
        }
        #expect(try relapsed(after: 1, answered: false) == 3)
        #expect(try relapsed(after: 59, answered: false) == 3)
        #expect(try relapsed(after: 60, answered: false) == 1)
        #expect(try relapsed(after: 1, answered: true) == 1)
    }
}
