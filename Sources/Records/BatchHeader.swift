import Bytes

/// The 61-byte header of a record batch v2, all integers big-endian.
///
/// The checksum covers everything from the attributes on, so a broker may set base offset and
/// leader epoch without touching it. Source: Kafka protocol, "Record Batch"; KIP-98.
package struct BatchHeader: Sendable, Equatable {
    /// Byte positions within the header.
    package enum At {
        package static let baseOffset = 0
        package static let length = 8
        package static let leaderEpoch = 12
        package static let magic = 16
        package static let crc = 17
        package static let attributes = 21
        package static let lastOffsetDelta = 23
        package static let baseTimestamp = 27
        package static let maxTimestamp = 35
        package static let producerID = 43
        package static let producerEpoch = 51
        package static let baseSequence = 53
        package static let recordCount = 57
        package static let end = 61
    }

    /// Bytes before those that the length field counts: base offset and the length itself.
    package static let lengthPrefix = At.leaderEpoch

    package var baseOffset: RecordOffset
    /// Bytes of the whole batch, header included.
    package let byteCount: Int
    package let leaderEpoch: Int32
    package let crc: UInt32
    package let attributes: BatchAttributes
    /// The last record's offset less the base offset; kept by compaction when that record is gone.
    package let lastOffsetDelta: Int32
    package let baseTimestamp: Int64
    package let maxTimestamp: Int64
    /// -1 if the producer is neither idempotent nor transactional.
    package let producerID: Int64
    package let producerEpoch: Int16
    package let baseSequence: Int32
    package let recordCount: Int32

    /// Reads the header at the start of `bytes`, which may go on behind the batch; the checksum is
    /// not computed, see ``verifyChecksum(of:)``.
    ///
    /// - Complexity: O(1).
    package init(parsing bytes: RawSpan) throws(BatchError) {
        guard bytes.byteCount >= At.end else {
            throw .truncated(found: bytes.byteCount, needed: At.end)
        }
        let magic = bytes.bigEndian(at: At.magic, as: Int8.self)
        guard magic == 2 else { throw .unsupportedMagic(magic) }
        let length = bytes.bigEndian(at: At.length, as: Int32.self)
        guard length >= At.end - Self.lengthPrefix,
            length <= RecordLimits.batchByteCountMax - Self.lengthPrefix
        else { throw .invalidLength(length) }
        baseOffset = RecordOffset(rawValue: bytes.bigEndian(at: At.baseOffset))
        byteCount = Int(length) + Self.lengthPrefix
        leaderEpoch = bytes.bigEndian(at: At.leaderEpoch)
        crc = bytes.bigEndian(at: At.crc)
        attributes = BatchAttributes(rawValue: bytes.bigEndian(at: At.attributes))
        lastOffsetDelta = bytes.bigEndian(at: At.lastOffsetDelta)
        baseTimestamp = bytes.bigEndian(at: At.baseTimestamp)
        maxTimestamp = bytes.bigEndian(at: At.maxTimestamp)
        producerID = bytes.bigEndian(at: At.producerID)
        producerEpoch = bytes.bigEndian(at: At.producerEpoch)
        baseSequence = bytes.bigEndian(at: At.baseSequence)
        recordCount = bytes.bigEndian(at: At.recordCount)
        guard lastOffsetDelta >= 0, recordCount >= 0, recordCount <= Int64(lastOffsetDelta) + 1,
            baseOffset.rawValue >= 0, baseOffset.rawValue <= Int64.max - Int64(Int32.max) - 1
        else { throw .recordCount(stated: recordCount, found: Int(lastOffsetDelta)) }
    }

    /// Offset behind the batch's last record.
    package var nextOffset: RecordOffset { baseOffset.advanced(by: Int64(lastOffsetDelta) + 1) }

    /// When the batch's tombstones may go, in milliseconds; nil if that is not decided (KIP-534).
    package var deleteHorizon: Int64? { attributes.hasDeleteHorizon ? baseTimestamp : nil }

    /// Compares the stored checksum with that of the bytes; `batch` is the whole batch.
    ///
    /// - Complexity: O(bytes).
    package func verifyChecksum(of batch: RawSpan) throws(BatchError) {
        guard batch.byteCount >= byteCount else {
            throw .truncated(found: batch.byteCount, needed: byteCount)
        }
        let covered = batch.slice(At.attributes, count: byteCount - At.attributes)
        let computed = CRC32C.checksum(covered)
        guard computed == crc else { throw .checksum(stored: crc, computed: computed) }
    }

    /// Writes what a broker sets into a stored batch: base offset and leader epoch.
    ///
    /// - Precondition: `batch` holds a header.
    package static func assign(
        baseOffset: RecordOffset, leaderEpoch: Int32, to batch: inout [UInt8], at position: Int = 0
    ) {
        batch.replace(at: position + At.baseOffset, bigEndian: baseOffset.rawValue)
        batch.replace(at: position + At.leaderEpoch, bigEndian: leaderEpoch)
    }
}
