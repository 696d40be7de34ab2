/// What a broker wants to know of a batch's records together.
package struct RecordSummary: Sendable, Equatable {
    /// Index of the first record without a key; nil if all have one.
    package private(set) var firstKeyless: Int?
    /// Their times, without those of records that have none (-1); nil if no record has one.
    package private(set) var times: ClosedRange<Int64>?

    package init() {}

    /// Of records that were read.
    package init(_ rows: [RecordRow]) {
        for (index, row) in rows.enumerated() { add(row, index) }
    }

    /// Adds the next record.
    mutating func add(_ row: RecordRow, _ index: Int) {
        if row.keyCount < 0, firstKeyless == nil { firstKeyless = index }
        let time = row.timestamp
        if time == -1 { return }
        guard let known = times else {
            times = time...time
            return
        }
        if time < known.lowerBound { times = time...known.upperBound }
        if time > known.upperBound { times = known.lowerBound...time }
    }
}
