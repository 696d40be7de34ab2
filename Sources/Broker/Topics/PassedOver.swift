import CommitLog

/// Blocks of a topic's history that need not be read, because their summaries exclude that a filter
/// keeps one of their records.
package struct PassedOver: Sendable, Equatable {
    package private(set) var blocks: Int64 = 0
    package private(set) var records: Int64 = 0
    /// As they are stored.
    package private(set) var bytes: Int64 = 0

    package init() {}

    package init(blocks: Int64, records: Int64, bytes: Int64) {
        self.blocks = blocks
        self.records = records
        self.bytes = bytes
    }

    /// Adds a block, or the part of it that has so many records.
    mutating func add(_ block: SealedBlocks.Block, recordCount: Int64) {
        blocks += 1
        records += recordCount
        bytes += Int64(block.byteCount)
    }

    mutating func add(_ other: PassedOver) {
        blocks += other.blocks
        records += other.records
        bytes += other.bytes
    }
}
