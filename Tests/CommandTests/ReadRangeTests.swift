import Testing

@testable import sluice

@Suite("Ranges of offsets")
struct ReadRangeTests {
    private static let now: Int64 = 1_700_000_000_000
    private static let day: Int64 = 1_704_067_200_000  // 2024-01-01

    @Test(
        "The forms of rpk are read",
        arguments: [
            ("start", StartPosition.earliest, nil), ("end", .latest, nil),
            ("47", .offset(47), nil), ("+2", .afterStart(2), nil), ("-3", .beforeEnd(3), nil),
            ("47:", .offset(47), nil), (":47", .earliest, .offset(47)),
            ("3:47", .offset(3), .offset(47)), (":end", .earliest, .latest),
            ("-3:end", .beforeEnd(3), .latest), ("@1000:2000", .time(1_000), .time(2_000)),
            ("@1000", .time(1_000), nil), ("@1000:", .time(1_000), nil),
            ("@:2000", .earliest, .time(2_000)), ("@1000:30m", .time(1_000), .time(1_801_000)),
            ("@2024-01-01:2024-01-02", .time(day), .time(day + 86_400_000)),
            (
                "@2024-01-01T00:00:00Z:2024-01-01T01:00:00Z", .time(day), .time(day + 3_600_000)
            ),
            ("@2024-01-01T00:00:00Z:end", .time(day), .latest),
            ("5:@2000", .offset(5), .time(2_000)),
        ] as [(String, StartPosition, StartPosition?)])
    func forms(text: String, start: StartPosition, end: StartPosition?) {
        #expect(ReadRange(text, now: Self.now) == ReadRange(from: start, to: end))
    }

    @Test("An end may be so long ago")
    func ago() {
        #expect(
            ReadRange("@1000:-1h", now: Self.now)
                == ReadRange(from: .time(1_000), to: .time(Self.now - 3_600_000)))
    }

    @Test(
        "Anything else is refused",
        arguments: ["", ":", "@", "x", "47:3", "3:-1", "1:2:3", "+x", "@1000:x", "--1", "+-1"])
    func refused(text: String) { #expect(ReadRange(text, now: Self.now) == nil) }
}
