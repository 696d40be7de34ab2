import Bytes
import Records

/// A frame on its way to the disk: coded by the thread that appends, completed by the writer with
/// position, offsets and checksums.
struct EncodedFrame: Sendable {
    /// The coded frame, padding included, header still zero.
    private(set) var bytes: [UInt8] = [UInt8](repeating: 0, count: FrameHeader.At.end)
    /// The changes; positions of batches count from the frame's start until it is completed.
    private(set) var operations: [FrameOperation] = []
    private(set) var batchByteCount = 0
    /// Whether any batch has a producer whose sequence counts.
    private(set) var hasProducers = false
    private let byteCount: Int

    /// Checks and codes a frame.
    ///
    /// O(bytes).
    ///
    /// Compares the checksums of the batches if `verifiesBatches`.
    init(_ content: FrameContent, verifiesBatches: Bool) throws(AppendError) {
        guard !content.entries.isEmpty else { throw .emptyFrame }
        try Self.check("number of entries", content.entries.count, LogLimits.entryCountMax)
        var size = FrameHeader.At.end
        for entry in content.entries { size += EntryHeader.At.end + Self.bodyByteCount(of: entry) }
        try Self.check("size of the frame in bytes", size, LogLimits.frameByteCountMax)
        byteCount = size
        bytes.reserveCapacity(FrameHeader.padded(size))
        operations.reserveCapacity(content.entries.count)
        for (index, entry) in content.entries.enumerated() {
            try append(entry, index: index, verifiesBatches: verifiesBatches)
        }
        bytes.append(
            contentsOf: repeatElement(0, count: FrameHeader.padded(size) - bytes.count))
    }

    /// Checks and codes a frame of one batch, copied once.
    ///
    /// O(bytes). `appendTime` is the time that all records get instead of their own; nil leaves
    /// them theirs. The checksum is compared if `verifies`, before that changes it.
    init(
        batch: RawSpan, of partition: PartitionID, appendTime: Int64?, verifies: Bool
    ) throws(AppendError) {
        let start = FrameHeader.At.end + EntryHeader.At.end
        byteCount = start + batch.byteCount
        try Self.check("size of the frame in bytes", byteCount, LogLimits.frameByteCountMax)
        do throws(BatchError) {
            let header = try BatchHeader(parsing: batch)
            guard header.byteCount == batch.byteCount else {
                throw .invalidLength(Int32(clamping: header.byteCount))
            }
            if verifies { try header.verifyChecksum(of: batch) }
        } catch {
            throw .invalidBatch(entry: 0, position: 0, error)
        }
        bytes.reserveCapacity(FrameHeader.padded(byteCount))
        EntryHeader(.batches, first: partition.rawValue, second: UInt32(batch.byteCount))
            .append(to: &bytes)
        bytes.append(copying: batch)
        if let appendTime { BatchHeader.stamp(appendTime: appendTime, on: &bytes, at: start) }
        let (places, producers) = try Self.places(
            in: bytes.rawSpan.slice(start, count: batch.byteCount), entry: 0, start: start,
            verifies: false)
        batchByteCount = batch.byteCount
        hasProducers = !producers.isEmpty
        operations = [.batches(partition, places, producers)]
        bytes.append(
            contentsOf: repeatElement(0, count: FrameHeader.padded(byteCount) - bytes.count))
    }

    /// A frame without entries: all it says is up to where the log was durable before it.
    static var seal: EncodedFrame { EncodedFrame() }

    private init() { byteCount = FrameHeader.At.end }

    /// Bytes in the log, padding included.
    var stride: Int { bytes.count }

    /// Gives the frame its place: offsets into its batches, checksums, header.
    ///
    /// `assignOffset` takes a partition and the number of offsets that a batch spans, and gives the
    /// batch's base offset. Answers with the first offset of each batches entry.
    mutating func complete(
        at position: LogPosition, tag: UInt32, syncedBefore: LogPosition, timestamp: Int64,
        leaderEpoch: Int32,
        assignOffset: (PartitionID, Int64) -> RecordOffset
    ) -> [RecordOffset] {
        var bases: [RecordOffset] = []
        for index in operations.indices {
            guard case .batches(let partition, var places, var producers) = operations[index]
            else { continue }
            for batch in places.indices {
                let start = Int(places[batch].position)
                let base = assignOffset(partition, Int64(places[batch].lastOffsetDelta) + 1)
                BatchHeader.assign(
                    baseOffset: base, leaderEpoch: leaderEpoch, to: &bytes, at: start)
                places[batch].baseOffset = base.rawValue
                places[batch].position = position.rawValue + Int64(start)
                if batch == 0 { bases.append(base) }
            }
            for batch in producers.indices {
                producers[batch].baseOffset = places[producers[batch].index].baseOffset
                producers[batch].timestamp = timestamp
            }
            operations[index] = .batches(partition, places, producers)
        }
        let entriesCRC = CRC32C.checksum(
            bytes.rawSpan.slice(FrameHeader.At.end, count: stride - FrameHeader.At.end))
        let header = FrameHeader(
            byteCount: byteCount, position: position, syncedBefore: syncedBefore,
            timestamp: timestamp, entryCount: operations.count,
            entriesCRC: entriesCRC, tag: tag)
        header.write(to: &bytes)
        return bases
    }

