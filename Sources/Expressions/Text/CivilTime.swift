/// A point of UTC time as calendar fields, in the proleptic Gregorian calendar.
///
/// Arithmetic is that of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms"
/// (`days_from_civil`, `civil_from_days`): eras of 400 years, years that begin in March. Every
/// int64 of milliseconds has fields; nothing traps.
package struct CivilTime: Equatable, Sendable {
    /// Astronomical: year 0 is 1 BC.
    package var year: Int64
    /// 1…12.
    package var month: Int
    /// 1…31.
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int
    package var millisecond: Int

    static let millisecondsOfDay: Int64 = 86_400_000

    package init(
        year: Int64, month: Int = 1, day: Int = 1, hour: Int = 0, minute: Int = 0, second: Int = 0,
        millisecond: Int = 0
    ) {
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second) = (hour, minute, second)
        self.millisecond = millisecond
    }

    /// The fields of `milliseconds` since 1970-01-01T00:00:00Z; O(1).
    package init(milliseconds: Int64) {
        let days = Self.floorQuotient(milliseconds, Self.millisecondsOfDay)
        let rest = Self.floorRemainder(milliseconds, Self.millisecondsOfDay)
        self.init(days: days)
        hour = Int(rest / 3_600_000)
        minute = Int(rest / 60_000 % 60)
        second = Int(rest / 1_000 % 60)
        millisecond = Int(rest % 1_000)
    }

    /// The midnight that begins a day, counted from 1970-01-01.
    ///
    /// - Precondition: a number of days that int64 milliseconds can reach, or a few more.
    init(days: Int64) {
        let shifted = days + 719_468
        let era = Self.floorQuotient(shifted, 146_097)
        let dayOfEra = Self.floorRemainder(shifted, 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
        self.init(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z; nil if they do not fit.
    package var milliseconds: Int64? {
        guard let days = Self.days(year: year, month: month, day: day) else { return nil }
        let ofDay = Int64(((hour * 60 + minute) * 60 + second) * 1_000 + millisecond)
        let (product, overflow) = days.multipliedReportingOverflow(by: Self.millisecondsOfDay)
        let (sum, carry) = product.addingReportingOverflow(ofDay)
        return overflow || carry ? nil : sum
    }

    /// Days from 1970-01-01 to a date; nil for years too far off to have milliseconds.
    package static func days(year: Int64, month: Int, day: Int) -> Int64? {
        guard year.magnitude < 1 << 40 else { return nil }
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = floorQuotient(shiftedYear, 400)
        let yearOfEra = floorRemainder(shiftedYear, 400)
        let shiftedMonth = Int64(month > 2 ? month - 3 : month + 9)
        let dayOfYear = (153 * shiftedMonth + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Days of a month, 28…31.
    package static func dayCount(year: Int64, month: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    package static func isLeap(_ year: Int64) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// Quotient rounded downward; the divisor is positive.
    package static func floorQuotient(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }

    /// Remainder of ``floorQuotient(_:_:)``, 0 ..< divisor.
    package static func floorRemainder(_ value: Int64, _ divisor: Int64) -> Int64 {
        let remainder = value % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
