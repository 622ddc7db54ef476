// Points in time: what RFC 3339 says, to the nanosecond, and back.
import DockerEngine
import TestSupport
import Testing

@Suite("Engine: time") struct TimestampTests {
    @Test(
        "Texts and the nanoseconds since 1970",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.000000001Z", 1), ("1969-12-31T23:59:59.999999999Z", -1),
            ("1969-12-31T23:59:59Z", -1_000_000_000), ("2001-09-09T01:46:40Z", 1_000_000_000_000_000_000),
            ("2026-11-27T10:14:00.559610615Z", 1_795_774_440_559_610_615),
            ("2026-11-27T10:14:00.5Z", 1_795_774_440_500_000_000),
            ("2026-11-27T10:14:00.55961061599999Z", 1_795_774_440_559_610_615),
            ("2026-11-27T12:14:00+02:00", 1_795_774_440_000_000_000),
            ("2026-11-27T04:44:00-05:30", 1_795_774_440_000_000_000),
            ("2026-11-27T10:14:00-00:00", 1_795_774_440_000_000_000),
            ("2026-11-28T09:13:00+22:59", 1_795_774_440_000_000_000),
            ("2026-05-07T21:09:36.000000000+00:00", 1_778_188_176_000_000_000),
            ("2026-11-27t10:14:00z", 1_795_774_440_000_000_000),
            ("2026-11-27 10:14:00Z", 1_795_774_440_000_000_000), ("2000-02-29T00:00:00Z", 951_782_400_000_000_000),
            ("2024-02-29T23:59:59Z", 1_709_251_199_000_000_000), ("2024-03-01T00:00:00Z", 1_709_251_200_000_000_000),
            ("2100-02-28T23:59:59Z", 4_107_542_399_000_000_000), ("2100-03-01T00:00:00Z", 4_107_542_400_000_000_000),
            ("1900-03-01T00:00:00Z", -2_203_891_200_000_000_000),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000_000_000), ("1678-01-01T00:00:00Z", -9_214_560_000_000_000_000),
            ("2261-12-31T23:59:59.999999999Z", 9_214_646_399_999_999_999),
        ] as [(String, Int64)])
    func parsed(text: String, nanoseconds: Int64) throws {
        #expect(try #require(Timestamp(rfc3339: text)).nanoseconds == nanoseconds)
        #expect(try #require(Timestamp(rfc3339: Array("x\(text)".utf8).dropFirst())).nanoseconds == nanoseconds)
    }

    @Test(
        "Texts that are no time, or the engine's never",
        arguments: [
            "", "0001-01-01T00:00:00Z", "0000-00-00T00:00:00Z", "1677-12-31T23:59:59Z", "2262-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z", "2026-11-27", "2026-11-27T10:14:00", "2026-11-27T10:14Z", "10:14:00Z", "1795774440",
            "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z",
            "2026-02-29T00:00:00Z", "2026-02-30T00:00:00Z", "2100-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
            "2026-11-27T24:00:00Z", "2026-11-27T10:60:00Z", "2026-11-27T10:14:61Z", "2026-11-27T10:14:00.Z",
            "2026-11-27T10:14:00,5Z", "2026-11-27T10:14:00+0200", "2026-11-27T10:14:00+02", "2026-11-27T10:14:00+24:00",
            "2026-11-27T10:14:00+02:60", "2026-11-27T10:14:00ZZ", "2026-11-27T10:14:00Z ", " 2026-11-27T10:14:00Z",
            "+2026-11-27T10:14:00Z", "-2026-11-27T10:14:00Z", "2026-1-27T10:14:00Z", "20261127T101400Z",
            "2026/11/27T10:14:00Z",
            "٢٠٢٦-11-27T10:14:00Z", "2026-11-27T10:14:00.５Z", "2026-11-27T1 :14:00Z", "2026-11-27T10:14:00.-5Z",
            "2026-11-27T10:14:00\0Z",
        ])
    func refused(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test("A text cut at any byte is none")
    func cut() throws {
        let text = "2026-11-27T10:14:00.559610615+02:00"
        #expect(Timestamp(rfc3339: text) != nil)
        for length in 0..<text.utf8.count {
            #expect(Timestamp(rfc3339: String(text.prefix(length))) == nil, "\(length)")
        }
    }

    @Test(
        "Written in UTC with milliseconds, cut and not rounded",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (1_795_774_440_559_999_999, "2026-11-27T10:14:00.559Z"),
            (951_868_799_999_999_999, "2000-02-29T23:59:59.999Z"),
            (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000Z"),
            (-2_203_891_200_000_000_000, "1900-03-01T00:00:00.000Z"), (.max, "2262-04-11T23:47:16.854Z"),
            (.min, "1677-09-21T00:12:43.145Z"),
        ] as [(Int64, String)])
    func written(nanoseconds: Int64, text: String) {
        #expect(Timestamp(nanoseconds: nanoseconds).rfc3339 == text)
    }

    @Test(
        "Written for the engine's since and until",
        arguments: [
            (0, "0.000000000"), (1, "0.000000001"), (1_795_774_440_559_610_615, "1795774440.559610615"),
            (-1, "-1.999999999"), (-1_500_000_000, "-2.500000000"),
        ] as [(Int64, String)])
    func unixText(nanoseconds: Int64, text: String) {
        #expect(Timestamp(nanoseconds: nanoseconds).unixText == text)
    }

    @Test("Days of six centuries are written and read back")
    func everyDay() throws {
        for day in stride(from: Int64(-106_750), through: 106_750, by: 9) {
            let point = Timestamp(nanoseconds: day * 86_400_000_000_000 + 43_200_123_000_000)
            let text = point.rfc3339
            guard !text.hasPrefix("1677"), !text.hasPrefix("2262") else { continue }
            #expect(Timestamp(rfc3339: text) == point)
        }
    }

    @Test("Random points are written and read back", arguments: UInt64(1)...5)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let point = Timestamp(
                nanoseconds: Int64.random(in: -9_214_560_000_000...9_214_646_399_999, using: &generator) * 1_000_000)
            #expect(Timestamp(rfc3339: point.rfc3339) == point)
        }
    }

    @Test("Arithmetic ends at the edges instead of overflowing")
    func edges() {
        #expect(Timestamp(unixSeconds: 1_795_774_440)?.rfc3339 == "2026-11-27T10:14:00.000Z")
        #expect(Timestamp(unixSeconds: .max) == nil)
        #expect(Timestamp(unixSeconds: .min) == nil)
        let point = Timestamp(nanoseconds: 60_000_000_000)
        #expect(point.earlier(bySeconds: 90) == Timestamp(nanoseconds: -30_000_000_000))
        #expect(point.earlier(bySeconds: .max) == nil)
        #expect(Timestamp(nanoseconds: .min).earlier(bySeconds: 1) == nil)
        #expect(Timestamp(nanoseconds: 1) < Timestamp(nanoseconds: 2))
        #expect(Timestamp.now > Timestamp(unixSeconds: 1_700_000_000) ?? point)
    }
}
