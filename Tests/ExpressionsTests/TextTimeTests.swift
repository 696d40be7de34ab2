import Bytes
import Expressions
import Testing

private func parse(_ text: String) -> Int64? { TimestampText.parse(Array(text.utf8).rawSpan) }

private func format(_ milliseconds: Int64) -> String {
    var text: [UInt8] = []
    TimestampText.append(milliseconds, to: &text)
    return String(decoding: text, as: UTF8.self)
}

@Suite("Timestamps and the calendar")
struct TextTimeTests {
    @Test(
        "A timestamp is read in each of its forms (EXPRESSIONS.md §3)",
        arguments: [
            ("1970-01-01", 0), ("2024-02-29 12:30", 1_709_209_800_000),
            ("2024-02-29T12:30:15", 1_709_209_815_000),
            ("2024-02-29T12:30:15.5Z", 1_709_209_815_500),
            ("2024-02-29T12:30:15.1239999", 1_709_209_815_123),
            ("2024-01-01T01:00:00+01:00", 1_704_067_200_000),
            ("2023-12-31T19:30-04:30", 1_704_067_200_000),
            ("1969-12-31T23:59:59.999Z", -1), ("0000-03-01", -62_162_035_200_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] as [(String, Int64)])
    func read(_ text: String, _ expected: Int64) { #expect(parse(text) == expected) }

    @Test(
        "What names no time is not a timestamp",
        arguments: [
            "", "2024", "2024-02-30", "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-01",
            "2024-01-00",
            "2024-1-01", "2024-01-01T", "2024-01-01T24:00", "2024-01-01T12", "2024-01-01T12:60",
            "2024-01-01T12:30:60", "2024-01-01T12:30:15.", "2024-01-01Z", "2024-01-01T12:30+1:00",
            "2024-01-01T12:30+0100", "2024-01-01T12:30 Z", " 2024-01-01", "1704067200000",
            "29/02/2024",
        ])
    func refuse(_ text: String) { #expect(parse(text) == nil) }

    @Test("Text form and fields agree for random times of four-digit years")
    func roundTrip() {
        var random = SplitMix(seed: 7)
        for _ in 0..<5_000 {
            let time = Int64.random(in: -62_167_219_200_000...253_402_300_799_999, using: &random)
            #expect(parse(format(time)) == time)
            #expect(CivilTime(milliseconds: time).milliseconds == time)
        }
    }

    @Test("The ends of int64 have a text and fields, and nothing traps")
    func extremes() {
        #expect(format(.max) == "+292278994-08-17T07:12:55.807Z")
        #expect(format(.min) == "-292275055-05-16T16:47:04.192Z")
        for time in [Int64.min, .max] {
            for field in CalendarField.allCases { _ = field.extract(from: time) }
            for unit in CalendarUnit.allCases { _ = unit.truncate(time) }
        }
        #expect(CalendarUnit.year.truncate(.min) == nil)
    }

    @Test("Each day of 400 years follows the day before it")
    func calendar() throws {
        var expected = CivilTime(year: 1900)
        var milliseconds = try #require(expected.milliseconds)
        for _ in 0..<146_097 {
            #expect(CivilTime(milliseconds: milliseconds) == expected)
            milliseconds += 86_400_000
            expected.day += 1
            if expected.day > CivilTime.dayCount(year: expected.year, month: expected.month) {
                (expected.day, expected.month) = (1, expected.month + 1)
            }
            if expected.month > 12 { (expected.month, expected.year) = (1, expected.year + 1) }
        }
    }

    @Test(
        "EXTRACT gives every field (EXPRESSIONS.md §12)",
        arguments: [
            ("2024-02-29T13:14:15.678", CalendarField.year, 2024),
            ("2024-02-29T13:14:15.678", .month, 2),
            ("2024-02-29T13:14:15.678", .day, 29), ("2024-02-29T13:14:15.678", .hour, 13),
            ("2024-02-29T13:14:15.678", .minute, 14), ("2024-02-29T13:14:15.678", .second, 15),
            ("2024-02-29T13:14:15.678", .millisecond, 678), ("2024-03-03", .dow, 0),
            ("2024-03-03", .isodow, 7),
            ("2024-12-31", .doy, 366), ("2021-01-01", .week, 53), ("2024-12-30", .week, 1),
            ("2020-12-31", .week, 53), ("2024-11-01", .quarter, 4),
            ("1969-12-31T23:59:59.999", .epoch, -1),
            ("1969-12-31T23:59:59.999", .epochMilliseconds, -1),
        ] as [(String, CalendarField, Int64)])
    func extract(_ text: String, _ field: CalendarField, _ expected: Int64) throws {
        #expect(field.extract(from: try #require(parse(text))) == expected)
    }

    @Test(
        "DATE_TRUNC goes downward, weeks begin on Monday",
        arguments: [
            (CalendarUnit.hour, "1969-12-31T23:00:00.000Z"), (.day, "1969-12-31T00:00:00.000Z"),
            (.week, "1969-12-29T00:00:00.000Z"), (.month, "1969-12-01T00:00:00.000Z"),
            (.quarter, "1969-10-01T00:00:00.000Z"), (.year, "1969-01-01T00:00:00.000Z"),
            (.second, "1969-12-31T23:59:59.000Z"), (.millisecond, "1969-12-31T23:59:59.999Z"),
            (.minute, "1969-12-31T23:59:00.000Z"),
        ])
    func truncate(_ unit: CalendarUnit, _ expected: String) throws {
        #expect(format(try #require(unit.truncate(-1))) == expected)
    }

    @Test("Names of fields and units have any case, and no other names are known")
    func names() {
        #expect(CalendarField(name: "Epoch_MS") == .epochMilliseconds)
        #expect(CalendarField(name: "century") == nil)
        #expect(CalendarUnit(name: "WEEK") == .week)
        #expect(CalendarUnit(name: "eon") == nil)
    }
}
