/// The fields of EXTRACT (EXPRESSIONS.md §12).
package enum CalendarField: String, CaseIterable, Sendable {
    case year, month, day, hour, minute, second, millisecond
    /// Day of the week, Sunday 0.
    case dow
    /// ISO 8601 day of the week, Monday 1, Sunday 7.
    case isodow
    /// Day of the year, 1…366.
    case doy
    /// ISO 8601 week, 1…53.
    case week
    case quarter
    /// Whole seconds since 1970, downward.
    case epoch
    case epochMilliseconds = "epoch_ms"

    /// The field of that name in any case, or nil.
    package init?(name: String) { self.init(rawValue: name.lowercased()) }

    /// The field's value; O(1), no allocation.
    package func extract(from milliseconds: Int64) -> Int64 {
        switch self {
        case .epoch: return CivilTime.floorQuotient(milliseconds, 1_000)
        case .epochMilliseconds: return milliseconds
        case .dow, .isodow, .doy, .week: return dayField(milliseconds)
        default: return timeField(CivilTime(milliseconds: milliseconds))
        }
    }

    private func timeField(_ time: CivilTime) -> Int64 {
        switch self {
        case .year: time.year
        case .month: Int64(time.month)
        case .day: Int64(time.day)
        case .hour: Int64(time.hour)
        case .minute: Int64(time.minute)
        case .second: Int64(time.second)
        case .millisecond: Int64(time.millisecond)
        case .quarter: Int64((time.month + 2) / 3)
        case .dow, .isodow, .doy, .week, .epoch, .epochMilliseconds: 0
        }
    }

    private func dayField(_ milliseconds: Int64) -> Int64 {
        let days = CivilTime.floorQuotient(milliseconds, CivilTime.millisecondsOfDay)
        // 1970-01-01 was a Thursday: 4 counted from Sunday.
        let weekday = CivilTime.floorRemainder(days + 4, 7)
        switch self {
        case .dow: return weekday
        case .isodow: return weekday == 0 ? 7 : weekday
        case .doy: return Self.dayOfYear(days)
        default:
            // An ISO week belongs to the year of its Thursday.
            let thursday = days + 4 - (weekday == 0 ? 7 : weekday)
            return (Self.dayOfYear(thursday) - 1) / 7 + 1
        }
    }

    private static func dayOfYear(_ days: Int64) -> Int64 {
        let year = CivilTime(days: days).year
        let first = CivilTime.days(year: year, month: 1, day: 1) ?? days
        return days - first + 1
    }
}
