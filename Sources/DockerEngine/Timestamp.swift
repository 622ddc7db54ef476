// Points in time as engines write them and as we answer them, to the nanosecond, without Foundation's calendars.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A point in time, UTC, in nanoseconds since 1970; from 1678 to 2261.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let nanoseconds: Int64

    /// The point `nanoseconds` after 1970.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The point `unixSeconds` after 1970; nil when it is out of range.
    public init?(unixSeconds: Int) {
        let (nanoseconds, overflow) = Int64(unixSeconds).multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return nil }
        self.nanoseconds = nanoseconds
    }

    /// This moment, by this machine's clock.
    public static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Earlier than.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The point `seconds` before this one; nil when it is out of range.
    public func earlier(bySeconds seconds: Int) -> Timestamp? {
        let (span, overflow) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (point, overflowToo) = nanoseconds.subtractingReportingOverflow(span)
        return overflow || overflowToo ? nil : Timestamp(nanoseconds: point)
    }
}

extension Timestamp {
    /// What RFC 3339 text says, with any number of fraction digits and any offset; nil when it is no such text.
    ///
    /// Docker's zero time (`0001-01-01T00:00:00Z`, "never") is nil too.
    public init?(rfc3339 text: some StringProtocol) {
        self.init(rfc3339: Array(text.utf8)[...])
    }

    /// The same from bytes.
    public init?(rfc3339 bytes: ArraySlice<UInt8>) {
        guard let nanoseconds = bytes.withUnsafeBufferPointer(Self.nanoseconds) else { return nil }
        self.nanoseconds = nanoseconds
    }

    /// Every line of a log has one, so it is read in place.
    private static func nanoseconds(rfc3339 bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
        var fields = FieldReader(bytes)
        guard let year = fields.digits(4), fields.take("-"), let month = fields.digits(2), fields.take("-"),
            let day = fields.digits(2), fields.take("T") || fields.take("t") || fields.take(" "),
            let hour = fields.digits(2), fields.take(":"), let minute = fields.digits(2), fields.take(":"),
            let second = fields.digits(2), let fraction = fields.fraction(), let offset = fields.offset(),
            fields.isAtEnd,
            (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day), hour < 24, minute < 60,
            second <= 60,
            (1678...2261).contains(year)
        else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset
        return Int64(seconds) * 1_000_000_000 + Int64(fraction)
    }

    /// `2026-11-23T12:00:00.000Z`: RFC 3339, UTC, milliseconds, cut and not rounded.
    public var rfc3339: String { formatted }

    /// The same to the nanosecond, as the engine's `since` and `until` want it.
    public var unixText: String {
        let seconds = nanoseconds.dividedFloor(by: 1_000_000_000)
        return "\(seconds).\(Self.padded(nanoseconds.remainderFloor(by: 1_000_000_000), to: 9))"
    }

    private var formatted: String {
        let seconds = nanoseconds.dividedFloor(by: 1_000_000_000)
        let (year, month, day) = Self.date(days: Int(seconds.dividedFloor(by: 86_400)))
        let rest = Int(seconds.remainderFloor(by: 86_400))
        let milliseconds = Int(nanoseconds.remainderFloor(by: 1_000_000_000) / 1_000_000)
        // Each line of a log has one, so its bytes are written in place.
        return String(unsafeUninitializedCapacity: 24) { bytes in
            var end = 0
            func write(_ number: Int, _ digits: Int, _ mark: Unicode.Scalar) {
                var number = number
                for place in stride(from: end + digits - 1, through: end, by: -1) {
                    bytes[place] = UInt8(ascii: "0") + UInt8(number % 10)
                    number /= 10
                }
                bytes[end + digits] = UInt8(ascii: mark)
                end += digits + 1
            }
            write(year, 4, "-")
            write(month, 2, "-")
            write(day, 2, "T")
            write(rest / 3_600, 2, ":")
            write(rest / 60 % 60, 2, ":")
            write(rest % 60, 2, ".")
            write(milliseconds, 3, "Z")
            return end
        }
    }

    private static func padded(_ number: Int64, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// Days from 1970-01-01 in the proleptic Gregorian calendar; years counted from March, so that leap days come last.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = Int(Int64(shifted).dividedFloor(by: 400))
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func days(in month: Int, of year: Int) -> Int {
        let isLeapYear = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        return switch month {
        case 2: isLeapYear ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func date(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = Int(Int64(shifted).dividedFloor(by: 146_097))
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

extension Int64 {
    fileprivate func dividedFloor(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    /// Between zero and `divisor`, also before 1970.
    fileprivate func remainderFloor(by divisor: Int64) -> Int64 { (self % divisor + divisor) % divisor }
}

/// Reads the fixed fields of RFC 3339.
private struct FieldReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ mark: Unicode.Scalar) -> Bool {
        guard !isAtEnd, bytes[position] == UInt8(ascii: mark) else { return false }
        position += 1
        return true
    }

    mutating func digits(_ count: Int) -> Int? {
        guard bytes.count - position >= count else { return nil }
        var value = 0
        for index in position..<(position + count) {
            guard (0x30...0x39).contains(bytes[index]) else { return nil }
            value = value * 10 + Int(bytes[index] - 0x30)
        }
        position += count
        return value
    }

    /// Nanoseconds; digits beyond the ninth are dropped; nil for a point without digits.
    mutating func fraction() -> Int? {
        guard take(".") else { return 0 }
        var value = 0
        var scale = 100_000_000
        var count = 0
        while let digit = digits(1) {
            value += digit * scale
            scale /= 10
            count += 1
        }
        return count > 0 ? value : nil
    }

    /// Seconds east of UTC.
    mutating func offset() -> Int? {
        if take("Z") || take("z") { return 0 }
        let sign = take("+") ? 1 : take("-") ? -1 : 0
        guard sign != 0, let hours = digits(2), take(":"), let minutes = digits(2), hours < 24, minutes < 60 else {
            return nil
        }
        return sign * (hours * 3_600 + minutes * 60)
    }
}
