// Numbers as docker CLI's users read them.
import DockerEngine
import Testing

@testable import DockerTools

@Suite struct QuantityTests {
    @Test(
        "Sizes in decimal units, three digits",
        arguments: [
            (0, "0B"), (999, "999B"), (1_000, "1.00kB"), (1_234, "1.23kB"), (12_345, "12.3kB"), (123_456, "123kB"),
            (1_985_855, "1.99MB"), (13_400_000, "13.4MB"), (2_000_000_000, "2.00GB"), (5_000_000_000_000, "5.00TB"),
            (.max, "9223PB"),
        ])
    func decimal(bytes: Int, text: String) { #expect(Quantity.decimal(bytes) == text) }

    @Test(
        "Memory in binary units",
        arguments: [
            (0, "0B"), (1_023, "1023B"), (1_024, "1.00KiB"), (466_944, "456KiB"), (67_108_864, "64.0MiB"),
            (25_276_514_304, "23.5GiB"), (.max, "8192PiB"),
        ])
    func binary(bytes: Int, text: String) { #expect(Quantity.binary(bytes) == text) }

    @Test(
        "Shares with two digits",
        arguments: [
            (0, "0.00%"), (0.004, "0.00%"), (0.005, "0.01%"), (12.345, "12.35%"), (99.999, "100.00%"), (250, "250.00%"),
            (-0.001, "0.00%"),
        ])
    func percent(share: Double, text: String) { #expect(Quantity.percent(share) == text) }

    @Test(
        "Fixed digits, whatever the number",
        arguments: [
            (1.0, 0, "1"), (1.5, 0, "2"), (-1.25, 1, "-1.3"), (1e300, 2, "1e+300"), (.infinity, 2, "inf"),
            (.nan, 2, "nan"),
            (0.1 + 0.2, 3, "0.300"), (123_456_789.96, 1, "123456790.0"),
        ] as [(Double, Int, String)])
    func fixed(value: Double, digits: Int, text: String) {
        #expect(Quantity.fixed(value, digits: digits) == text)
    }

    @Test(
        "Ages in one unit",
        arguments: [
            (0, "0 seconds"), (1, "1 second"), (59, "59 seconds"), (60, "1 minute"), (119, "1 minute"),
            (3_600, "1 hour"),
            (86_399, "23 hours"), (86_400, "1 day"), (2_592_000, "1 month"), (31_536_000, "1 year"),
            (63_072_000, "2 years"),
            (-5, "0 seconds"),
        ] as [(Int64, String)])
    func age(seconds: Int64, text: String) {
        let now = Timestamp(nanoseconds: 1_795_774_239_000_000_000)
        let point = Timestamp(nanoseconds: now.nanoseconds - seconds * 1_000_000_000)
        #expect(Quantity.age(since: point, now: now) == text)
    }

    @Test(
        "Durations in milliseconds with two digits",
        arguments: [
            (.milliseconds(5), 5), (.microseconds(1_234), 1.23), (.seconds(2), 2_000), (.zero, 0), (.nanoseconds(1), 0),
        ] as [(Duration, Double)])
    func milliseconds(duration: Duration, value: Double) { #expect(duration.milliseconds == value) }

    @Test("A point centuries away has an age, too")
    func distantAge() {
        #expect(Quantity.age(since: Timestamp(nanoseconds: .min), now: .now) == "292 years")
        #expect(Quantity.age(since: Timestamp(nanoseconds: .max), now: .now) == "0 seconds")
    }
}
