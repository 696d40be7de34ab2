import CommitLog

/// What a log must hold, kept outside of it.
struct TortureLedger {
    /// The records of each partition by their offsets from 0 on.
    var partitions: [PartitionID: [TortureRecord]] = [:]
    /// The keyed state.
    var state: [[UInt8]: [UInt8]] = [:]
    var nextPartitionID: UInt32 = 0

    var recordCount: Int { partitions.values.reduce(0) { $0 + $1.count } }
}
