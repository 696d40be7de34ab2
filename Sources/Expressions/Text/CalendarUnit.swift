/// The units of DATE_TRUNC (EXPRESSIONS.md §12).
package enum CalendarUnit: String, CaseIterable, Sendable {
    case millisecond, second, minute, hour, day, week, month, quarter, year

    /// The unit of that name in any case, or nil.
    package init?(name: String) { self.init(rawValue: name.lowercased()) }

    /// The start of the unit that holds `milliseconds`, in UTC, downward also before 1970; weeks
    /// begin on Monday.
    ///
    /// Nil if the start is not an int64.
    package func truncate(_ milliseconds: Int64) -> Int64? {
        switch self {
        case .millisecond: milliseconds
        case .second: floor(milliseconds, to: 1_000, phase: 0)
        case .minute: floor(milliseconds, to: 60_000, phase: 0)
        case .hour: floor(milliseconds, to: 3_600_000, phase: 0)
        case .day: floor(milliseconds, to: CivilTime.millisecondsOfDay, phase: 0)
        case .week:
            // The Monday before 1970-01-01 is three days earlier.
            floor(
                milliseconds, to: 7 * CivilTime.millisecondsOfDay,
                phase: 3 * CivilTime.millisecondsOfDay)
        case .month, .quarter, .year: truncateMonths(milliseconds)
        }
    }

    private func floor(_ value: Int64, to size: Int64, phase: Int64) -> Int64? {
        let (shifted, overflow) = value.addingReportingOverflow(phase)
        if overflow { return nil }
        let into = CivilTime.floorRemainder(shifted, size)
        let (start, underflow) = value.subtractingReportingOverflow(into)
        return underflow ? nil : start
    }

    private func truncateMonths(_ milliseconds: Int64) -> Int64? {
        let time = CivilTime(milliseconds: milliseconds)
        let month =
            switch self {
            case .year: 1
            case .quarter: (time.month - 1) / 3 * 3 + 1
            default: time.month
            }
        return CivilTime(year: time.year, month: month).milliseconds
    }
}
