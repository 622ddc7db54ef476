// When connections from before are worth nothing: after a sleep, and in another network.
import Testing

@testable import DockerSources

@Suite struct SurroundingsTests {
    typealias Clocks = SurroundingsRecord.Clocks

    private static let second: Int64 = 1_000_000_000

    private static func clocks(_ awake: Double, asleep: Double = 0, set: Double = 0) -> Clocks {
        let nanoseconds = { (seconds: Double) in Int64(seconds * 1e9) }
        return Clocks(
            awake: nanoseconds(awake), always: nanoseconds(awake + asleep),
            wall: nanoseconds(1_700_000_000 + awake + asleep + set))
    }

    @Test(
        "A machine that slept, or was halted, is noticed, and a clock that is set by a little is not",
        arguments: [
            (0.0, 0.0, false), (0.9, 0, false), (1, 0, true), (3_600, 0, true), (0, 9.9, false), (0, 10, true),
            (0, -3_600, false), (0.5, 0.5, false),
        ])
    func sleep(asleep: Double, set: Double, isNoticed: Bool) {
        var record = SurroundingsRecord()
        check(!record.haveChanged(Self.clocks(100)) { 1 }, "the first look has nothing to compare with")
        check(!record.haveChanged(Self.clocks(100.1)) { 1 })
        check(record.haveChanged(Self.clocks(100.2, asleep: asleep, set: set)) { 1 } == isNoticed)
        check(!record.haveChanged(Self.clocks(100.3, asleep: asleep, set: set)) { 1 }, "it is told once")
    }

    @Test("Other addresses are noticed, at most every two seconds")
    func addresses() {
        var record = SurroundingsRecord()
        var looks = 0
        func look(_ seconds: Double, _ addresses: Int?) -> Bool {
            record.haveChanged(Self.clocks(seconds)) {
                looks += 1
                return addresses
            }
        }
        check(!look(0, 1))
        check(!look(1, 2) && looks == 1)
        check(look(2, 2) && looks == 2)
        check(!look(4, nil) && looks == 3, "the system did not tell")
        check(!look(6, 2))
        check(look(8, 3))
        check(!look(9, 3) && looks == 5)
    }

    @Test("After a sleep the addresses are read anew, and one change is told once")
    func sleepAndMove() {
        var record = SurroundingsRecord()
        _ = record.haveChanged(Self.clocks(0)) { 1 }
        check(record.haveChanged(Self.clocks(0.1, asleep: 60)) { 2 })
        check(!record.haveChanged(Self.clocks(5, asleep: 60)) { 2 })
    }

    @Test("This machine's own clocks and addresses can be read, and stay")
    func real() {
        let first = Surroundings.clocks(), second = Surroundings.clocks()
        #expect(first.awake > 0 && second.awake >= first.awake && second.always >= first.always)
        #expect(first.always >= first.awake)
        #expect(Surroundings.addresses() != nil && Surroundings.addresses() == Surroundings.addresses())
    }

    @Test("Nobody looks while nobody watches")
    func unwatched() {
        let surroundings = Surroundings(clocks: {
            Issue.record("looked at")
            return Self.clocks(0)
        })
        #expect(!surroundings.haveChanged())
    }
}
