import Bytes

/// Builds record batches v2; reuse it, since it keeps its memory and its compressor.
///
/// Offsets within the batch are counted from its first record or given one by one (the sealer
/// keeps those that records have). Not thread-safe.
package final class BatchWriter {
    /// How the records are compressed; levels beyond a codec's are its nearest.
    package enum Compression: Sendable, Equatable {
        case none
        /// 1 is fastest, 9 smallest; zlib's own default is 6.
        case gzip(level: Int32)
        /// In the framing of Java's client, which all clients read.
        case snappy
        /// 1 is fastest, 12 smallest.
        case lz4(level: Int32)
        case zstd(level: Int32)
        /// The same for batches of about 1 MiB, see ``ZstdCompressor``.
        case zstdBlocks(level: Int32)
    }

    /// What a batch says of all its records.
    package struct Form: Sendable, Equatable {
        /// When its tombstones may go, in milliseconds (KIP-534); nil if that is not decided.
        package var deleteHorizon: Int64?
        /// Whether its records have the time of their append, one for all.
        package var hasLogAppendTime = false
        /// Whether it is of a transaction of its producer; a control batch always is.
        package var isTransactional = false
        package var isControl = false
        package var producer = BatchProducer.none

        package init() {}

        fileprivate var attributes: Int16 {
            (hasLogAppendTime ? 0x08 : 0) | (isTransactional || isControl ? 0x10 : 0)
                | (isControl ? 0x20 : 0) | (deleteHorizon == nil ? 0 : 0x40)
        }
    }

    private let compression: Compression
    private var form = Form()
    private lazy var compressor = BatchCompressor(compression)
    /// The records section so far, not compressed.
    private var records: [UInt8] = []
    private var recordCount: Int32 = 0
    private var baseOffset: Int64 = 0
    private var lastOffsetDelta: Int32 = -1
    private var baseTimestamp: Int64 = 0
    private var maxTimestamp: Int64 = 0

    package init(compression: Compression = .none) { self.compression = compression }

    /// Bytes of the records so far, before compression.
    package var byteCount: Int { records.count }
    /// Records so far.
    package var count: Int { Int(recordCount) }
    package var isEmpty: Bool { recordCount == 0 }

    /// Begins a batch of a form; without it a batch has the plain one.
    ///
    /// - Precondition: there are no records yet.
    package func start(_ form: Form) {
        precondition(isEmpty, "a batch that has records gets a form")
        self.form = form
    }

    /// Appends a record at the next offset.
    package func append(
        timestamp: Int64, key: RawSpan?, value: RawSpan?, headers: RawSpan, headerCount: Int
    ) {
        append(
            offset: baseOffset + Int64(lastOffsetDelta) + 1, timestamp: timestamp, key: key,
            value: value, headers: headers, headerCount: headerCount)
    }

    /// Appends a record of a block; keeps its offset if `keepsOffset`, else takes the next one.
    package func append(copying block: borrowing RecordBlock, row: Int, keepsOffset: Bool = false) {
        let place = block.rows[row]
        let next = baseOffset + Int64(lastOffsetDelta) + 1
        append(
            offset: keepsOffset ? place.offset : next, timestamp: place.timestamp,
            key: block.key(row), value: block.value(row), headers: block.headers(row).bytes,
            headerCount: Int(place.headerCount))
    }

    /// Appends a record at `offset`, which must be above those of all records before.
    ///
    /// - Complexity: O(record bytes); allocates only when the memory has to grow.
    package func append(
        offset: Int64, timestamp: Int64, key: RawSpan?, value: RawSpan?, headers: RawSpan,
        headerCount: Int
    ) {
        if recordCount == 0 { start(offset: offset, timestamp: timestamp) }
        let delta = offset - baseOffset
        precondition(delta > Int64(lastOffsetDelta) && delta <= Int32.max, "offsets must ascend")
        lastOffsetDelta = Int32(delta)
        maxTimestamp = max(maxTimestamp, timestamp)
        recordCount += 1
        // Wraps on purpose, and the reader wraps back: times may be anything.
        let timeDelta = timestamp &- baseTimestamp
        let keyCount = key?.byteCount ?? -1
        let valueCount = value?.byteCount ?? -1
        let length =
            1 + Varint.byteCount(timeDelta) + Varint.byteCount(delta)
            + Varint.byteCount(Int64(keyCount)) + max(0, keyCount)
            + Varint.byteCount(Int64(valueCount)) + max(0, valueCount)
            + Varint.byteCount(Int64(headerCount)) + headers.byteCount
        // Room for everything at once: growing byte by byte took a third of the sealer's time.
        let size = Varint.byteCount(Int64(length)) + length
        records.append(addingCapacity: size) { space in
            space.append(varint: Int64(length))
            space.append(0)
            space.append(varint: timeDelta)
            space.append(varint: delta)
            space.append(varint: Int64(keyCount))
            if let key { space.append(copying: key) }
            space.append(varint: Int64(valueCount))
            if let value { space.append(copying: value) }
            space.append(varint: Int64(headerCount))
            space.append(copying: headers)
        }
    }

    private func start(offset: Int64, timestamp: Int64) {
        baseOffset = offset
        lastOffsetDelta = -1
        // KIP-534: the horizon takes the place of the base timestamp, and the records count from it.
        baseTimestamp = form.deleteHorizon ?? timestamp
        maxTimestamp = timestamp
    }

    /// Appends the batch to `output` and starts anew.
    ///
    /// An empty batch is legal: it carries offsets. `lastOffset`, if given, is the offset up to
    /// which the batch reaches, at or above its last record's: what compaction and filters leave
    /// of a longer batch.
    ///
    /// - Complexity: O(bytes).
    package func finish(into output: inout [UInt8], lastOffset: Int64? = nil) {
        if let lastOffset {
            precondition(
                lastOffset >= baseOffset + Int64(max(0, lastOffsetDelta)), "batch ends early")
            lastOffsetDelta = Int32(lastOffset - baseOffset)
        }
        let start = output.count
        output.append(bigEndian: baseOffset)
        output.append(bigEndian: Int32(0))
        output.append(bigEndian: Int32(0))
        output.append(2)
        output.append(bigEndian: UInt32(0))
        output.append(bigEndian: codec.rawValue | form.attributes)
        output.append(bigEndian: max(0, lastOffsetDelta))
        output.append(bigEndian: baseTimestamp)
        output.append(bigEndian: maxTimestamp)
        output.append(bigEndian: form.producer.id)
        output.append(bigEndian: form.producer.epoch)
        output.append(bigEndian: form.producer.baseSequence)
        output.append(bigEndian: recordCount)
        if codec == .none {
            output.append(contentsOf: records)
        } else {
            compressor.compress(records.rawSpan, into: &output)
        }
        Self.seal(&output, from: start)
        removeAll()
    }

    /// Tiny batches grow under every codec, so they stay as they are.
    private var codec: CompressionCodec { records.count < 64 ? .none : compression.codec }

    /// Forgets the records so far.
    package func removeAll() {
        records.removeAll(keepingCapacity: true)
        recordCount = 0
        form = Form()
        start(offset: 0, timestamp: 0)
    }

    /// Writes length and checksum of the batch that begins at `start`.
    private static func seal(_ output: inout [UInt8], from start: Int) {
        let length = output.count - start - BatchHeader.lengthPrefix
        output.replace(at: start + BatchHeader.At.length, bigEndian: Int32(length))
        let covered = start + BatchHeader.At.attributes
        let crc = CRC32C.checksum(output.rawSpan.slice(covered, count: output.count - covered))
        output.replace(at: start + BatchHeader.At.crc, bigEndian: crc)
    }
}
