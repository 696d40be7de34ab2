import CommitLog
package import Connectors
package import Records

/// Reads a topic: each partition is a split, offsets are the log's.
package final class TopicSource: TopicReading {
    /// Where reading ends.
    package enum End: Sendable {
        /// At the offsets that the partitions had when the source was opened.
        case current
        /// Never: at the end of the topic the source is idle.
        case never
    }

    private let log: CommitLog
    package var cursor: TopicCursor
    private let reader = BatchReader()
    /// By the partition's index; empty if everything is read.
    private var skippers: [BlockSkipper] = []
    private let selector: RecordSelector?
    private var topic: TopicDescription { cursor.topic }

    /// Opens a topic at its first records.
    ///
    /// Blocks in which `selector` can select nothing are passed over, and counted by it; the others
    /// come whole, so the caller asks it all the same.
    package init(
        _ broker: Broker, topic name: String, end: End, selector: RecordSelector? = nil
    ) throws(BrokerError) {
        log = broker.log
        cursor = TopicCursor(try broker.topic(name), end: end)
        self.selector = selector
        if let selector {
            skippers = cursor.topic.partitions.map { BlockSkipper(selector, partition: $0.index) }
        }
    }

    /// Goes on at the first records at or after a time, in every partition.
    package func seek(toTimestamp timestamp: Int64) throws(BrokerError) {
        for partition in topic.partitions {
            do throws(ReadError) {
                let offset = try log.offset(partition.id, atOrAfter: timestamp)
                cursor.next[Int(partition.index)] = offset ?? partition.end
            } catch {
                throw .read(error)
            }
        }
    }

    /// Batches whose records cannot be read are passed over: each is rejected as one record, whose
    /// number is the batch's first offset.
    package func read(
        _ split: SplitName, into buffer: inout RecordBuffer, rejected: inout [RejectedRecord],
        byteCountMax: Int
    ) throws -> SourceStatus {
        let partition = try cursor.partition(of: split)
        let index = Int(partition.index)
        buffer.removeAll()
        let rejectedCount = rejected.count
        // Control batches and gaps give no rows: go on until there are some.
        while buffer.rows.isEmpty, rejected.count == rejectedCount {
            // Records of transactions that are not decided are not given out.
            guard let stable = log.stableView(partition.id, from: cursor.next[index]) else {
                throw BrokerError.unknownTopic(topic.name, nearest: nil)
            }
            switch cursor.end {
            case .current:
                let limit = min(partition.end, stable.lastStableOffset)
                if cursor.next[index] >= limit { return .end }
                try readBatches(
                    of: partition, stable, limit, into: &buffer, &rejected, byteCountMax)
            case .never:
                if cursor.next[index] >= stable.lastStableOffset { return .idle }
                try readBatches(
                    of: partition, stable, stable.lastStableOffset, into: &buffer, &rejected,
                    byteCountMax)
            }
        }
        return .records
    }

    /// What was passed over unread so far.
    package var passedOver: PassedOver {
        skippers.reduce(into: PassedOver()) { $0.add($1.passedOver) }
    }

    package var isCounted: Bool { false }

    private func readBatches(
        of partition: TopicDescription.Partition, _ stable: StableView, _ limit: RecordOffset,
        into buffer: inout RecordBuffer, _ rejected: inout [RejectedRecord], _ byteCountMax: Int
    ) throws {
        let index = Int(partition.index)
        let start = cursor.next[index]
        buffer.removeAll()
        var byteCountMax = byteCountMax
        if !skippers.isEmpty {
            cursor.next[index] = try skippers[index].next(
                log, partition.id, from: start, limit: limit)
            // Passed over: the caller looks whether the end is reached.
            guard cursor.next[index] == start else { return }
            // Not what lies behind, since some of it may be passed over.
            byteCountMax = min(
                byteCountMax, skippers[index].byteCountToRead(from: start) ?? byteCountMax)
        }
        let result = try log.read(
            partition.id, from: start, maximumBytes: byteCountMax, into: &buffer.bytes)
        for range in result.batches {
            let rowCount = buffer.rows.count
            do throws(BatchError) {
                let header = try reader.readRecords(at: range.lowerBound, of: &buffer)
                if stable.isAborted(header) {
                    buffer.rows.removeLast(buffer.rows.count - rowCount)
                }
            } catch {
                guard let header = BatchReader.unreadHeader(at: range.lowerBound, of: buffer)
                else {
                    throw BrokerError.records(
                        error, topic: topic.name, partition: partition.index,
                        offset: start.rawValue)
                }
                // Read from its middle on, it was rejected before.
                guard header.baseOffset >= start, header.baseOffset < limit,
                    !stable.isAborted(header)
                else { continue }
                try selector?.noteUnreadable(header, of: partition.index)
                rejected.append(
                    RejectedRecord(
                        unreadable: header, error, partition: partition.index,
                        buffer.bytes[range]))
            }
        }
        // A batch is stored whole: its first records may lie before the wanted offset, its last
        // ones behind the limit.
        buffer.rows.removeAll { $0.offset < start.rawValue || $0.offset >= limit.rawValue }
        precondition(
            result.nextOffset > start, "the log did not advance at offset \(start.rawValue)")
        cursor.next[index] = min(result.nextOffset, limit)
    }
}
