/// Why records were removed; the numbers are stored.
package enum RemovalReason: UInt8, Sendable, Hashable, CaseIterable {
    /// Somebody asked for it: Kafka's DeleteRecords.
    case request = 0
    /// Older than the partition's retention.
    case age = 1
    /// Beyond the bytes that the partition keeps.
    case size = 2
    /// Beyond the bytes that the whole log keeps.
    case totalSize = 3
    /// A newer record has the same key.
    case superseded = 4
    /// A tombstone that has been there for its time.
    case tombstone = 5
    /// Of a transaction that was aborted, or the marker of one that is decided.
    case transaction = 6
}

/// How much was removed for one reason.
package struct RemovalTally: Sendable, Equatable {
    /// Records; where the partition's start has moved, offsets, which are records and gaps.
    package var records: Int64 = 0
    /// Bytes as they were stored; whole segments are counted when their last record goes.
    package var bytes: Int64 = 0

    package init(records: Int64 = 0, bytes: Int64 = 0) {
        self.records = records
        self.bytes = bytes
    }

    package static var none: RemovalTally { RemovalTally() }
}
