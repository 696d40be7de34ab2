/// When it is time to see which gates let the fewest records through: at the start, and then each
/// time that four times as many records have passed.
struct GateMeasurement: Sendable {
    private var seen = 0
    private var next = 0
    private var sample = 0

    /// Records that are looked at before gates are chosen.
    private static let sampleCountMin = 512

    /// Whether the values of all gates are to be counted, also of those that are not used.
    var isRunning: Bool { sample > 0 || seen >= next }

    /// Whether the next piece is the first of a sample.
    var isStarting: Bool { sample == 0 && seen >= next }

    /// Whether a sample is complete behind a piece of so many records.
    mutating func endPiece(_ count: Int) -> Bool {
        if isRunning { sample += count }
        seen += count
        return sample >= Self.sampleCountMin
    }

    /// Number of records of the complete sample.
    mutating func takeSample() -> Int {
        defer { sample = 0 }
        next = seen * 4
        return sample
    }
}
