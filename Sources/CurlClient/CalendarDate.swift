// Dates of certificates as seconds since 1970, without a calendar library.

/// The Gregorian calendar, UTC, as far as certificates need it.
enum CalendarDate {
    /// Seconds since 1970 of a date and time; nil when there is no such date. A leap second counts as the second after it.
    static func seconds(year: Int64, month: Int64, day: Int64, hour: Int64, minute: Int64, second: Int64) -> Int64? {
        guard (0...9999).contains(year), (1...12).contains(month), (1...length(of: month, in: year)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        let before = year - 1
        let leapDays = floored(before, 4) - floored(before, 100) + floored(before, 400)
        let daysInYear = (1..<month).reduce(0) { $0 + length(of: $1, in: year) } + day - 1
        // 719,162 days lie between the first of January of the years 1 and 1970.
        let days = before * 365 + leapDays + daysInYear - 719_162
        return days * 86_400 + hour * 3_600 + minute * 60 + second
    }

    /// As OpenSSL prints it: `Nov 23 12:00:00 2026 GMT`, the day padded with a blank, fractions of a second cut.
    static func seconds(openSSL text: Substring) -> Int64? {
        let words = text.split(separator: " "), months = "JanFebMarAprMayJunJulAugSepOctNovDec"
        guard words.count == 5, words[4] == "GMT", words[0].count == 3, let month = months.firstRange(of: words[0]),
            let day = number(words[1]), let year = number(words[3])
        else { return nil }
        let offset = months.utf8.distance(from: months.startIndex, to: month.lowerBound)
        let clock = words[2].prefix { $0 != "." }.split(separator: ":", omittingEmptySubsequences: false).map(number)
        guard offset % 3 == 0, clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2]
        else {
            return nil
        }
        return seconds(
            year: year, month: Int64(offset / 3 + 1), day: day, hour: hour, minute: minute, second: second)
    }

    private static func number(_ digits: Substring) -> Int64? {
        digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(digits) : nil
    }

    private static func floored(_ number: Int64, _ divisor: Int64) -> Int64 {
        number >= 0 ? number / divisor : -((divisor - 1 - number) / divisor)
    }

    private static func length(of month: Int64, in year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
