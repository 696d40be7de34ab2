import Bytes
import CommitLog
import Filters
import Platform
import Records

/// Reads what a subscription selects, as batches at the offsets of its topic.
///
/// Keeps compiled filters and buffers between reads. One thread at a time.
final class SubscriptionReader {
    /// Where a read begins and ends.
    struct Place {
        let id: PartitionID
        let partition: Int32
        var start: RecordOffset
        var limit: RecordOffset
        let stable: StableView
        /// The first offset of the partition that can be read.
        let readableStart: RecordOffset
    }

    /// What a read has found beside batches.
    struct Pass {
        /// Where to read on.
        let next: RecordOffset
        /// What was counted, by version.
        let counts: [Int32: FilterCounts]
        /// Records that the policy moves aside.
        let letters: DeadLetters
    }

    /// Bytes of stored batches that are looked at together: few, since they may unpack to ten times as
    /// many, which should stay in the processor's cache until they are filtered.
    private static let chunkByteCount = 128 << 10

    private let base: String
    private let selector: RecordSelector
    private let now: @Sendable () -> Int64
    private var skippers: [Int32: BlockSkipper] = [:]
    private let chunks: ChunkReadAhead
    private let writer = BatchWriter()
    /// Of the read that is going on; nil if they are not kept.
    private var letters: DeadLetters?

    init(_ broker: Broker, subscription: String, base: String) throws(BrokerError) {
        self.base = base
        selector = try RecordSelector(broker, subscription: subscription)
        chunks = ChunkReadAhead(topic: base, threads: broker.readAheadThreads)
        let clock = broker.clock
        now = { clock.wallMilliseconds }
    }

    /// What the filters have counted since the reader was made, by version.
    var counts: [Int32: FilterCounts] { selector.versionCounts }

    /// Appends batches of selected records, and tells what there is to settle.
    func pass(
        _ place: Place, _ log: CommitLog, maximumBytes: Int, keepsLetters: Bool,
        into bytes: inout [UInt8]
    ) throws(BrokerError) -> Pass {
        let before = counts
        letters = keepsLetters ? DeadLetters() : nil
        let next = try read(place, log, maximumBytes: maximumBytes, into: &bytes)
        let counted = counts.reduce(into: [Int32: FilterCounts]()) { result, count in
            result[count.key] = count.value - (before[count.key] ?? FilterCounts())
        }
        return Pass(next: next, counts: counted, letters: letters ?? DeadLetters())
    }

    /// Appends batches of selected records.
    ///
    /// Stops when `maximumBytes` are there, ``BrokerLimits/filteredReadByteCountMax`` were looked at,
    /// or ``BrokerLimits/deadLetterByteCountMax`` are to be moved aside; what was looked at is covered by the batches, so that the reader moves on.
    ///
    /// - Returns: where to read on.
    private func read(
        _ place: Place, _ log: CommitLog, maximumBytes: Int, into bytes: inout [UInt8]
    ) throws(BrokerError) -> RecordOffset {
        let base = bytes.count
        var next = place.start
        // The end of what the batches in `bytes` say.
        var said = place.start
        var lookedAt = 0
        defer { chunks.drop() }
        while next < place.limit, bytes.count - base < maximumBytes,
            lookedAt < BrokerLimits.filteredReadByteCountMax,
            letters?.byteCount ?? 0 < BrokerLimits.deadLetterByteCountMax
        {
            let end = try readChunk(place, log, from: next, &lookedAt, into: &bytes, &said)
            if end == next {
                // The filter's error policy is to stop at this record.
                if next > place.start { break }
                throw .subscriptionStopped(
                    topic: self.base, partition: place.partition, offset: next.rawValue)
            }
            next = end
        }
        while said < next { said = appendGap(said..<next, to: &bytes) }
        return next
    }

    /// Filters the batches of one read of the log, while another thread reads the next if it will
    /// be wanted.
    private func readChunk(
        _ place: Place, _ log: CommitLog, from start: RecordOffset, _ lookedAt: inout Int,
        into bytes: inout [UInt8], _ said: inout RecordOffset
    ) throws(BrokerError) -> RecordOffset {
        var skipper =
            skippers[place.partition] ?? BlockSkipper(selector, partition: place.partition)
        defer { skippers[place.partition] = skipper }
        let first = try skipper.next(log, place.id, from: start, limit: place.limit)
        guard first == start else { return first }
        let chunk = try chunks.chunk(
            log, place, from: start, byteCount: Self.byteCountToRead(skipper, from: start))
        defer { chunks.reuse(chunk) }
        // With what was unpacked: that is what filtering costs.
        lookedAt += chunk.buffer.bytes.count
        let nextByteCount = Self.byteCountToRead(skipper, from: chunk.end)
        if nextByteCount > 0, lookedAt < BrokerLimits.filteredReadByteCountMax {
            chunks.begin(log, place, from: chunk.end, byteCount: nextByteCount)
        }
        for header in chunk.unreadable {
            try selector.noteUnreadable(header, of: place.partition)
        }
        return chunk.buffer.rows.isEmpty
            ? chunk.end
            : try select(chunk.buffer.block, place, upTo: chunk.end, into: &bytes, &said)
    }

    /// 0 if the block there can be passed over.
    private static func byteCountToRead(
        _ skipper: borrowing BlockSkipper, from offset: RecordOffset
    ) -> Int {
        min(chunkByteCount, skipper.byteCountToRead(from: offset) ?? .max)
    }

    /// Writes what is selected of a block.
    ///
    /// - Returns: up to where records were decided about.
    private func select(
        _ block: borrowing RecordBlock, _ place: Place, upTo end: RecordOffset,
        into bytes: inout [UInt8],
        _ said: inout RecordOffset
    ) throws(BrokerError) -> RecordOffset {
        var selection = Selection(all: block.count)
        let outcome = try selector.select(
            from: block, of: RecordStream(topic: base, partition: place.partition), now: now(),
            selection: &selection)
        letters?.append(block, outcome.deadLetters, of: place.partition)
        let decided =
            outcome.rowEnd < block.count
            ? RecordOffset(rawValue: block.rows[outcome.rowEnd].offset) : end
        guard !selection.isEmpty else { return decided }
        for row in selection.rows {
            writer.append(copying: block, row: Int(row), keepsOffset: true)
        }
        writer.finish(into: &bytes, lastOffset: decided.rawValue - 1)
        said = decided
        return decided
    }

    /// Appends an empty batch over offsets of which nothing was selected.
    ///
    /// - Returns: up to where it reaches: a batch spans 2³¹ offsets at most.
    private func appendGap(_ offsets: Range<RecordOffset>, to bytes: inout [UInt8]) -> RecordOffset
    {
        let count = min(
            offsets.upperBound.rawValue - offsets.lowerBound.rawValue, Int64(Int32.max))
        let start = bytes.count
        writer.finish(into: &bytes, lastOffset: count - 1)
        BatchHeader.assign(
            baseOffset: offsets.lowerBound, leaderEpoch: 0, to: &bytes, at: start)
        return offsets.lowerBound.advanced(by: count)
    }
}
