import CommitLog
import Records
import Synchronization

/// Stored batches of a partition that are looked at together, unpacked.
struct RecordChunk: Sendable {
    let start: RecordOffset
    /// Where to read on.
    let end: RecordOffset
    let buffer: RecordBuffer
    /// Batches of which no record could be read.
    let unreadable: [BatchHeader]
}

/// Reads chunks of a partition for a subscription; on any thread, one at a time.
final class ChunkReader: Sendable {
    /// Guards the codecs' contexts; nobody waits for it who does not give chunks to two threads.
    private let reader = Mutex(BatchReader())

    /// Reads at least one batch and at most `byteCount` stored bytes.
    ///
    /// The chunk takes over the memory of `buffer`. Its rows are those of the place that were not
    /// aborted. A batch that cannot be read is as its producer gave it, since the log has compared
    /// its checksum: it is passed over and named, so that it holds up nobody.
    func read(
        _ log: CommitLog, _ place: SubscriptionReader.Place, of topic: String,
        from start: RecordOffset, byteCount: Int, into buffer: consuming RecordBuffer
    ) -> Result<RecordChunk, BrokerError> {
        var buffer = buffer
        var unreadable: [BatchHeader] = []
        buffer.removeAll()
        do throws(BrokerError) {
            let result: ReadResult
            do throws(ReadError) {
                result = try log.read(
                    place.id, from: start, maximumBytes: byteCount, into: &buffer.bytes)
            } catch {
                throw .read(error)
            }
            precondition(result.nextOffset > start, "the log did not advance")
            for range in result.batches {
                try readRecords(
                    at: range.lowerBound, place, of: topic, start, &buffer, &unreadable)
            }
            buffer.rows.removeAll {
                $0.offset < start.rawValue || $0.offset >= place.limit.rawValue
            }
            return .success(
                RecordChunk(
                    start: start, end: min(result.nextOffset, place.limit), buffer: buffer,
                    unreadable: unreadable))
        } catch {
            return .failure(error)
        }
    }

    private func readRecords(
        at position: Int, _ place: SubscriptionReader.Place, of topic: String,
        _ start: RecordOffset, _ buffer: inout RecordBuffer, _ unreadable: inout [BatchHeader]
    ) throws(BrokerError) {
        let rowCount = buffer.rows.count
        do throws(BatchError) {
            let header = try reader.withLock { reader throws(BatchError) in
                try reader.readRecords(at: position, of: &buffer)
            }
            if place.stable.isAborted(header) {
                buffer.rows.removeLast(buffer.rows.count - rowCount)
            }
        } catch {
            guard let header = BatchReader.unreadHeader(at: position, of: buffer) else {
                throw .records(
                    error, topic: topic, partition: place.partition, offset: start.rawValue)
            }
            // Read from its middle on, its records were counted before.
            guard header.baseOffset >= start, header.baseOffset < place.limit,
                !place.stable.isAborted(header)
            else { return }
            unreadable.append(header)
        }
    }
}
