// Integers stay integers to the last digit; everything else is a finite double.
import JSON
import Testing

@Suite("JSON: numbers") struct NumberTests {
    @Test(
        "Integers of 64 bits",
        arguments: [
            ("0", 0), ("7", 7), ("-1", -1), ("10", 10), ("9007199254740993", 9_007_199_254_740_993),
            ("9223372036854771712", 9_223_372_036_854_771_712), ("9223372036854775807", Int64.max),
            ("-9223372036854775808", Int64.min),
        ] as [(String, Int64)])
    func integers(text: String, value: Int64) throws {
        let parsed = try JSON(parsing: text)
        #expect(parsed == .integer(value))
        #expect(parsed.text == text)
        #expect(parsed.int == Int(value))
        #expect(parsed.double == Double(value))
    }

    @Test(
        "Other numbers",
        arguments: [
            ("1.5", 1.5), ("-0.25", -0.25), ("1.0", 1), ("0.0", 0), ("1e3", 1_000), ("1E3", 1_000), ("1e+3", 1_000),
            ("1e-3", 0.001), ("0e0", 0),
            ("2.5e-3", 0.0025), ("1.7976931348623157e308", Double.greatestFiniteMagnitude),
            ("5e-324", Double.leastNonzeroMagnitude),
            ("1e-400", 0), ("9223372036854775808", 9_223_372_036_854_775_808),
            ("-9223372036854775809", -9_223_372_036_854_775_808),
            ("18446744073709551615", 18_446_744_073_709_551_616), ("0.1000000000000000055511151231257827", 0.1),
        ] as [(String, Double)])
    func doubles(text: String, value: Double) throws {
        let parsed = try JSON(parsing: text)
        #expect(parsed == .number(value))
        #expect(parsed.double == value)
        #expect(parsed.int == nil)
    }

    @Test("Minus zero keeps its sign", arguments: ["-0", "-0.0", "-0e5"])
    func minusZero(text: String) throws {
        let value = try #require(try JSON(parsing: text).double)
        #expect(value == 0)
        #expect(value.sign == .minus)
        #expect(try JSON(parsing: JSON.number(value).text).double?.sign == .minus)
    }

    @Test("A long number costs no more than its length")
    func long() throws {
        let digits = String(repeating: "1", count: 300)
        #expect(try JSON(parsing: digits).double?.isFinite == true)
        #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: "1", count: 400)) }
        #expect(try JSON(parsing: "0." + String(repeating: "3", count: 100_000)).double == 1.0 / 3)
    }

    @Test("What no number can say is written as null", arguments: [Double.infinity, -Double.infinity, Double.nan])
    func notFinite(value: Double) {
        #expect(JSON.number(value).text == "null")
    }

    @Test("Doubles are written so that they read back the same")
    func shortest() throws {
        for value in [
            0.1, 1.0 / 3, 1e21, 1e-7, 123_456_789.125, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -2.5e-10, 100,
        ] {
            #expect(try JSON(parsing: JSON.number(value).text) == .number(value), "\(value)")
        }
    }
}
