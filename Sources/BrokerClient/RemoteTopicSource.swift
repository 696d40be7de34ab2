package import Broker
import Bytes
package import Connectors
import KafkaWire
import NIOCore
package import Records

/// Reads a server's topic: each partition is a split, offsets are the log's.
///
/// Only records of committed transactions come, as everywhere. Each read is one fetch, whose answer
/// is copied once. What a subscription refuses stays at the server, if its own topic can be read
/// instead (``Broker/RecordSelector/servedStream``).
package final class RemoteTopicSource: TopicReading {
    private let client: BrokerClient
    package var cursor: TopicCursor
    private let reader = BatchReader()
    private let selector: RecordSelector?
    /// What is fetched: the topic, or a subscription of it.
    private let stream: String
    /// Offsets that the server has passed over.
    private var passedOverCount: Int64 = 0
    /// Partitions whose last read found nothing: those that are waited for.
    ///
    /// The others have something, or nobody reads them.
    private(set) var idlePartitions: Set<Int32> = []
    private var topic: TopicDescription { cursor.topic }

    init(
        _ client: BrokerClient, topic name: String, end: TopicSource.End,
        selector: RecordSelector?
    ) throws(BrokerError) {
        self.client = client
        cursor = TopicCursor(try client.topic(name), end: end)
        self.selector = selector
        stream = selector?.servedStream ?? name
    }

    package var isCounted: Bool { stream != topic.name }

    package func seek(toTimestamp timestamp: Int64) throws(BrokerError) {
        for partition in topic.partitions {
            cursor.next[Int(partition.index)] =
                try client.offset(of: topic.name, partition.index, atOrAfter: timestamp)
                ?? partition.end
        }
    }

    /// Batches whose records cannot be read are passed over, as by ``TopicSource``.
    package func read(
        _ split: SplitName, into buffer: inout RecordBuffer, rejected: inout [RejectedRecord],
        byteCountMax: Int
    ) throws -> SourceStatus {
        let partition = try cursor.partition(of: split)
        let index = Int(partition.index)
        let rejectedCount = rejected.count
        repeat {
            buffer.removeAll()
            let limit: RecordOffset? =
                switch cursor.end {
                case .current: partition.end
                case .never: nil
                }
            if let limit, cursor.next[index] >= limit { return .end }
            let answer = try client.fetch(
                stream, partition.index, from: cursor.next[index], byteCountMax: byteCountMax)
            let from = cursor.next[index]
            try take(
                answer, of: partition, from: from, limit ?? RecordOffset(rawValue: .max),
                into: &buffer, &rejected)
            // Nothing came: what is left belongs to transactions that are not decided.
            if cursor.next[index] == from {
                if limit != nil { return .end }
                idlePartitions.insert(partition.index)
                return .idle
            }
            idlePartitions.remove(partition.index)
            try notePassedOver(
                from..<cursor.next[index], of: partition.index, but: buffer.rows.count)
            // Control batches and gaps give no rows: go on until there are some.
        } while buffer.rows.isEmpty && rejected.count == rejectedCount
        return .records
    }

    /// Asks the server to answer when a partition has something, or after a moment.
    ///
    /// True after a failure too: the read that follows says what it is.
    package func waitForInput() -> Bool {
        let places = idlePartitions.sorted().map { ($0, cursor.next[Int($0)]) }
        try? client.waitForRecords(of: stream, places)
        return true
    }

    package var passedOver: PassedOver {
        PassedOver(blocks: 0, records: passedOverCount, bytes: 0)
    }

    private func take(
        _ answer: FetchResponse.Topic.Partition, of partition: TopicDescription.Partition,
        from start: RecordOffset, _ limit: RecordOffset, into buffer: inout RecordBuffer,
        _ rejected: inout [RejectedRecord]
    ) throws(BrokerError) {
        for piece in answer.records.pieces ?? [] {
            buffer.bytes.append(copying: piece.readableBytesSpan)
        }
        var aborted = AbortedProducers(answer.abortedTransactions ?? [])
        var position = 0
        // Compressed records are unpacked behind these bytes.
        let byteCount = buffer.bytes.count
        let index = Int(partition.index)
        while position < byteCount {
            let header: BatchHeader?
            do throws(BatchError) {
                header = try Self.header(at: position, of: buffer, end: byteCount)
            } catch {
                throw BrokerError.records(
                    error, topic: topic.name, partition: partition.index,
                    offset: cursor.next[index].rawValue)
            }
            // The last one may be cut at the size that was asked for (KIP-74).
            guard let header else { break }
            let rowCount = buffer.rows.count
            let isAborted = aborted.isAborted(header)
            do throws(BatchError) {
                try reader.readRecords(at: position, of: &buffer)
                if isAborted { buffer.rows.removeLast(buffer.rows.count - rowCount) }
            } catch {
                // Stored as its producer gave it; read from its middle on, it was rejected before.
                if header.baseOffset >= start, header.baseOffset < limit, !isAborted {
                    rejected.append(
                        RejectedRecord(
                            unreadable: header, error, partition: partition.index,
                            buffer.bytes[position..<position + header.byteCount]))
                }
            }
            position += header.byteCount
            cursor.next[index] = max(cursor.next[index], min(header.nextOffset, limit))
        }
        // A batch is stored whole: its first records may lie before the wanted offset, its last
        // ones behind the limit.
        buffer.rows.removeAll { $0.offset < start.rawValue || $0.offset >= limit.rawValue }
    }

    /// Counts what the server has kept of a range of which some records have come.
    private func notePassedOver(
        _ range: Range<RecordOffset>, of partition: Int32, but count: Int
    ) throws(BrokerError) {
        guard stream != topic.name, let selector else { return }
        let missing = range.upperBound.rawValue - range.lowerBound.rawValue - Int64(count)
        guard missing > 0 else { return }
        passedOverCount += missing
        // Records that came count for themselves; which ones of the range they are does not matter.
        let end = RecordOffset(rawValue: range.lowerBound.rawValue + missing)
        try selector.notePassedOver(range.lowerBound..<end, of: partition)
    }

    /// The checked header of a batch; nil if the batch is cut off.
    private static func header(
        at position: Int, of buffer: borrowing RecordBuffer, end: Int
    ) throws(BatchError) -> BatchHeader? {
        let rest = buffer.bytes.rawSpan.slice(position, count: end - position)
        guard rest.byteCount >= BatchHeader.At.end else { return nil }
        let header = try BatchHeader(parsing: rest)
        guard header.byteCount <= rest.byteCount else { return nil }
        try header.verifyChecksum(of: rest.slice(0, count: header.byteCount))
        return header
    }
}
