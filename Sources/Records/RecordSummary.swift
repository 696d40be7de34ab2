/// What a broker wants to know of a batch's records together.
package struct RecordSummary: Sendable, Equatable {
    /// What stands for the time of a record that has none.
    private static let noTime: Int64 = -1

    /// Index of the first record without a key; nil if all have one.
    package private(set) var firstKeyless: Int?
    private var earliest = Int64.max
    private var latest = Int64.min

    package init() {}

    /// Of records that were read.
    package init(_ rows: [RecordRow]) {
        for (index, row) in rows.enumerated() { add(row, index) }
    }

    /// Their times, without those of records that have none; nil if no record has one.
    package var times: ClosedRange<Int64>? { earliest <= latest ? earliest...latest : nil }

    /// Adds the next record.
    mutating func add(_ row: RecordRow, _ index: Int) {
        if row.keyCount < 0, firstKeyless == nil { firstKeyless = index }
        guard row.timestamp != Self.noTime else { return }
        earliest = min(earliest, row.timestamp)
        latest = max(latest, row.timestamp)
    }
}
