import Bytes
import CommitLog
import Records

/// Where a client's batch goes, and what its topic asks of it.
struct BatchAdmission: Sendable {
    let topic: String
    let partition: PartitionID
    let byteCountMax: Int
    let timestampType: TimestampType
    /// Whether records need a key, because the newest of each is what is kept.
    let compacts: Bool

    private static let knownAttributes: Int16 = 0x3F

    /// Checks a batch as a client sends it; `now` is the broker's clock in milliseconds.
    ///
    /// What is compressed stays so, unless the topic needs to see the keys.
    ///
    /// - Complexity: O(bytes): the checksum, and the records if they are not compressed.
    func check(_ batch: RawSpan, now: Int64) throws(ProduceError) -> BatchHeader {
        guard batch.byteCount <= byteCountMax else {
            throw .batchTooLarge(topic: topic, found: batch.byteCount, limit: byteCountMax)
        }
        let header: BatchHeader
        do throws(BatchError) {
            header = try BatchHeader(parsing: batch)
            try header.verifyChecksum(of: batch)
        } catch {
            throw .corrupt(error)
        }
        if let refusal = Self.refusal(of: header, batch) { throw .invalidRecord(refusal) }
        try checkTime(header, now: now)
        try checkRecords(of: batch, header)
        return header
    }

    /// Checks batches one behind the other, but for their times.
    func checkAll(_ batches: RawSpan) throws(ProduceError) {
        var position = 0
        while position < batches.byteCount {
            let rest = batches.slice(position, count: batches.byteCount - position)
            let header: BatchHeader
            do throws(BatchError) {
                header = try BatchHeader(parsing: rest)
                guard header.byteCount <= rest.byteCount else {
                    throw .truncated(found: rest.byteCount, needed: header.byteCount)
                }
                try header.verifyChecksum(of: rest.slice(0, count: header.byteCount))
            } catch {
                throw .corrupt(error)
            }
            let batch = rest.slice(0, count: header.byteCount)
            if let refusal = Self.refusal(of: header, batch) { throw .invalidRecord(refusal) }
            // A pipeline has no sequence, and its transaction is the commit itself.
            guard header.producerID < 0 else { throw .invalidRecord(.producer) }
            try checkRecords(of: batch, header)
            position += header.byteCount
        }
    }

    private static func refusal(of header: BatchHeader, _ batch: RawSpan) -> ProduceError.Refusal? {
        let attributes = header.attributes
        if header.byteCount != batch.byteCount { return .severalBatches }
        if attributes.isControl { return .control }
        if attributes.rawValue & ~knownAttributes != 0 { return .attributes }
        if header.recordCount == 0 || header.recordCount - 1 != header.lastOffsetDelta {
            return .count
        }
        if header.producerID >= 0, header.baseSequence < 0 || header.producerEpoch < 0 {
            return .sequence
        }
        return attributes.isTransactional && header.producerID < 0 ? .producer : nil
    }

    private func checkTime(_ header: BatchHeader, now: Int64) throws(ProduceError) {
        let (sum, overflows) = now.addingReportingOverflow(
            BrokerLimits.timestampAheadMaxMilliseconds)
        let limit = overflows ? Int64.max : sum
        if header.attributes.hasLogAppendTime {
            throw .invalidTimestamp(found: header.maxTimestamp, limit: limit)
        }
        guard timestampType == .createTime, header.maxTimestamp > limit else { return }
        throw .invalidTimestamp(found: header.maxTimestamp, limit: limit)
    }

    private func checkRecords(of batch: RawSpan, _ header: BatchHeader) throws(ProduceError) {
        let indexes: [Int]
        do throws(BatchError) {
            let isKeyless: Bool
            if header.attributes.codec == .some(.none) {
                isKeyless = try header.checkRecords(of: batch) != nil
            } else if header.attributes.codec == nil {
                throw .unknownCodec(header.attributes.rawValue & 0x07)
            } else {
                isKeyless = compacts
            }
            // Compressed records are looked into only where it matters, and records without a key
            // are looked for once more, so that the client is told of each.
            indexes = compacts && isKeyless ? try Self.keylessIndexes(in: batch) : []
        } catch {
            throw .corrupt(error)
        }
        if !indexes.isEmpty { throw .keylessRecords(topic: topic, indexes: indexes) }
    }

    private static func keylessIndexes(in batch: RawSpan) throws(BatchError) -> [Int] {
        var buffer = RecordBuffer()
        try BatchReader().read(batch, into: &buffer)
        let rows = buffer.rows
        return Array(
            rows.indices.filter { rows[$0].keyCount < 0 }
                .prefix(BrokerLimits.keylessRecordCountMax))
    }
}