    private mutating func append(
        _ entry: FrameEntry, index: Int, verifiesBatches: Bool
    ) throws(AppendError) {
        switch entry {
        case .batches(let partition, let batches):
            EntryHeader(.batches, first: partition.rawValue, second: UInt32(batches.count))
                .append(to: &bytes)
            let (places, producers) = try Self.places(
                in: batches.rawSpan, entry: index, start: bytes.count, verifies: verifiesBatches)
            bytes.append(contentsOf: batches)
            batchByteCount += batches.count
            hasProducers = hasProducers || !producers.isEmpty
            operations.append(.batches(partition, places, producers))
        case .put(let table, let key, let value):
            try Self.check("size of the key in bytes", key.count, LogLimits.keyByteCountMax)
            try Self.check("size of the value in bytes", value.count, LogLimits.valueByteCountMax)
            EntryHeader(
                .put, detail: table, first: UInt32(key.count), second: UInt32(value.count)
            ).append(to: &bytes)
            bytes.append(contentsOf: key)
            bytes.append(contentsOf: value)
            operations.append(.put(table: table, key: key, value: value))
        case .remove(let table, let key):
            try Self.check("size of the key in bytes", key.count, LogLimits.keyByteCountMax)
            EntryHeader(.remove, detail: table, first: UInt32(key.count)).append(to: &bytes)
            bytes.append(contentsOf: key)
            operations.append(.remove(table: table, key: key))
        case .removePrefix(let table, let prefix):
            try Self.check("size of the prefix in bytes", prefix.count, LogLimits.keyByteCountMax)
            EntryHeader(.removePrefix, detail: table, first: UInt32(prefix.count))
                .append(to: &bytes)
            bytes.append(contentsOf: prefix)
            operations.append(.removePrefix(table: table, prefix: prefix))
        case .createPartition(let id, let topic, let partitionIndex, let options):
            // The name becomes a directory: nothing that leads out of it may pass.
            guard (try? TopicName(parsing: topic)) != nil, partitionIndex >= 0 else {
                throw .invalidTopic(topic)
            }
            let coded = try Self.encode(options)
            EntryHeader(
                .createPartition, first: id.rawValue,
                second: UInt32(
                    EntryHeader.creationByteCount + topic.utf8.count + coded.count)
            ).append(to: &bytes)
            bytes.append(littleEndian: partitionIndex)
            bytes.append(littleEndian: UInt16(topic.utf8.count))
            bytes.append(littleEndian: UInt16(coded.count))
            bytes.append(contentsOf: topic.utf8)
            bytes.append(contentsOf: coded)
            operations.append(
                .createPartition(id, topic: topic, index: partitionIndex, options: options))
        case .removePartition(let id):
            EntryHeader(.removePartition, first: id.rawValue).append(to: &bytes)
            operations.append(.removePartition(id))
        case .alterPartition(let id, let options):
            let coded = try Self.encode(options)
            EntryHeader(.alterPartition, first: id.rawValue, second: UInt32(coded.count))
                .append(to: &bytes)
            bytes.append(contentsOf: coded)
            operations.append(.alterPartition(id, options))
        case .removeBefore(let id, let offset, let reason):
            EntryHeader(
                .removeBefore, detail: reason.rawValue, first: id.rawValue,
                second: UInt32(EntryHeader.removalByteCount)
            ).append(to: &bytes)
            bytes.append(littleEndian: offset.rawValue)
            operations.append(.removeBefore(id, offset: offset.rawValue, reason: reason))
        }
    }

    private static func encode(_ options: PartitionOptions) throws(AppendError) -> [UInt8] {
        if let problem = options.problem { throw .invalidOption(problem) }
        return PartitionOptionsCodec.encode(options)
    }

    private static func places(
        in bytes: RawSpan, entry: Int, start: Int, verifies: Bool
    ) throws(AppendError) -> ([BatchPlace], [ProducerBatch]) {
        var places: [BatchPlace] = []
        var producers: [ProducerBatch] = []
        var position = 0
        repeat {
            do throws(BatchError) {
                let rest = bytes.slice(position, count: bytes.byteCount - position)
                let header = try BatchHeader(parsing: rest)
                guard rest.byteCount >= header.byteCount else {
                    throw .truncated(found: rest.byteCount, needed: header.byteCount)
                }
                if verifies { try header.verifyChecksum(of: rest) }
                if let producer = ProducerBatch(header, index: places.count) {
                    producers.append(producer)
                }
                places.append(BatchPlace(header, rest, position: Int64(start + position)))
                position += header.byteCount
            } catch {
                throw .invalidBatch(entry: entry, position: position, error)
            }
        } while position < bytes.byteCount
        return (places, producers)
    }

    private static func bodyByteCount(of entry: FrameEntry) -> Int {
        switch entry {
        case .batches(_, let batches): batches.count
        case .put(_, let key, let value): key.count + value.count
        case .remove(_, let key), .removePrefix(_, let key): key.count
        case .createPartition(_, let topic, _, let options):
            EntryHeader.creationByteCount + topic.utf8.count
                + PartitionOptionsCodec.encode(options).count
        case .removePartition: 0
        case .alterPartition(_, let options): PartitionOptionsCodec.encode(options).count
        case .removeBefore: EntryHeader.removalByteCount
        }
    }

    private static func check(_ name: String, _ found: Int, _ limit: Int) throws(AppendError) {
        guard found <= limit else { throw .limit(name: name, found: found, limit: limit) }
    }
}
