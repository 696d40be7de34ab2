import Bytes
import CommitLog
package import Records

extension Broker {
    /// Appends whole batches of a topic or a subscription to `bytes`: from the one that holds
    /// `offset` on, at least one if there is one, more while they fit into `maximumBytes`.
    ///
    /// Of a subscription, batches hold only the records that its filter selects and that belong to
    /// no open or aborted transaction; an empty batch moves the reader on where there are none.
    /// Waits for the disk.
    ///
    /// - Throws: `.read` with an offset out of range, or with damage; `.unknownPartition`.
    package func read(
        _ topic: ReadableTopic, partition: Int32, from offset: RecordOffset, maximumBytes: Int,
        isolation: IsolationLevel, into bytes: inout [UInt8]
    ) throws(BrokerError) -> StreamRead {
        guard let id = topic.partition(partition), let bounds = log.bounds(id),
            let stable = log.stableView(id, from: offset)
        else {
            throw .unknownPartition(
                topic: topic.name, partition: partition, count: Int32(topic.partitions.count))
        }
        guard offset >= bounds.start, offset <= bounds.end else {
            throw .read(.offsetOutOfRange(offset, start: bounds.start, end: bounds.end))
        }
        let isCommitted = isolation == .readCommitted || topic.isSubscription
        let limit = isCommitted ? min(bounds.end, stable.lastStableOffset) : bounds.end
        var read = StreamRead(
            start: bounds.start, highWatermark: bounds.end,
            lastStableOffset: stable.lastStableOffset, next: offset, limit: limit)
        guard offset < limit else { return read }
        if topic.isSubscription {
            let place = SubscriptionReader.Place(
                id: id, partition: partition, start: offset, limit: limit, stable: stable,
                readableStart: bounds.start)
            let before = bytes.count
            read.next = try readSubscription(
                topic, place, maximumBytes: maximumBytes, into: &bytes)
            read.byteCount = bytes.count - before
            return read
        }
        try readStored(
            id, isCommitted ? limit : nil, maximumBytes: maximumBytes, into: &bytes, &read)
        if isCommitted { read.aborted = stable.aborted.filter { $0.first < read.next } }
        return read
    }

    /// Batches as they are stored, up to the last stable offset if one is given.
    private func readStored(
        _ id: PartitionID, _ stableEnd: RecordOffset?, maximumBytes: Int,
        into bytes: inout [UInt8], _ read: inout StreamRead
    ) throws(BrokerError) {
        let base = bytes.count
        let result: ReadResult
        do throws(ReadError) {
            result = try log.read(
                id, from: read.next, maximumBytes: maximumBytes, into: &bytes)
        } catch {
            throw .read(error)
        }
        read.next = result.nextOffset
        // The first batch of an open transaction begins at the last stable offset.
        if let stableEnd, result.nextOffset > stableEnd {
            for range in result.batches.reversed() {
                guard let header = try? BatchHeader(parsing: bytes.rawSpan.extracting(range)),
                    header.baseOffset >= stableEnd
                else { break }
                bytes.removeLast(bytes.count - range.lowerBound)
                read.next = max(stableEnd, RecordOffset(rawValue: header.baseOffset.rawValue))
            }
            read.next = min(read.next, stableEnd)
        }
        read.byteCount = bytes.count - base
    }
}
