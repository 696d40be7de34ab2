import Bytes
import CommitLog
import Records

/// Where a client's batch goes, and what its topic asks of it.
struct BatchAdmission: Sendable {
    let topic: String
    let partition: PartitionID
    let byteCountMax: Int
    /// Which times records may have; nil if the broker stamps them.
    let times: TimestampRange?
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
        try checkRecords(of: batch, header, now: now)
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
            try checkRecords(of: batch, header, now: nil)
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

    /// Compares what the header says of the times.
    private func checkTime(_ header: BatchHeader, now: Int64) throws(ProduceError) {
        if header.attributes.hasLogAppendTime {
            let (earliest, latest) = (times ?? Self.anyTime).bounds(at: now)
            throw .invalidTimestamp(
                found: header.maxTimestamp, earliest: earliest, latest: latest)
        }
        try check(header.maxTimestamp, now: now)
    }

    private static let anyTime = TimestampRange(before: .max, after: .max)

    private func check(_ time: Int64, now: Int64) throws(ProduceError) {
        guard let times, time != TimestampRange.none else { return }
        let (earliest, latest) = times.bounds(at: now)
        guard time < earliest || time > latest else { return }
        throw .invalidTimestamp(found: time, earliest: earliest, latest: latest)
    }

    /// Looks at each record; at compressed ones only where it matters: for keys, and for old times.
    ///
    /// Without `now` times are of no interest.
    private func checkRecords(
        of batch: RawSpan, _ header: BatchHeader, now: Int64?
    ) throws(ProduceError) {
        let looksBack = now != nil && times?.looksBack ?? false
        let summary: RecordSummary
        var rows: [RecordRow] = []
        do throws(BatchError) {
            if header.attributes.codec == .some(.none) {
                summary = try header.checkRecords(of: batch)
            } else if header.attributes.codec == nil {
                throw .unknownCodec(header.attributes.rawValue & 0x07)
            } else if compacts || looksBack {
                rows = try Self.rows(in: batch)
                summary = RecordSummary(rows)
            } else {
                return
            }
            // Looked at once more, so that the client is told of each.
            if compacts, summary.firstKeyless != nil, rows.isEmpty {
                rows = try Self.rows(in: batch)
            }
        } catch {
            throw .corrupt(error)
        }
        if let now, let range = summary.times {
            try check(range.lowerBound, now: now)
            try check(range.upperBound, now: now)
        }
        guard compacts, summary.firstKeyless != nil else { return }
        let indexes = rows.indices.filter { rows[$0].keyCount < 0 }
            .prefix(BrokerLimits.keylessRecordCountMax)
        throw .keylessRecords(topic: topic, indexes: Array(indexes))
    }

    private static func rows(in batch: RawSpan) throws(BatchError) -> [RecordRow] {
        var buffer = RecordBuffer()
        try BatchReader().read(batch, into: &buffer)
        return buffer.rows
    }
}
