// Numbers as people read them.
import DockerEngine

enum Quantity {
    /// Decimal units, as docker CLI shows sizes of images and traffic: `13.4MB`.
    static func decimal(_ bytes: Int) -> String {
        scaled(bytes, by: 1_000, units: ["B", "kB", "MB", "GB", "TB", "PB"])
    }

    /// Binary units, as docker CLI shows memory: `1.5GiB`.
    static func binary(_ bytes: Int) -> String {
        scaled(bytes, by: 1_024, units: ["B", "KiB", "MiB", "GiB", "TiB", "PiB"])
    }

    /// Two digits after the point: `12.34%`.
    static func percent(_ share: Double) -> String { "\(fixed(share, digits: 2))%" }

    /// How long ago, in one unit: `5 minutes`.
    static func age(since point: Timestamp, now: Timestamp) -> String {
        // A hostile engine names a point centuries away.
        let (span, overflow) = now.nanoseconds.subtractingReportingOverflow(point.nanoseconds)
        let seconds = max(0, (overflow ? .max : span) / 1_000_000_000)
        for (unit, length) in [
            ("year", 31_536_000), ("month", 2_592_000), ("day", 86_400), ("hour", 3_600), ("minute", 60),
        ] as [(String, Int64)]
        where seconds >= length {
            let count = seconds / length
            return count == 1 ? "1 \(unit)" : "\(count) \(unit)s"
        }
        return seconds == 1 ? "1 second" : "\(seconds) seconds"
    }

    /// Rounded to `digits` after the point, without `Foundation`'s formatting.
    static func fixed(_ value: Double, digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let rounded = (value * scale).rounded()
        guard rounded.isFinite, abs(rounded) < 9e15 else { return "\(value)" }
        let whole = Int64(abs(rounded))
        let unit = Int64(scale)
        let fraction = String(whole % unit)
        let padding = String(repeating: "0", count: max(0, digits - fraction.utf8.count))
        return "\(rounded < 0 ? "-" : "")\(whole / unit)\(digits > 0 ? "." + padding + fraction : "")"
    }

    private static func scaled(_ bytes: Int, by base: Double, units: [String]) -> String {
        var value = Double(bytes)
        var unit = 0
        while value >= base, unit < units.count - 1 {
            value /= base
            unit += 1
        }
        if unit == 0 { return "\(bytes)B" }
        return fixed(value, digits: value < 10 ? 2 : value < 100 ? 1 : 0) + units[unit]
    }
}

extension Duration {
    /// Milliseconds with two digits after the point, as answers write durations.
    var milliseconds: Double {
        let (seconds, attoseconds) = components
        return ((Double(seconds) * 1e3 + Double(attoseconds) / 1e15) * 100).rounded() / 100
    }
}
