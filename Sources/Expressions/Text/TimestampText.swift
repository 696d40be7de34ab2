import Bytes

/// Timestamps as text (EXPRESSIONS.md §3): `2024-02-29[ T]12:30[:15[.123]][Z|±hh:mm]`.
package enum TimestampText {
    /// Milliseconds since 1970 of the whole text; a date alone is midnight, no zone is UTC, digits
    /// after the milliseconds are cut.
    ///
    /// Nil if the text is not of that form or names no such time. No allocation.
    package static func parse(_ text: RawSpan) -> Int64? {
        var reader = Reader(position: 0)
        guard let year = reader.number(text, digits: 4), reader.take(text, "-"),
            let month = reader.number(text, digits: 2), reader.take(text, "-"),
            let day = reader.number(text, digits: 2),
            month >= 1, month <= 12, day >= 1,
            day <= CivilTime.dayCount(year: Int64(year), month: month)
        else { return nil }
        var time = CivilTime(year: Int64(year), month: month, day: day)
        if reader.position == text.byteCount { return time.milliseconds }
        guard reader.take(text, "T") || reader.take(text, "t") || reader.take(text, " "),
            reader.clock(text, into: &time), let zone = reader.zone(text),
            reader.position == text.byteCount
        else { return nil }
        // Years have four digits, so neither the product nor the difference comes near int64.
        return time.milliseconds.map { $0 - Int64(zone) * 60_000 }
    }

    /// Appends `YYYY-MM-DDThh:mm:ss.sssZ`; years outside 0…9999 have a sign, as in ISO 8601.
    package static func append(_ milliseconds: Int64, to bytes: inout [UInt8]) {
        let time = CivilTime(milliseconds: milliseconds)
        if time.year < 0 {
            bytes.append(UInt8(ascii: "-"))
        } else if time.year > 9_999 {
            bytes.append(UInt8(ascii: "+"))
        }
        ScalarText.appendDigits(time.year.magnitude, countMin: 4, to: &bytes)
        append(time.month, after: "-", to: &bytes)
        append(time.day, after: "-", to: &bytes)
        append(time.hour, after: "T", to: &bytes)
        append(time.minute, after: ":", to: &bytes)
        append(time.second, after: ":", to: &bytes)
        append(time.millisecond, after: ".", digits: 3, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }

    private static func append(
        _ value: Int, after separator: Unicode.Scalar, digits: Int = 2, to bytes: inout [UInt8]
    ) {
        bytes.append(UInt8(ascii: separator))
        ScalarText.appendDigits(UInt64(value), countMin: digits, to: &bytes)
    }

    /// Reads the parts of a timestamp from left to right.
    private struct Reader {
        var position: Int

        mutating func take(_ text: RawSpan, _ character: Unicode.Scalar) -> Bool {
            guard position < text.byteCount, text.byte(at: position) == UInt8(ascii: character)
            else { return false }
            position += 1
            return true
        }

        /// Exactly `digits` decimal digits.
        mutating func number(_ text: RawSpan, digits: Int) -> Int? {
            guard text.holds(digits, at: position) else { return nil }
            var value = 0
            for index in position..<(position + digits) {
                let digit = text.byte(at: index) &- 0x30
                guard digit < 10 else { return nil }
                value = value * 10 + Int(digit)
            }
            position += digits
            return value
        }

        /// `hh:mm[:ss[.f…]]`.
        mutating func clock(_ text: RawSpan, into time: inout CivilTime) -> Bool {
            guard let hour = number(text, digits: 2), hour < 24, take(text, ":"),
                let minute = number(text, digits: 2), minute < 60
            else { return false }
            (time.hour, time.minute) = (hour, minute)
            guard take(text, ":") else { return true }
            guard let second = number(text, digits: 2), second < 60 else { return false }
            time.second = second
            guard take(text, ".") else { return true }
            guard let millisecond = fraction(text) else { return false }
            time.millisecond = millisecond
            return true
        }

        /// One or more digits; the first three are milliseconds.
        private mutating func fraction(_ text: RawSpan) -> Int? {
            let start = position
            var value = 0
            while position < text.byteCount {
                let digit = text.byte(at: position) &- 0x30
                if digit > 9 { break }
                if position - start < 3 { value = value * 10 + Int(digit) }
                position += 1
            }
            switch position - start {
            case 0: return nil
            case 1: return value * 100
            case 2: return value * 10
            default: return value
            }
        }

        /// Minutes east of UTC: nothing or `Z` is 0; nil for anything but `±hh:mm`.
        mutating func zone(_ text: RawSpan) -> Int? {
            if position == text.byteCount || take(text, "Z") || take(text, "z") { return 0 }
            let isWest = take(text, "-")
            guard isWest || take(text, "+"), let hour = number(text, digits: 2), hour < 24,
                take(text, ":"), let minute = number(text, digits: 2), minute < 60
            else { return nil }
            let minutes = hour * 60 + minute
            return isWest ? -minutes : minutes
        }
    }
}
