// Points in time as people and models write them in arguments.
import DockerEngine
import JSON

/// RFC 3339, seconds since 1970, or an age such as `90s`, `15m`, `2h30m` or `1d`.
enum MomentText {
    /// The moment that `text` names, ages counted back from `now`; nil when it names none.
    static func moment(_ text: String, now: Timestamp) -> Timestamp? {
        if let point = Timestamp(rfc3339: text) { return point }
        if let seconds = Int(text), seconds >= 0 { return Timestamp(unixSeconds: seconds) }
        return age(text).flatMap { now.earlier(bySeconds: $0) }
    }

    /// `5 minutes ago (2026-11-27T10:10:42.648Z)`; a text that is no moment stays as it is.
    static func both(_ text: String, now: Timestamp) -> String {
        Timestamp(rfc3339: text).map { "\(Quantity.age(since: $0, now: now)) ago (\(text))" } ?? text
    }

    /// `5 minutes (since 2026-11-27T10:10:42.648Z)`; a text that is no moment stays as it is.
    static func span(since text: String, now: Timestamp) -> String {
        Timestamp(rfc3339: text).map { "\(Quantity.age(since: $0, now: now)) (since \(text))" } ?? text
    }

    /// The seconds of `2h30m`: numbers with units, the longer unit first, each unit once.
    private static func age(_ text: String) -> Int? {
        var units: [(Character, Int)] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)]
        var rest = text[...]
        var seconds = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let count = Int(digits), count <= 1_000_000, let unit = rest.dropFirst(digits.count).first,
                let index = units.firstIndex(where: { $0.0 == unit })
            else { return nil }
            seconds += count * units[index].1
            units.removeFirst(index + 1)
            rest = rest.dropFirst(digits.count + 1)
        }
        return seconds
    }
}

extension Arguments {
    /// The moment that an argument names; nil when it is not given. Throws `invalid_argument` when it names none.
    func moment(_ parameter: Parameter, now: Timestamp) throws(CallFailure) -> Timestamp? {
        guard let text = text(parameter) else { return nil }
        if let moment = MomentText.moment(text, now: now) { return moment }
        throw .invalidArgument(
            "\(parameter.name) is \(Self.shown(.string(text))), which is no moment.",
            hint: "Write RFC 3339 (2026-11-23T12:00:00Z), seconds since 1970, or an age such as 90s, 15m, 2h30m or 1d.")
    }

    /// The span that two arguments name. Throws `invalid_argument` when it begins after its end, or in the future.
    func span(from since: Parameter, to until: Parameter, now: Timestamp) throws(CallFailure) -> (
        since: Timestamp?, until: Timestamp?
    ) {
        let (start, end) = (try moment(since, now: now), try moment(until, now: now))
        if let start, let end, start > end {
            throw .invalidArgument("\(since.name) is later than \(until.name).", hint: "Exchange the two.")
        }
        // An engine's clock, from which a moment may have been taken, can be ahead of ours; a day is no skew.
        if let start, start > now, start.nanoseconds - now.nanoseconds > 86_400_000_000_000 {
            throw .invalidArgument(
                "\(since.name) is \(start.rfc3339), and it is \(now.rfc3339) now.",
                hint: "Nothing has happened then yet; \(since.name) has to lie in the past.")
        }
        return (start, end)
    }
}
